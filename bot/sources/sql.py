"""Predictions in somebody's SQLite or Postgres, read and never written, ranked where they lie."""

from dataclasses import dataclass
from pathlib import Path

from bot.domain.mapping import UnknownColumnError, require, resolve
from bot.domain.sourcing import Shape, Source, SourceSpec
from bot.domain.window import zone_named
from bot.errors import UsageError, UserError
from bot.sources import rows
from bot.sources.asked import AskedSource
from bot.sources.dialect import Dialect, Kind, Values
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
    values = Values(server.dialect.placeholder)
    relation = relation_of.sql(server.dialect)
    columns, _ = server.look(f"SELECT * FROM {relation} LIMIT {values.bind(0)}", values.bound)
    origins = resolve(columns, spec.mapping)
    require(origins, columns, spec.ranking)
    for column, _ in spec.where:
        if column not in columns:
            raise UnknownColumnError(column, columns)
    kinds = {name: server.kind_of(type_name) for name, type_name in columns.items()}
    when = origins["occurred_at"].column
    if kinds[when] is Kind.NAIVE and spec.zone is None:
        raise NaiveTimesError(when)
    zone = None if spec.zone is None else zone_named(spec.zone)
    fields = Fields(dialect=server.dialect, origins=origins, kinds=kinds, zone=zone)
    return Questions(relation=relation, fields=fields, ranking=spec.ranking, where=spec.where)
