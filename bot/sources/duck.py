"""DuckDB, which reads files: its dialect, its connection and its errors in plain words."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from glob import escape
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from typing_extensions import override

from bot.errors import MusterError, UserError
from bot.sources import times
from bot.sources.dialect import LONGEST_TEXT, Dialect, Kind, ToInstant, Values, is_number

if TYPE_CHECKING:
    import duckdb

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "512MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": False,
    "temp_directory": str(Path(gettempdir()) / "muster-spill"),
}


class UnreadableFileError(UserError):
    """DuckDB cannot make rows of a file."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The file cannot be read: {why.strip().rstrip('.')}.")


_NAIVE, _UNREADABLE = "muster:naive:", "muster:unreadable:"


def connect() -> "duckdb.DuckDBPyConnection":
    """A database in memory that fetches nothing from the network and stays within 512 MB."""
    import duckdb

    connection = duckdb.connect(config=_SETTINGS)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def plain_words(time_column: str = "occurred_at") -> Iterator[None]:
    """Turn what DuckDB complains about into one sentence."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise UserError(
            "The file does not fit into the 512 MB that reading may take; split it or keep fewer columns."
        ) from None
    except duckdb.Error as error:
        raise _translated(str(error), time_column) from None


def literal(text: str) -> str:
    """*text* as a string in SQL: for paths and names, which some places do not take as bound values."""
    return "'" + text.replace("'", "''") + "'"


def listed(files: Iterable[Path]) -> str:
    """*files* as a list in SQL, each meant literally, not as a glob."""
    return f"[{', '.join(literal(escape(str(path))) for path in files)}]"


def kind_of(type_name: str) -> Kind:
    """What a column of this DuckDB type holds."""
    name = type_name.upper()
    if name.endswith("]"):
        return Kind.LIST
    if name.startswith(("STRUCT", "MAP", "JSON", "UNION", "VARIANT")):
        return Kind.NESTED
    if name.startswith(("TIMESTAMP", "DATE")):
        return Kind.AWARE if name.endswith("TIME ZONE") else Kind.NAIVE
    if name in {"VARCHAR", "BOOLEAN"}:
        return Kind.TEXT if name == "VARCHAR" else Kind.BOOLEAN
    return Kind.NUMBER if name.split("(")[0] in _NUMBERS else Kind.OTHER


_NUMBERS = frozenset({
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    "FLOAT", "DOUBLE", "DECIMAL",
})  # fmt: skip


class DuckDialect(Dialect):
    """How DuckDB says it. See `Dialect`."""

    @override
    def quote(self, identifier: str) -> str:
        """Double quotes, doubled inside."""
        return '"' + identifier.replace('"', '""') + '"'

    @override
    def placeholder(self, key: str) -> str:
        """A named parameter."""
        return f"${key}"

    @override
    def escape(self, fragment: str) -> str:
        """Nobody writes DuckDB SQL but we."""
        return fragment

    @override
    def text(self, column: str, kind: Kind) -> str:
        """VARCHAR compares by UTF-8 byte, which is by code point."""
        return column if kind is Kind.TEXT else f"CAST({column} AS VARCHAR)"

    @override
    def shown(self, column: str, kind: Kind) -> str:
        """Numbers, truths and lists travel as they are, all else as text."""
        if kind in {Kind.NUMBER, Kind.BOOLEAN, Kind.LIST}:
            return column
        as_text = f"CAST(to_json({column}) AS VARCHAR)" if kind is Kind.NESTED else self.text(column, kind)
        return f"left({as_text}, {LONGEST_TEXT})"

    @override
    def number(self, column: str, kind: Kind) -> str:
        """A text like 1_000 is a number to DuckDB and to nobody else."""
        if kind is Kind.NUMBER:
            return f"CAST({column} AS DOUBLE)"
        text = self.text(column, kind)
        return f"CASE WHEN NOT contains({text}, '_') THEN TRY_CAST({text} AS DOUBLE) END"

    @override
    def is_finite(self, number: str) -> str:
        """No BETWEEN here: Parquet's statistics leave NaN out, and DuckDB drops a comparison that they prove true."""
        return f"isfinite({number})"

    @override
    def instant(self, column: str, kind: Kind, to_instant: ToInstant | None) -> str:
        """Native times as they are; texts by their shape, with the common one first because it needs no pattern."""
        if kind is Kind.AWARE:
            return column
        if kind is Kind.NAIVE:
            wall = f"epoch_us(CAST({column} AS TIMESTAMP))"
            return to_instant(wall) if to_instant else _refuse(_NAIVE, f"CAST({column} AS VARCHAR)")
        plain = self.text(column, kind)
        text = f"trim({plain})"
        naive = _refuse(_NAIVE, text)
        if to_instant:
            naive = to_instant(f"epoch_us(TRY_CAST({text} AS TIMESTAMP))")
        return (
            f"COALESCE(CASE WHEN ends_with({plain}, 'Z') THEN epoch_us(TRY_CAST({plain} AS TIMESTAMP))"
            f" WHEN regexp_matches({text}, '{times.AWARE_TEXT}') THEN epoch_us(TRY_CAST({text} AS TIMESTAMPTZ))"
            f" WHEN regexp_matches({text}, '{times.NAIVE_TEXT}') THEN {naive} END,"
            f" CASE WHEN {text} <> '' THEN {_refuse(_UNREADABLE, text)} END)"
        )

    @override
    def moment(self, instant: datetime, kind: Kind, values: Values) -> str:
        """Written out: a literal lets DuckDB skip row groups."""
        return f"TIMESTAMPTZ '{instant.isoformat(sep=' ')}'" if kind is Kind.AWARE else str(times.micros(instant))

    @override
    def handed_over(self, comparable: str, kind: Kind) -> str:
        """Fetching a TIMESTAMPTZ would need pytz."""
        return f"epoch_us({comparable})" if kind is Kind.AWARE else comparable

    @override
    def since(self, column: str, kind: Kind, earliest: datetime) -> str | None:
        """A wall time is never more than a day away from its instant."""
        if kind is not Kind.NAIVE or earliest.year == 1:
            return None
        wall = (earliest - timedelta(days=1)).replace(tzinfo=None)
        return f"{column} >= TIMESTAMP '{wall.isoformat(sep=' ')}'"

    @override
    def equals(self, column: str, kind: Kind, value: str, values: Values) -> str:
        """Numbers as numbers, truths as 'true' and 'false', the rest as text."""
        if kind is Kind.NUMBER:
            return f"{column} = CAST({values.bind(value)} AS DOUBLE)" if is_number(value) else "FALSE"
        return f"{self.text(column, kind)} = {values.bind(value)}"


def _refuse(why: str, text: str) -> str:
    # error() says it better, but counts as volatile: it may not be sorted by and is worked out anew at each mention.
    return f"CAST('{why}' || {text} AS BIGINT)"


def _translated(message: str, time_column: str) -> MusterError:
    for marker, refusal in ((_NAIVE, times.NaiveTimesError), (_UNREADABLE, times.UnreadableTimeError)):
        if marker in message:
            return refusal(time_column, message.partition(marker)[2].partition("' to INT64")[0])
    first = message.partition("\n")[0].partition(": ")[2] or message
    return UnreadableFileError(first)
