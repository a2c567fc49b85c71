"""Predictions in somebody's SQLite or Postgres, read and never written, ranked where they lie."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.mapping import UnknownColumnError, require, resolve
from bot.domain.sourcing import Shape, Source, SourceSpec
from bot.domain.window import zone_named
from bot.errors import UsageError, UserError
from bot.sources import rows
from bot.sources.asked import AskedSource
from bot.sources.dialect import Dialect, Kind, Statement, Values
from bot.sources.fields import Fields
from bot.sources.postgres import PostgresServer
from bot.sources.questions import Questions
from bot.sources.server import Server
from bot.sources.sqlite import SqliteFile
from bot.sources.times import NaiveTimesError

SUPPORTED = "a database URL starting with sqlite:/// or postgresql://, with --table or --query"

_SAMPLED = 50


def accepts(uri: str) -> bool:
    """Whether *uri* is the URL of a database that is read here."""
    return _server_for(uri) is not None


def open_spec(spec: SourceSpec) -> Source:
    """The source that *spec* names; connects at once. Raises `UsageError` unless it has one of table and query."""
    relation_of = _relation(spec)
    server = _connected(spec)
    try:
        questions = _questions(server, relation_of, spec)
    except BaseException:
        server.close()
        raise
    return AskedSource(
        questions=questions, ask=lambda statement: server.look(statement.sql, statement.values)[1], let_go=server.close
    )


def describe(spec: SourceSpec) -> Shape:
    """The columns of the table or query with the database's types, and up to three texts of each."""
    relation_of = _relation(spec)
    server = _connected(spec)
    try:
        values = Values(server.dialect.placeholder)
        relation = relation_of.sql(server.dialect)
        columns, found = server.look(f"SELECT * FROM {relation} LIMIT {values.bind(_SAMPLED)}", values.bound)
    finally:
        server.close()
    return Shape(columns=columns, samples=rows.samples(columns, found))


class TooManyRowsError(UserError):
    """A table is larger than what is read of one row by row."""

    def __init__(self, most: int) -> None:
        super().__init__(f"There are more than {most:,} rows: narrow them with a query.")


def rows_of(spec: SourceSpec, most: int) -> list[dict[str, Any]]:
    """The rows of the table or query that meet the spec's `where`, each as column -> value, times as text.

    Raises `TooManyRowsError` where there are more than *most*, and `UserError` for a column that is not there.
    """
    found = first_rows_of(spec, most + 1)
    if len(found) > most:
        raise TooManyRowsError(most)
    return found


def first_rows_of(spec: SourceSpec, limit: int) -> list[dict[str, Any]]:
    """The same, and no more than *limit* of them."""
    relation_of = _relation(spec)
    server = _connected(spec)
    try:
        relation = relation_of.sql(server.dialect)
        kinds = _kinds(server, relation)
        _require_columns(kinds, spec.where)
        statement = _plain_rows(server.dialect, relation, kinds, spec.where, limit)
        _, found = server.look(statement.sql, statement.values)
    finally:
        server.close()
    return [dict(zip(kinds, row, strict=True)) for row in found]


@dataclass(frozen=True, slots=True)
class _Relation:
    """What to read: a table, perhaps with its schema, or a person's SELECT."""

    table: str | None
    query: str | None

    def sql(self, dialect: Dialect) -> str:
        """The FROM item."""
        if self.table is not None:
            return ".".join(map(dialect.quote, self.table.split("."))) + " AS source"
        # The line break ends a comment that the query may end with.
        return f"({dialect.escape((self.query or '').strip().rstrip(';'))}\n) AS source"


def _relation(spec: SourceSpec) -> _Relation:
    if (spec.table is None) == (spec.query is None):
        raise UsageError("A database needs exactly one of --table and --query.")
    return _Relation(spec.table, spec.query)


def _server_for(uri: str) -> type[PostgresServer] | type[SqliteFile] | None:
    scheme, found, _ = uri.partition("://")
    if not found:
        return None
    match scheme:
        case "postgres" | "postgresql" | "postgresql+psycopg":
            return PostgresServer
        case "sqlite" | "sqlite+pysqlite":
            return SqliteFile
        case _:
            return None


def _connected(spec: SourceSpec) -> Server:
    zone = None if spec.zone is None else zone_named(spec.zone)
    rest = spec.uri.partition("://")[2]
    if _server_for(spec.uri) is PostgresServer:
        return PostgresServer(f"postgresql://{rest}", time_column=_time_column(spec))
    if not rest.startswith("/") or rest == "/":
        raise UserError("A SQLite URL has three slashes and a path, like sqlite:///predictions.db.")
    return SqliteFile(Path(rest.partition("?")[0][1:]), time_column=_time_column(spec), zone=zone)


def _time_column(spec: SourceSpec) -> str:
    return spec.mapping.get("occurred_at", "occurred_at")


def _questions(server: Server, relation_of: _Relation, spec: SourceSpec) -> Questions:
    relation = relation_of.sql(server.dialect)
    kinds = _kinds(server, relation)
    origins = resolve(kinds, spec.mapping)
    require(origins, kinds, spec.ranking)
    _require_columns(kinds, spec.where)
    when = origins["occurred_at"].column
    if kinds[when] is Kind.NAIVE and spec.zone is None:
        raise NaiveTimesError(when)
    zone = None if spec.zone is None else zone_named(spec.zone)
    fields = Fields(dialect=server.dialect, origins=origins, kinds=kinds, zone=zone)
    return Questions(relation=relation, fields=fields, ranking=spec.ranking, where=spec.where)


def _kinds(server: Server, relation: str) -> dict[str, Kind]:
    """What each column holds."""
    values = Values(server.dialect.placeholder)
    columns, _ = server.look(f"SELECT * FROM {relation} LIMIT {values.bind(0)}", values.bound)
    return {name: server.kind_of(type_name) for name, type_name in columns.items()}


def _require_columns(kinds: Mapping[str, Kind], where: Iterable[tuple[str, str]]) -> None:
    for column, _ in where:
        if column not in kinds:
            raise UnknownColumnError(column, kinds)


def _plain_rows(
    dialect: Dialect, relation: str, kinds: Mapping[str, Kind], where: Iterable[tuple[str, str]], limit: int
) -> Statement:
    values = Values(dialect.placeholder)
    taken = ", ".join(dialect.shown(dialect.quote(name), kind) for name, kind in kinds.items())
    matches = [dialect.equals(dialect.quote(column), kinds[column], value, values) for column, value in where]
    sql = f"SELECT {taken} FROM {relation} WHERE {' AND '.join(matches or ['TRUE'])} LIMIT {values.bind(limit)}"
    return Statement(sql, values.bound)
