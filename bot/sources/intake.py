"""Reading a file row by row, so that a bad row is named by its line and the good ones are kept."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from bot.domain import mapping
from bot.domain.mapping import Origin, UnknownFieldError
from bot.domain.prediction import CANONICAL, Prediction
from bot.errors import UserError
from bot.sources import paths, rows, times
from bot.sources.paths import Format

BATCH = 1000
"""Rows fetched at a time where they come from a database engine."""

LONGEST_CELL = 10_000_000

NEEDED = ("id", "occurred_at")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: its line (its row number in Parquet), and why."""

    line: int
    reason: str


def read(uri: str, explicit: Mapping[str, str], zone: ZoneInfo | None) -> Iterator[Prediction | BadRow]:
    """Every row of the files behind *uri* as a prediction, or as a `BadRow`.

    Columns are found as for a source. Raises `UserError` where there is no such file, or no such field to map to.
    """
    for field in explicit:
        if field not in CANONICAL:
            raise UnknownFieldError(field)
    files = paths.find(uri)
    for path in files.paths:
        for line, row in _rows(path, files.format):
            yield row if isinstance(row, BadRow) else _prediction(line, row, explicit, zone)


def _rows(path: Path, form: Format) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    match form:
        case Format.PARQUET:
            yield from _parquet(path)
        case Format.JSON:
            yield from _array(path)
        case _:
            with paths.opened(path) as file:
                yield from _json_lines(file) if form is Format.JSONL else _csv(file, tabs=".tsv" in path.suffixes)


def _json_lines(file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    for line, raw in enumerate(file, start=1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
        except (ValueError, RecursionError):
            row = None
        yield line, row if isinstance(row, dict) else BadRow(line, "it is not a JSON object.")


def _array(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
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


def _csv(file: IO[bytes], *, tabs: bool) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.DictReader(text, delimiter="\t" if tabs else ",")
    for row in reader:
        extra = None in row
        bad = BadRow(reader.line_num, "it has more cells than the header.")
        yield reader.line_num, bad if extra else {name: cell or None for name, cell in row.items()}


def _parquet(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute("SELECT * FROM read_parquet($path)", {"path": str(path)})
        names = [column[0] for column in found.description or ()]
        number = 0
        while batch := found.fetchmany(BATCH):
            for row in batch:
                number += 1
                yield number, dict(zip(names, row, strict=True))


def _prediction(
    line: int, row: Mapping[str, Any], explicit: Mapping[str, str], zone: ZoneInfo | None
) -> Prediction | BadRow:
    try:
        origins = mapping.resolve(row, {field: column for field, column in explicit.items() if column in row})
        lacking = [name for name in NEEDED if name not in origins or row[origins[name].column] in {None, ""}]
        if lacking:
            return BadRow(line, f"it has no {lacking[0]}.")
        return rows.prediction({field: _value(field, origin, row, zone) for field, origin in origins.items()})
    except UserError as error:
        return BadRow(line, str(error))


def _value(field: str, origin: Origin, row: Mapping[str, Any], zone: ZoneInfo | None) -> Any:
    value = row[origin.column]
    if value is None:
        return None
    if field == "occurred_at":
        return _instant(value, origin.column, zone)
    if field in rows.NUMBERS:
        return _number(value, origin)
    if field == "feedback":
        return _spelled(value, {**dict.fromkeys(rows.UP, "up"), **dict.fromkeys(rows.DOWN, "down")})
    if field in rows.TRUTHS:
        return _spelled(value, {**dict.fromkeys(rows.TRUE, True), **dict.fromkeys(rows.FALSE, False)})
    return value


def _instant(value: object, column: str, zone: ZoneInfo | None) -> int:
    text = value.isoformat() if isinstance(value, datetime) else value
    found = times.parsed(text, column, zone) if isinstance(text, str) else None
    if found is None:
        raise times.UnreadableTimeError(column, str(value))
    return found


def _number(value: object, origin: Origin) -> float | None:
    try:
        return float(str(value)) / origin.divisor if str(value).strip() else None
    except ValueError:
        raise UserError(f"{origin.column} is “{str(value)[:60]}”, which is no number.") from None


def _spelled(value: object, spellings: Mapping[str, Any]) -> Any:
    return spellings.get(str(value).strip().lower())
