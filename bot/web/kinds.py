"""The kinds of rows that programs send: how each is read, and what it is kept as."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from bot.domain.changing import Change
from bot.domain.feedback import Given
from bot.domain.metrics import Metric
from bot.domain.prediction import Prediction
from bot.domain.readings import NewReading
from bot.domain.text import bounded, one_line
from bot.errors import UserError
from bot.kit.receiving import Taken, noted, require_no_source, take_feedback, take_predictions, take_readings
from bot.kit.redaction import protect
from bot.kit.safekeeping import protected_feedback
from bot.store import changes as marks
from bot.web.bodies import RefusedError
from bot.web.calling import Caller
from bot.web.intake import Fields, Kind

LONGEST_ID = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Readers:
    """How a row becomes a prediction, feedback, or a reading of one of these metrics whose window is over by then.
    Each raises `UserError` with what is wrong with the row.
    """

    prediction: Callable[[Fields], Prediction]
    feedback: Callable[[Fields], Given]
    reading: Callable[[Fields, Mapping[str, Metric], datetime], NewReading]


def predictions(caller: Caller, readers: Readers) -> Kind[Prediction]:
    """Predictions, under the product's rule for personal data. Raises `RefusedError` where they are fetched."""
    product = caller.product
    try:
        require_no_source(product)
    except UserError as error:
        raise RefusedError(409, str(error)) from None
    return Kind(
        read=lambda row: protect(readers.prediction(row), product.record.pii),
        keep=lambda session, rows: take_predictions(session, product.id, rows, caller.now),
    )


def feedback(caller: Caller, readers: Readers) -> Kind[Given]:
    """Feedback, under the product's rule for personal data."""
    product = caller.product
    return Kind(
        read=lambda row: protected_feedback(readers.feedback(row), product.record.pii),
        keep=lambda session, rows: take_feedback(session, product.id, rows, caller.now),
    )


def metrics(caller: Caller, readers: Readers) -> Kind[NewReading]:
    """Readings, entered by the key's name."""
    by = f"key {caller.key.name}"
    return Kind(
        read=lambda row: readers.reading(row, caller.known, caller.now),
        keep=lambda session, rows: take_readings(session, caller.product, rows, by=by, now=caller.now),
    )


def changes(caller: Caller, _readers: Readers) -> Kind[Change]:
    """Change marks, noted by the key's name."""
    return Kind(
        read=lambda row: _change(row, caller),
        keep=lambda session, rows: _note(session, caller.product.id, rows),
    )


def _note(session: Session, product_id: int, rows: Sequence[Change]) -> Taken:
    kept = sum(marks.note(session, product_id, one) for one in rows)
    return Taken(kept=kept, same=len(rows) - kept)


def _change(row: Fields, caller: Caller) -> Change:
    what, name = row.get("what"), row.get("id")
    if not isinstance(what, str):
        raise UserError("it has no what: a text that says what changed.")
    return noted(
        what,
        pii=caller.product.record.pii,
        at=_instant(row.get("at"), caller.now),
        by=f"key {caller.key.name}",
        now=caller.now,
        way="http",
        name="" if name is None else bounded(one_line(str(name)), LONGEST_ID),
    )


def _instant(value: object, now: datetime) -> datetime:
    if value is None:
        return now
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise UserError("at is no time with its offset, like 2026-11-16T09:00:00Z.")
