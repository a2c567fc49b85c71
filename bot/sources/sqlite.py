"""SQLite: how it says what ranking needs, opened so that a query can only read the one file."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import isfinite
from pathlib import Path
from time import monotonic
from urllib.parse import quote
from zoneinfo import ZoneInfo

from typing_extensions import override

from bot.errors import MusterError, TransientError, UserError
from bot.sources import times
from bot.sources.asked import Row
from bot.sources.dialect import LONGEST_TEXT, Dialect, Kind, ToInstant, Values, is_number
from bot.sources.server import Server

PATIENCE_S = 60.0
"""Seconds that one query may take."""

_LONGEST_VALUE = 50_000_000
_STEPS_BETWEEN_LOOKS = 100_000
_BUSY_S = 5.0
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE,
                      sqlite3.SQLITE_TRANSACTION})  # fmt: skip
"""What a query may do. ATTACH would read, and make, any other file even on a read-only connection."""


class SqliteDialect(Dialect):
    """How SQLite says it, where every cell has its own type. See `Dialect`."""

    @override
    def quote(self, identifier: str) -> str:
        """Double quotes, doubled inside."""
        return '"' + identifier.replace('"', '""') + '"'

    @override
    def placeholder(self, key: str) -> str:
        """A named parameter."""
        return f":{key}"

    @override
    def escape(self, fragment: str) -> str:
        """Nothing in a query can be taken for a placeholder unless it is one."""
        return fragment

    @override
    def text(self, column: str, kind: Kind) -> str:
        """BINARY compares bytes of UTF-8, which is by code point, whatever collation the column was given."""
        return f"CAST({column} AS TEXT) COLLATE BINARY"

    @override
    def shown(self, column: str, kind: Kind) -> str:
        """Texts are clipped, all else travels as it is."""
        return f"CASE typeof({column}) WHEN 'text' THEN substr({column}, 1, {LONGEST_TEXT}) ELSE {column} END"

    @override
    def number(self, column: str, kind: Kind) -> str:
        """A cast would make 0 of “abc” and 0 of “0,93”."""
        return (
            f"CASE typeof({column}) WHEN 'text' THEN muster_number({column}) WHEN 'blob' THEN NULL"
            f" ELSE {column} * 1.0 END"
        )

    @override
    def instant(self, column: str, kind: Kind, to_instant: ToInstant | None) -> str:
        """Python parses; it knows the zone by itself."""
        return f"muster_instant({column})"

    @override
    def moment(self, instant: datetime, kind: Kind, values: Values) -> str:
        """In microseconds since 1970."""
        return values.bind(times.micros(instant))

    @override
    def handed_over(self, comparable: str, kind: Kind) -> str:
        """It already is."""
        return comparable

    @override
    def since(self, column: str, kind: Kind, earliest: datetime) -> str | None:
        """Texts of several shapes have no order that an index knows."""
        return None

    @override
    def equals(self, column: str, kind: Kind, value: str, values: Values) -> str:
        """Numbers as numbers; 'true' and 'false' are 1 and 0, for SQLite keeps truths so."""
        as_text = f"(typeof({column}) = 'text' AND {column} COLLATE BINARY = {values.bind(value)})"
        number = {"true": "1", "false": "0"}.get(value, value)
        if not is_number(number):
            return as_text
        return f"({as_text} OR typeof({column}) IN ('integer', 'real') AND {column} = {values.bind(float(number))})"


class SqliteFile(Server):
    """A SQLite file opened to be read: writing, other files, settings and endless queries are refused. See `Server`.

    Times are parsed by Python, since SQLite has no type for them.
    """

    dialect: Dialect = SqliteDialect()

    def __init__(self, path: Path, *, time_column: str, zone: ZoneInfo | None) -> None:
        self._path, self._time_column, self._zone = path, time_column, zone
        self._refused: UserError | None = None
        self._until = monotonic() + PATIENCE_S
        try:
            self._connection = self._open()
        except sqlite3.Error as error:
            raise _complaint(error, path) from None

    @override
    def look(self, sql: str, values: Mapping[str, object]) -> tuple[dict[str, str], list[Row]]:
        """See `Server.look`; the types are those of the first cells, for a column has none of its own."""
        self._refused, self._until = None, monotonic() + PATIENCE_S
        try:
            cursor = self._connection.execute(sql, dict(values))
            found = cursor.fetchall()
        except sqlite3.Error as error:
            refused = self._refusal()
            raise refused or _complaint(error, self._path) from None
        names = [name for name, *_ in cursor.description]
        return {name: _type_of(row[at] for row in found) for at, name in enumerate(names)}, found

    @override
    def kind_of(self, type_name: str) -> Kind:
        """Each cell has a type of its own."""
        return Kind.ANY

    @override
    def close(self) -> None:
        """See `Server.close`."""
        self._connection.close()

    def _refusal(self) -> UserError | None:
        """What our own function had to say, for SQLite only says that it raised."""
        return self._refused

    def _open(self) -> sqlite3.Connection:
        where = f"file:{quote(str(self._path))}?mode=ro"
        connection = sqlite3.connect(where, uri=True, timeout=_BUSY_S, check_same_thread=False)
        connection.text_factory = _text
        connection.execute("PRAGMA query_only = ON")
        connection.create_function("muster_instant", 1, self._instant, deterministic=True)
        connection.create_function("muster_number", 1, _number, deterministic=True)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        connection.set_progress_handler(lambda: monotonic() > self._until, _STEPS_BETWEEN_LOOKS)
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
        return connection

    def _instant(self, value: object) -> int | None:
        try:
            return None if value is None else times.parsed(str(value), self._time_column, self._zone)
        except UserError as error:
            self._refused = error
            raise


_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL", bytes: "BLOB"}


def _type_of(cells: Iterable[object]) -> str:
    return next((_TYPES[type(cell)] for cell in cells if cell is not None), "TEXT")


def _complaint(error: BaseException, path: Path) -> MusterError:
    """What an error of SQLite's means to the person who named the source."""
    message = str(error)
    if not path.exists():
        return UserError(f"There is no file “{path}”.")
    if "not a database" in message:
        return UserError(f"The file “{path}” is not a SQLite database.")
    if "interrupted" in message:
        return TransientError(f"The query took longer than {PATIENCE_S:.0f} seconds and was stopped.")
    if "locked" in message or "busy" in message:
        return TransientError(f"The database “{path}” is busy: {message}.")
    if "not authorized" in message or "prohibited" in message:
        return UserError("The query may only read: it does something that is not allowed here.")
    return UserError(f"The database refused: {message}.")


def _number(text: str) -> float | None:
    value = float(text) if is_number(text) else None
    return value if value is not None and isfinite(value) else None


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")
