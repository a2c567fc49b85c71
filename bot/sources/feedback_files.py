"""Feedback in files: what people said of predictions, row by row, each good or named by its line."""

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.feedback import Given
from bot.domain.words import nearest
from bot.errors import UserError
from bot.sources import intake, rows
from bot.sources.intake import BadRow

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "prediction_id"),
    "model_version": ("model_version",),
    "feedback": ("feedback",),
    "correction": ("correction",),
    "final_output": ("final_output",),
    "comment": ("comment",),
    "given_by": ("given_by", "rated_by"),
    "given_at": ("given_at", "occurred_at"),
}
"""What a row of feedback holds, each with the columns it is read from: the first that is there counts."""


class NoSuchFieldError(UserError):
    """A map names a field that feedback does not have."""

    def __init__(self, field: str) -> None:
        near = nearest(field, COLUMNS)
        meant = f" Did you mean “{near}”?" if near else ""
        super().__init__(f"Feedback has no field “{field}” to map to.{meant} There are: {', '.join(COLUMNS)}.")


class NeitherError(UserError):
    """A thumb that points nowhere."""

    def __init__(self, value: object) -> None:
        super().__init__(f"feedback is “{str(value)[:60]}”, which is neither up nor down.")


def read(uri: str, explicit: Mapping[str, str], zone: ZoneInfo | None) -> Iterator[Given | BadRow]:
    """Every row of the files behind *uri* as feedback, or as a `BadRow`; *explicit* names a field's column.

    Times follow the same rules as those of predictions. Raises `UserError` like `intake.read`.
    """
    for field in explicit:
        if field not in COLUMNS:
            raise NoSuchFieldError(field)
    for line, row in intake.rows_of(uri):
        yield row if isinstance(row, BadRow) else given_in(line, row, explicit, zone)


def given_in(line: int, row: Mapping[str, Any], explicit: Mapping[str, str], zone: ZoneInfo | None) -> Given | BadRow:
    """The feedback in *row*, or the sentence that says why there is none."""
    columns = {field: column for field in COLUMNS if (column := _column(field, row, explicit)) is not None}
    lacking = next((name for name in ("id", "given_at") if name not in columns), None)
    if lacking:
        return BadRow(line, f"it has no {lacking}.")
    try:
        given = _read(row, columns, zone)
    except UserError as error:
        return BadRow(line, str(error))
    return given if given.says_something else BadRow(line, "it says nothing: no feedback, correction or comment.")


def _read(row: Mapping[str, Any], columns: Mapping[str, str], zone: ZoneInfo | None) -> Given:
    cells: dict[str, Any] = {_AS_PREDICTION.get(field, field): row[column] for field, column in columns.items()}
    cells["occurred_at"] = intake.instant(cells["occurred_at"], columns["given_at"], zone)
    if "feedback" in cells:
        cells["feedback"] = _thumb(cells["feedback"])
    found = rows.prediction(cells)
    return Given(
        prediction_id=found.id,
        model_version=found.model_version or "",
        given_by=found.rated_by or "",
        given_at=found.occurred_at,
        feedback=found.feedback,
        correction=found.expected,
        final_output=found.final_output,
        comment=found.context,
    )


_AS_PREDICTION = {"correction": "expected", "comment": "context", "given_by": "rated_by", "given_at": "occurred_at"}
"""Which field of a prediction is read the way a field of feedback is."""


def _thumb(value: object) -> str:
    found = intake.thumb(value)
    if found is None:
        raise NeitherError(value)
    return found


def _column(field: str, row: Mapping[str, Any], explicit: Mapping[str, str]) -> str | None:
    """The column that holds *field* in this row, None where it holds nothing."""
    named = (explicit[field],) if explicit.get(field) in row else COLUMNS[field]
    return next((column for column in named if column in row and not _is_blank(row[column])), None)


def _is_blank(value: object) -> bool:
    if isinstance(value, float) and isnan(value):
        return True
    return value is None or not str(value).strip()
