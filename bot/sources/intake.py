"""Reading a file row by row, so that a bad row is named by its line and the good ones are kept."""

import csv
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice, zip_longest
from pathlib import Path
from typing import IO, Any, assert_never
from zoneinfo import ZoneInfo

from bot.domain import mapping
from bot.domain.mapping import Origin, UnknownFieldError
from bot.domain.prediction import CANONICAL, Prediction
from bot.errors import UserError
from bot.sources import csv_files, duck, paths, rows, times
from bot.sources.paths import Format

BATCH = 1000
"""Rows fetched at a time where they come from a database engine."""

LONGEST_CELL = 10_000_000

NEEDED = ("id", "occurred_at")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: the line it begins on (its number among the rows in Parquet and arrays), and why."""

    line: int
    reason: str


class BrokenOffError(UserError):
    """A file ends before it should."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The file “{path}” cannot be read to its end. Was it cut off on its way here?")


Row = dict[str, Any] | BadRow


def read(uri: str, explicit: Mapping[str, str], zone: ZoneInfo | None) -> Iterator[Prediction | BadRow]:
    """Every row of the files behind *uri* as a prediction, or as a `BadRow`.

    Columns are found as for a source. Raises `UserError` where there is no such file, or no such field to map to, and
    after the last good row of a file that breaks off.
    """
    for field in explicit:
        if field not in CANONICAL:
            raise UnknownFieldError(field)
    for line, row in rows_of(uri):
        yield row if isinstance(row, BadRow) else prediction_in(line, row, explicit, zone)


def rows_of(uri: str) -> Iterator[tuple[int, Row]]:
    """Every row of the files behind *uri* with its line, whatever its columns are.

    Raises `UserError` where there is no such file, and after the last good row of one that breaks off.
    """
    files = paths.find(uri)
    for path in files.paths:
        yield from _whole(path, files.format)


def prediction_in(
    line: int, row: Mapping[str, Any], explicit: Mapping[str, str], zone: ZoneInfo | None
) -> Prediction | BadRow:
    """The prediction in *row*, its columns found as for a source, or the sentence that says why there is none."""
    try:
        origins = mapping.resolve(row, {field: column for field, column in explicit.items() if column in row})
        lacking = [name for name in NEEDED if name not in origins or row[origins[name].column] in (None, "")]
        if lacking:
            return BadRow(line, f"it has no {lacking[0]}.")
        return rows.prediction({field: _value(field, origin, row, zone) for field, origin in origins.items()})
    except UserError as error:
        return BadRow(line, str(error))


def _whole(path: Path, form: Format) -> Iterator[tuple[int, Row]]:
    try:
        yield from _rows(path, form)
    except (EOFError, OSError, zlib.error):
        raise BrokenOffError(path) from None


def _rows(path: Path, form: Format) -> Iterator[tuple[int, Row]]:
    match form:
        case Format.PARQUET:
            yield from _parquet(path)
        case Format.JSON:
            yield from _array(path)
        case Format.CSV:
            yield from _csv(path)
        case Format.JSONL:
            with paths.opened(path) as file:
                yield from _json_lines(file)
        case _:
            assert_never(form)


def _json_lines(file: IO[bytes]) -> Iterator[tuple[int, Row]]:
    for line, raw in enumerate(file, start=1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
        except (ValueError, RecursionError):
            row = None
        yield line, row if isinstance(row, dict) else BadRow(line, "it is not a JSON object.")


def _array(path: Path) -> Iterator[tuple[int, Row]]:
    with paths.opened(path) as file:
        raw = file.read()
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        # One object a line under a name that promises an array is common, and just as good.
        yield from _json_lines(BytesIO(raw))
        return
    for number, row in enumerate(found if isinstance(found, list) else [found], start=1):
        yield number, row if isinstance(row, dict) else BadRow(number, "it is not a JSON object.")


def _csv(path: Path) -> Iterator[tuple[int, Row]]:
    head = csv_files.header(path)
    csv.field_size_limit(LONGEST_CELL)
    with (
        paths.opened(path) as file,
        TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="") as text,
    ):
        for line, cells in islice(_records(text, head.delimiter), 1, None):
            if cells is None:
                yield (
                    line,
                    BadRow(line, f"its quotes do not match, or a cell is longer than {LONGEST_CELL:,} characters."),
                )
            elif len(cells) > len(head.names):
                yield line, BadRow(line, "it has more cells than the header.")
            elif cells:
                yield line, {name: cell or None for name, cell in zip_longest(head.names, cells)}


def _records(text: TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """The cells of each record with the line it begins on; None where it cannot be cut into cells."""
    # Strict: otherwise a quote that is never closed would take all rows after it into its cell without a word.
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except csv.Error:
            yield line, None
        except StopIteration:
            return


def _parquet(path: Path) -> Iterator[tuple[int, Row]]:
    relation = f"read_parquet({duck.listed([path])}, binary_as_string = true)"
    with duck.plain_words(), duck.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        types = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        found = connection.execute(
            f"SELECT {', '.join(_shown(name, kind) for name, kind, *_ in types)} FROM {relation}"
        )
        names = [name for name, *_ in types]
        number = 0
        while batch := found.fetchmany(BATCH):
            for row in batch:
                number += 1
                yield number, dict(zip(names, row, strict=True))


def _shown(name: str, kind: str) -> str:
    """A column to select; times as text, which is how all other files have them (and to fetch some would need pytz)."""
    quoted = duck.DuckDialect().quote(name)
    return f"CAST({quoted} AS VARCHAR)" if "TIMESTAMP" in kind or "DATE" in kind else quoted


def _value(field: str, origin: Origin, row: Mapping[str, Any], zone: ZoneInfo | None) -> Any:
    value = row[origin.column]
    if value is None:
        return None
    if field == "occurred_at":
        return instant(value, origin.column, zone)
    if field in rows.NUMBERS:
        return _number(value, origin)
    if field == "feedback":
        return thumb(value)
    if field in rows.TRUTHS:
        return _spelled(value, {**dict.fromkeys(rows.TRUE, True), **dict.fromkeys(rows.FALSE, False)})
    return value


def thumb(value: object) -> str | None:
    """up, down, or None for what is neither."""
    found: str | None = _spelled(value, {**dict.fromkeys(rows.UP, "up"), **dict.fromkeys(rows.DOWN, "down")})
    return found


def instant(value: object, column: str, zone: ZoneInfo | None) -> int:
    """The instant that a cell names, in microseconds since 1970. Raises `UserError`, naming *column*."""
    found = times.parsed(value, column, zone) if isinstance(value, str) else None
    if found is None or not _is_in_calendar(found):
        raise times.UnreadableTimeError(column, str(value))
    return found


def _is_in_calendar(micros: int) -> bool:
    """Whether UTC has a year for it: the first and last hours of the calendar in other zones have none."""
    try:
        times.instant(micros)
    except OverflowError:
        return False
    return True


def _number(value: object, origin: Origin) -> float | None:
    try:
        return float(str(value)) / origin.divisor if str(value).strip() else None
    except ValueError:
        raise UserError(f"{origin.column} is “{str(value)[:60]}”, which is no number.") from None


def _spelled(value: object, spellings: Mapping[str, Any]) -> Any:
    return spellings.get(str(value).strip().lower())
