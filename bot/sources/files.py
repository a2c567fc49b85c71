"""Predictions in Parquet, CSV and JSON files, ranked by DuckDB where they lie."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from bot.domain.mapping import Origin, UnknownColumnError, require, resolve
from bot.domain.prediction import CANONICAL
from bot.domain.sourcing import Shape, Source, SourceSpec
from bot.domain.window import zone_named
from bot.errors import UsageError, UserError
from bot.sources import csv_files, duck, json_files, paths, rows
from bot.sources.dialect import Kind, Statement
from bot.sources.fields import Fields
from bot.sources.paths import Files, Format
from bot.sources.questions import Questions
from bot.sources.surveyed import SurveyedSource
from bot.sources.times import NaiveTimesError

if TYPE_CHECKING:
    import duckdb

MOST_COLUMNS = 1_000
"""More than these are no table of predictions, and reading their names alone is costly."""

SUPPORTED = f"a path or glob ending in {', '.join(paths.SUFFIXES)} (text also as .gz)"


def accepts(uri: str) -> bool:
    """Whether *uri* names files, by its ending; a folder does, too, only to be told that its files must be named."""
    return "://" not in uri and (paths.format_of(uri) is not None or _is_folder(uri))


def _is_folder(uri: str) -> bool:
    try:
        return Path(uri).is_dir()
    except (OSError, ValueError):  # longer than a path may be, or with a character that none may hold
        return False


def open_spec(spec: SourceSpec) -> Source:
    """The source that *spec* names; files are looked at, their rows are read when asked. Raises `UserError`."""
    if spec.table or spec.query:
        raise UsageError("Files have no tables: --table and --query go with a database URL.")
    files = paths.find(spec.uri)
    reader = _Reader(files, duck.connect())
    table = reader.table(spec)
    if table.kinds.get(table.origins["occurred_at"].column) is Kind.NAIVE and spec.zone is None:
        raise NaiveTimesError(table.origins["occurred_at"].column)
    fields = Fields(
        dialect=duck.DuckDialect(),
        origins=table.origins,
        kinds=table.kinds,
        zone=None if spec.zone is None else zone_named(spec.zone),
    )
    questions = Questions(relation=table.relation, fields=fields, ranking=spec.ranking, where=spec.where)
    reader.time_column = table.origins["occurred_at"].column
    return SurveyedSource(
        questions=questions,
        ask=reader.ask,
        let_go=reader.connection.close,
        guessed=table.guessed,
        by_position=files.format is Format.PARQUET,
    )


def describe(spec: SourceSpec) -> Shape:
    """The columns of the files with the types DuckDB sees in them, and up to three texts of each."""
    files = paths.find(spec.uri)
    reader = _Reader(files, duck.connect())
    try:
        return reader.shape()
    finally:
        reader.connection.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    """How to read files: a FROM item, what is in its columns, and what the canonical fields are.

    `guessed` are fields that no looked-at object had, read in case a later one has them.
    """

    relation: str
    kinds: Mapping[str, Kind]
    origins: Mapping[str, Origin]
    guessed: frozenset[str] = frozenset()


@dataclass
class _Reader:
    """DuckDB with some files to read."""

    files: Files
    connection: "duckdb.DuckDBPyConnection"
    time_column: str = "occurred_at"

    def ask(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run *statement*; what is wrong with the files becomes one sentence."""
        return self._run(statement.sql, statement.values)

    def table(self, spec: SourceSpec) -> _Table:
        """How to read the files as *spec* says."""
        match self.files.format:
            case Format.PARQUET:
                return _table(self._parquet, self._types(f"DESCRIBE SELECT * FROM {self._parquet}"), spec)
            case Format.CSV:
                relation, names = csv_files.relation(self.files.paths)
                return _table(relation, dict.fromkeys(names, "VARCHAR"), spec)
            case Format.JSON | Format.JSONL:
                return self._json_table(spec)
            case _:
                assert_never(self.files.format)

    def shape(self) -> Shape:
        """The columns with DuckDB's types, and samples as text."""
        relation, types = self._described()
        taken = ", ".join(f"CAST({duck.DuckDialect().quote(name)} AS VARCHAR)" for name in types)
        found = self._run(f"SELECT {taken} FROM {relation} LIMIT 50", {})
        return Shape(columns=types, samples=rows.samples(types, found))

    @property
    def _parquet(self) -> str:
        by_name = ", union_by_name = true" if len(self.files.paths) > 1 else ""
        return f"read_parquet({duck.listed(self.files.paths)}, binary_as_string = true{by_name}) AS source"

    def _json_table(self, spec: SourceSpec) -> _Table:
        types = self._json_types(json_files.SAMPLE)
        try:
            _table("", types, spec)
        except UserError:
            types = self._json_types(-1)  # what is lacking in the first objects may be in a later one
            _table("", types, spec)
        origins = resolve(types, spec.mapping)
        guessed = [field for field in CANONICAL if field not in origins]
        names = [*types, *guessed]
        relation = json_files.relation(self.files.paths, self.files.format, names)
        table = _table(relation, dict.fromkeys(names, "VARCHAR"), spec)
        return replace(table, guessed=frozenset(guessed))

    def _json_types(self, sample: int) -> dict[str, str]:
        return self._types(json_files.look(self.files.paths, self.files.format, sample=sample))

    def _described(self) -> tuple[str, dict[str, str]]:
        match self.files.format:
            case Format.PARQUET:
                return self._parquet, self._types(f"DESCRIBE SELECT * FROM {self._parquet}")
            case Format.CSV:
                relation, _ = csv_files.relation(self.files.paths)
                return relation, self._types(f"DESCRIBE SELECT * FROM {csv_files.typed(self.files.paths)}")
            case Format.JSON | Format.JSONL:
                types = self._json_types(json_files.SAMPLE)
                return json_files.relation(self.files.paths, self.files.format, list(types)), types
            case _:
                assert_never(self.files.format)

    def _types(self, sql: str) -> dict[str, str]:
        types = {str(name): str(type_name) for name, type_name, *_ in self._run(sql, {})}
        if len(types) > MOST_COLUMNS:
            raise UserError(
                f"The file has {len(types):,} columns; a table of predictions has at most {MOST_COLUMNS:,}."
            )
        return types

    def _run(self, sql: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        try:
            with duck.plain_words(self.time_column):
                return self.connection.execute(sql, dict(values)).fetchall()
        except duck.UnreadableFileError as error:
            raise self._closer(error) from None

    def _closer(self, error: UserError) -> UserError:
        """DuckDB miscounts lines of JSON: look for the broken one."""
        if self.files.format is not Format.JSONL:
            return error
        return json_files.broken_line(self.files.paths) or error


def _table(relation: str, types: Mapping[str, str], spec: SourceSpec) -> _Table:
    origins = resolve(types, spec.mapping)
    require(origins, types, spec.ranking)
    for column, _ in spec.where:
        if column not in types:
            raise UnknownColumnError(column, types)
    kinds = {name: duck.kind_of(type_name) for name, type_name in types.items()}
    return _Table(relation=relation, kinds=kinds, origins=origins)
