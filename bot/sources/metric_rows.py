"""Readings in files and databases: values of metrics over windows, row by row, each good or named by its line.

`pull(spec, known, since=..., now=...)` is what a chore calls for a product's readings source.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import sources
from bot.domain.mapping import UnknownColumnError
from bot.domain.metrics import Metric
from bot.domain.readings import NewReading, Origin
from bot.domain.sourcing import SourceSpec, without_password
from bot.domain.text import bounded, one_line
from bot.domain.window import Window, zone_named
from bot.domain.words import nearest
from bot.errors import UserError
from bot.sources import intake, metric_cells, sql, times
from bot.sources.intake import BadRow, Row

COLUMNS = ("metric", "value", "window_start", "window_end", "n", "unit", "source", "sd")
"""What a row of readings may hold; the first four are needed."""

NEEDED = COLUMNS[:4]

MOST_ROWS = 100_000
"""Rows of a database that are looked at; more is no table of weekly or daily values."""

_LOOKED_AT = 50
_LISTED = 40
_SOURCE_ROOM = 200


class NoSuchFieldError(UserError):
    """A map names a field that a reading does not have."""

    def __init__(self, field: str) -> None:
        near = nearest(field, COLUMNS)
        meant = f" Did you mean “{near}”?" if near else ""
        super().__init__(f"A reading has no field “{field}” to map to.{meant} There are: {', '.join(COLUMNS)}.")


class NoColumnError(UserError):
    """A readings source lacks what every reading needs."""

    def __init__(self, field: str, columns: Iterable[str]) -> None:
        super().__init__(
            f"The readings source has no column “{field}”; say which it is: --readings-map {field}=COLUMN."
            f" There are: {', '.join(islice(columns, _LISTED))}."
        )


class NoGoodRowError(UserError):
    """None of the first rows of a source is a reading."""

    def __init__(self, bad: BadRow) -> None:
        reason = bad.reason.replace("--source-tz", "--readings-source-tz")
        super().__init__(f"None of the first rows is a reading. Row {bad.line}: {reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstRows:
    """What the first rows of a readings source are: how many readings, and those that will be left out."""

    good: int
    bad: tuple[BadRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """How rows become readings. *known*: the metrics there are. *now*: no window ends after it. *zone*: of times that
    carry none; a date alone is its midnight there, so a window of the week from the 9th ends on the 16th (half open).
    *source* stands where a row does not say where it is from.
    """

    known: Mapping[str, Metric]
    now: datetime
    mapping: Mapping[str, str]
    zone: ZoneInfo | None
    origin: Origin
    source: str = ""

    def __post_init__(self) -> None:
        """Raise `NoSuchFieldError` where the mapping names no field of a reading."""
        for field in self.mapping:
            if field not in COLUMNS:
                raise NoSuchFieldError(field)

    def read(self, line: int, row: Mapping[str, Any]) -> NewReading | BadRow:
        """The reading in *row*, or the sentence that says why there is none."""
        try:
            return self._reading(row)
        except UserError as error:
            return BadRow(line, str(error))
        except RecursionError:
            return BadRow(line, "it is nested too deeply.")

    def _reading(self, row: Mapping[str, Any]) -> NewReading:
        cells = {field: self._cell(field, row) for field in COLUMNS}
        for field in NEEDED:
            if metric_cells.is_blank(cells[field]):
                raise UserError(f"it has no {self._named(field)}.")
        metric = metric_cells.metric_named(cells["metric"], self.known)
        found = metric_cells.amount(metric, cells["value"], cells["unit"])
        return NewReading(
            metric=metric.name,
            value=found.value,
            unit=metric.unit,
            window=self._window(cells),
            n=None if _is_unknown(cells["n"]) else metric_cells.sample_size(cells["n"]),
            sd=None if _is_unknown(cells["sd"]) else metric_cells.spread(cells["sd"], found.scale),
            origin=self.origin,
            source=bounded(one_line(str(cells["source"] or "")), _SOURCE_ROOM) or self.source,
        )

    def _window(self, cells: Mapping[str, Any]) -> Window:
        start, end = (self._instant(cells[field], field) for field in ("window_start", "window_end"))
        if end <= start:
            raise UserError(f"its window ends at {end:%Y-%m-%d %H:%M} UTC, not after it starts.")
        if end > self.now:
            raise UserError(f"its window ends at {end:%Y-%m-%d %H:%M} UTC, which is still to come.")
        return Window(start, end)

    def _instant(self, value: object, field: str) -> datetime:
        return times.instant(intake.instant(value, self.mapping.get(field, field), self.zone))

    def _cell(self, field: str, row: Mapping[str, Any]) -> Any:
        return metric_cells.as_text(row.get(self.mapping.get(field, field)))

    def _named(self, field: str) -> str:
        column = self.mapping.get(field)
        return field if column is None else f"{field} (column “{metric_cells.shown(column)}”)"


def read(uri: str, reader: Reader, where: Iterable[tuple[str, str]] = ()) -> Iterator[NewReading | BadRow]:
    """Every row of the files behind *uri* that has these texts *where* they are asked for.

    Raises `UserError` where there is no such file, and after the last good row of one that breaks off.
    """
    for line, row in _of_files(uri, where):
        yield row if isinstance(row, BadRow) else reader.read(line, row)


def pull(spec: SourceSpec, known: Mapping[str, Metric], *, since: datetime, now: datetime) -> list[NewReading | BadRow]:
    """The rows of a product's readings source whose window ends after *since*, and those that cannot be read.

    Raises `UserError` (no such file, column or table) and `TransientError` (not reachable now).
    """
    reader = _reader(spec, known, now)
    found = (row if isinstance(row, BadRow) else reader.read(line, row) for line, row in _rows(spec))
    return [one for one in found if isinstance(one, BadRow) or one.window.end > since]


def first_rows(spec: SourceSpec, known: Mapping[str, Metric], *, now: datetime) -> FirstRows:
    """Look at a readings source before a product relies on it; it may be empty.

    Raises `UserError` for a column that is not there, with those that are, and where none of the rows can be read.
    """
    reader = _reader(spec, known, now)
    _require_columns(spec)
    looked = islice(_rows(spec, _LOOKED_AT), _LOOKED_AT)
    found = [row if isinstance(row, BadRow) else reader.read(line, row) for line, row in looked]
    bad = tuple(one for one in found if isinstance(one, BadRow))
    if bad and len(bad) == len(found):
        raise NoGoodRowError(bad[0])
    return FirstRows(good=len(found) - len(bad), bad=bad)


def _require_columns(spec: SourceSpec) -> None:
    columns = sources.describe(spec).columns
    for column in (*spec.mapping.values(), *(column for column, _ in spec.where)):
        if column not in columns:
            raise UnknownColumnError(column, columns)
    for field in NEEDED:
        if field not in columns and field not in spec.mapping:
            raise NoColumnError(field, columns)


def _reader(spec: SourceSpec, known: Mapping[str, Metric], now: datetime) -> Reader:
    return Reader(
        known=known,
        now=now,
        mapping=spec.mapping,
        zone=None if spec.zone is None else zone_named(spec.zone),
        origin=Origin.SOURCE,
        source=_place(spec),
    )


def _place(spec: SourceSpec) -> str:
    """Where a source's readings come from, in words: no password, no folder of this machine."""
    if "://" not in spec.uri:
        return Path(spec.uri).name
    return f"{without_password(spec.uri)} ({spec.table or 'a query'})"


def _rows(spec: SourceSpec, first: int | None = None) -> Iterator[tuple[int, Row]]:
    """The rows of a source that meet its `where`, of a database only the *first*; numbered as in a file, in a database
    as they come.
    """
    if "://" in spec.uri:
        found = sql.first_rows_of(spec, first) if first else sql.rows_of(spec, MOST_ROWS)
        yield from enumerate(found, start=1)
    else:
        yield from _of_files(spec.uri, spec.where)


def _of_files(uri: str, where: Iterable[tuple[str, str]]) -> Iterator[tuple[int, Row]]:
    for line, row in intake.rows_of(uri):
        if isinstance(row, BadRow) or all(_compared(row.get(column)) == value for column, value in where):
            yield line, row


def _compared(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_unknown(value: object) -> bool:
    """Whether a cell that may be empty is; Parquet writes an empty number as NaN."""
    return metric_cells.is_blank(value) or value != value  # noqa: PLR0124 only NaN differs from itself
