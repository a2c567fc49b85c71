"""Postgres: how it says what ranking needs, and what it complains about in plain words."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from typing_extensions import override

from bot.errors import MusterError, TransientError, UserError
from bot.sources import times
from bot.sources.asked import Row
from bot.sources.dialect import HIGHEST, LONGEST_TEXT, Dialect, Kind, ToInstant, Values, is_number
from bot.sources.server import Server

if TYPE_CHECKING:
    import psycopg

NO_TIME, NAIVE_TIME = "muster:unreadable:", "muster:naive:"
"""Casting a text that starts so to a time fails, which is how a query in Postgres can refuse a value."""

_NUMBER = r"^\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?\s*$"
_NUMBERS = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric"})
_NESTED = frozenset({"json", "jsonb", "hstore", "xml"})


class PostgresDialect(Dialect):
    """How Postgres says it. See `Dialect`."""

    @override
    def quote(self, identifier: str) -> str:
        """Double quotes, doubled inside; the driver reads % as its own."""
        return '"' + self.escape(identifier).replace('"', '""') + '"'

    @override
    def placeholder(self, key: str) -> str:
        """As psycopg names them."""
        return f"%({key})s"

    @override
    def escape(self, fragment: str) -> str:
        """The driver reads % as its own."""
        return fragment.replace("%", "%%")

    @override
    def text(self, column: str, kind: Kind) -> str:
        """COLLATE "C" compares by code point; a database's own collation sorts like a dictionary."""
        return f'CAST({column} AS text) COLLATE "C"'

    @override
    def shown(self, column: str, kind: Kind) -> str:
        """Numbers, truths and arrays travel as they are, all else as text."""
        if kind in {Kind.NUMBER, Kind.BOOLEAN, Kind.LIST}:
            return column
        return f"left(CAST({column} AS text), {LONGEST_TEXT})"

    @override
    def number(self, column: str, kind: Kind) -> str:
        """A text may name a number that is no double, and the cast would fail the whole query."""
        if kind is Kind.NUMBER:
            return f"CAST({column} AS float8)"
        text = f"CAST({column} AS text)"
        exact = f"CAST({text} AS numeric)"
        return (
            f"CASE WHEN {text} !~ '{_NUMBER}' THEN NULL WHEN abs({exact}) > {HIGHEST} THEN NULL"
            f" WHEN abs({exact}) < 5e-324 THEN 0 ELSE CAST({exact} AS float8) END"
        )

    @override
    def instant(self, column: str, kind: Kind, to_instant: ToInstant | None) -> str:
        """A timestamptz as it is, so that its index serves; texts by their shape."""
        if kind is Kind.AWARE:
            return column
        if kind is Kind.NAIVE:
            wall = _micros(f"CAST({column} AS timestamp)")
            return to_instant(wall) if to_instant else _refuse(NAIVE_TIME, f"CAST({column} AS text)")
        text = f"trim(CAST({column} AS text))"
        cut = rf"regexp_replace({text}, '([.][0-9]{{6}})[0-9]+', '\1')"
        naive = to_instant(_micros(f"CAST({cut} AS timestamp)")) if to_instant else _refuse(NAIVE_TIME, text)
        return (
            f"CASE WHEN {text} ~ '{times.AWARE_TEXT}' THEN {_micros(f'CAST({cut} AS timestamptz)')}"
            f" WHEN {text} ~ '{times.NAIVE_TEXT}' THEN {naive}"
            f" WHEN {text} <> '' THEN {_refuse(NO_TIME, text)} END"
        )

    @override
    def moment(self, instant: datetime, kind: Kind, values: Values) -> str:
        """Bound, so that there is always a value: with one, the driver sends no more than one statement."""
        return values.bind(instant if kind is Kind.AWARE else times.micros(instant))

    @override
    def handed_over(self, comparable: str, kind: Kind) -> str:
        """The driver hands over a timestamptz as it is."""
        return comparable

    @override
    def since(self, column: str, kind: Kind, earliest: datetime) -> str | None:
        """A wall time is never more than a day away from its instant; an index on it serves."""
        if kind is not Kind.NAIVE or earliest.year == 1:
            return None
        wall = (earliest - timedelta(days=1)).replace(tzinfo=None)
        return f"{column} >= TIMESTAMP '{wall.isoformat(sep=' ')}'"

    @override
    def equals(self, column: str, kind: Kind, value: str, values: Values) -> str:
        """Numbers as numbers, truths as 'true' and 'false', the rest as text."""
        if kind is not Kind.NUMBER:
            return f"{self.text(column, kind)} = {values.bind(value)}"
        return f"{column} = CAST({values.bind(value)} AS numeric)" if is_number(value) else "FALSE"


class PostgresServer(Server):
    """A Postgres that is only read: each question is one statement in a read-only transaction. See `Server`."""

    dialect: Dialect = PostgresDialect()

    def __init__(self, url: str, *, time_column: str) -> None:
        import psycopg

        self._time_column = time_column
        self._secret = _password(url)
        try:
            self._connection = psycopg.connect(url, connect_timeout=_CONNECT_S)
        except psycopg.Error as error:
            raise self._unreachable(error) from None
        self._connection.read_only = True

    @override
    def look(self, sql: str, values: Mapping[str, object]) -> tuple[dict[str, str], list[Row]]:
        """See `Server.look`."""
        import psycopg

        try:
            with self._connection.cursor() as cursor:
                cursor.execute(SETTINGS)
                cursor.execute(sql.encode(), values)
                return self._columns(cursor), cursor.fetchall()
        except psycopg.Error as error:
            raise _complaint(error.sqlstate, self._words(error), self._time_column) from None
        finally:
            if not self._connection.closed:
                self._connection.rollback()

    @override
    def kind_of(self, type_name: str) -> Kind:
        """What a column of this type, as the catalogue calls it, holds; arrays end in []."""
        return _kind_of(type_name)

    @override
    def close(self) -> None:
        """See `Server.close`."""
        self._connection.close()

    def _columns(self, cursor: "psycopg.Cursor[Row]") -> dict[str, str]:
        return {column.name: self._type_name(column.type_code) for column in cursor.description or ()}

    def _type_name(self, oid: int) -> str:
        known = self._connection.adapters.types.get(oid)
        if known is None:
            return "other"
        return known.name if known.oid == oid else f"{known.name}[]"

    def _unreachable(self, error: "psycopg.Error") -> MusterError:
        import psycopg

        message = self._words(error)
        if isinstance(error, psycopg.ProgrammingError):
            return UserError(f"The database URL cannot be used: {message}.")
        if any(words in message for words in _NOT_LET_IN):
            return UserError(f"The database does not let us in: {message}.")
        return TransientError(f"The database cannot be reached: {message}.")

    def _words(self, error: "psycopg.Error") -> str:
        """The first line of what went wrong, from where it names the cause, without the password."""
        said = error.diag.message_primary or (str(error).strip().splitlines() or [type(error).__name__])[0]
        cause = said.rpartition("FATAL:")[2].strip().rstrip(".")
        return cause.replace(self._secret, "***") if self._secret else cause


_CONNECT_S = 10
SETTINGS = (
    "SELECT set_config('statement_timeout', '60s', true), set_config('TimeZone', 'UTC', true),"
    " set_config('DateStyle', 'ISO', true)"
)
_NOT_LET_IN = ("authentication failed", "does not exist", "no password supplied", "no pg_hba.conf entry", "invalid")


def _complaint(sqlstate: str | None, message: str, time_column: str) -> MusterError:
    """What an error of the server means to the person who named the source."""
    example = (re.findall(r'"([^"]*)"', message) or [""])[-1]
    if example.startswith(NAIVE_TIME):
        return times.NaiveTimesError(time_column, example.removeprefix(NAIVE_TIME))
    if sqlstate in _NO_TIME:
        return times.UnreadableTimeError(time_column, example.removeprefix(NO_TIME))
    if sqlstate in _TOO_LONG:
        return TransientError("The database took too long to answer; a narrower --query or an index would help.")
    if sqlstate is None or sqlstate[:2] in _NOT_NOW:
        return TransientError(f"The database cannot be reached: {message}.")
    return UserError(f"The database refused: {message}.")


_NO_TIME = {"22007", "22008"}
_TOO_LONG = {"57014"}
_NOT_NOW = {"08", "53", "55", "57", "58", "40"}
"""Classes of SQLSTATE that pass: connection lost, no room, object busy, operator at work, system error, rollback."""


def _password(url: str) -> str:
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        raise UserError("The database URL is not one: write postgresql://user:password@host:5432/name.") from None


def _micros(instant: str) -> str:
    return f"CAST(extract(epoch FROM {instant}) * 1000000 AS bigint)"


def _refuse(why: str, text: str) -> str:
    return _micros(f"CAST('{why}' || {text} AS timestamptz)")


def _kind_of(type_name: str) -> Kind:
    """What a column of this type, as the catalogue calls it, holds; arrays end in []."""
    if type_name.endswith("[]"):
        return Kind.LIST
    if type_name in {"timestamptz", "timestamp", "date"}:
        return Kind.AWARE if type_name == "timestamptz" else Kind.NAIVE
    if type_name in {"text", "varchar", "bpchar", "name", "citext"}:
        return Kind.TEXT
    if type_name == "bool":
        return Kind.BOOLEAN
    if type_name in _NESTED:
        return Kind.NESTED
    return Kind.NUMBER if type_name in _NUMBERS else Kind.OTHER
