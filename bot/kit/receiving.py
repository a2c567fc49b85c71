"""What comes in about a product is kept and counted, whether a file brought it or a program sent it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session

from bot.domain.changing import Change
from bot.domain.feedback import Given, joined
from bot.domain.prediction import Prediction
from bot.domain.product import Pii, Product
from bot.domain.readings import NewReading
from bot.domain.sourcing import STORED
from bot.domain.text import bounded, length, one_line
from bot.errors import UserError
from bot.kit.safekeeping import protected_text
from bot.store import feedback, predictions, readings
from bot.store.readings import Kept

BATCH = 2000
"""Rows per transaction: what came in before a crash stays, and sending it again finishes the rest."""


SKEW = timedelta(minutes=5)
"""How far ahead of ours another machine's clock may be."""

LONGEST_NOTE = 200
"""UTF-16 units of a change mark."""


class HasItsOwnSourceError(UserError):
    """Loaded and fetched predictions of one product would be counted apart."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"“{key}” reads its predictions from a source of its own; load into a product that was added without one."
        )


class NoWordsError(UserError):
    """A change mark without words marks nothing."""

    def __init__(self) -> None:
        super().__init__("Say what changed in a few words, like “prompt v7 live”.")


class NotYetError(UserError):
    """What is still to come has not changed anything yet."""

    def __init__(self) -> None:
        super().__init__("That moment is still to come: note a change when it is there.")


class TooManyWordsError(UserError):
    """A change mark is a label, not a report."""

    def __init__(self) -> None:
        super().__init__(f"Say what changed in up to {LONGEST_NOTE} characters.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """How many rows said something new, and how many changed nothing because it was known.

    *corrected*: those among the new ones that took another's place (readings). *held*: those that are about
    predictions that are here (feedback).
    """

    kept: int = 0
    same: int = 0
    corrected: int = 0
    held: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            kept=self.kept + other.kept,
            same=self.same + other.same,
            corrected=self.corrected + other.corrected,
            held=self.held + other.held,
        )


def require_no_source(product: Product) -> None:
    """Raise `HasItsOwnSourceError` where a product's predictions are fetched, not loaded."""
    if product.source is not None and product.source.uri != STORED:
        raise HasItsOwnSourceError(product.key)


def take_predictions(session: Session, product_id: int, found: Sequence[Prediction], now: datetime) -> Taken:
    """Keep predictions, as they may be stored, and let the feedback that waits for them reach them."""
    once = predictions.once(found)
    held = predictions.loaded_among(session, product_id, once)
    # What people said of a prediction stands on it: compared is how it would stand then.
    whole = feedback.enrich(session, product_id, once) if held else once
    new = [one for one, said in zip(once, whole, strict=True) if _is_new(said, held.get(one.identity))]
    predictions.keep(session, product_id, new, loaded=True)
    feedback.reach(session, product_id, (one.id for one in new), now)
    return Taken(kept=len(new), same=len(found) - len(new))


def take_feedback(session: Session, product_id: int, found: Sequence[Given], now: datetime) -> Taken:
    """Keep feedback, as it may be stored, and let it reach the predictions that are here."""
    ids = {one.prediction_id for one in found}
    known = {_identity(one): one for one in feedback.of_predictions(session, product_id, ids)}
    feedback.keep(session, product_id, found)
    held = feedback.reach(session, product_id, ids, now)
    kept = _count_new(known, found)
    return Taken(kept=kept, same=len(found) - kept, held=sum(one.prediction_id in held for one in found))


def take_readings(session: Session, product: Product, found: Iterable[NewReading], *, by: str, now: datetime) -> Taken:
    """Keep readings as entered by *by*; one that says something else takes the place of the one that was there.

    Of several for one metric and window the last holds: else each load would correct the one with the other.
    """
    last = {(one.metric, one.window): one for one in found}
    safe = (replace(one, source=protected_text(one.source, product.record.pii)) for one in last.values())
    counts = readings.keep_all(session, product.id, safe, by=by, now=now)
    return Taken(kept=counts[Kept.NEW] + counts[Kept.REPLACED], same=counts[Kept.SAME], corrected=counts[Kept.REPLACED])


def noted(what: str, *, pii: Pii, at: datetime, by: str, now: datetime, way: str, name: str = "") -> Change:
    """The change mark that *by* typed or sent on some *way*: its *name* tells it apart there, without one the same
    words for the same time are the same.

    Raises `UserError` where it says nothing, or more than a chart can show.
    """
    if at > now + SKEW:
        raise NotYetError
    said = bounded(one_line(what), LONGEST_NOTE + 1)
    if not said:
        raise NoWordsError
    if length(said) > LONGEST_NOTE:
        raise TooManyWordsError
    key = name or sha256(json.dumps([at.isoformat(), said]).encode()).hexdigest()[:32]
    return Change(key=f"{way}/{key}", at=at, what=protected_text(said, pii), noted_by=by, noted_at=now)


def _is_new(said: Prediction, held: Prediction | None) -> bool:
    return held is None or (held.occurred_at <= said.occurred_at and held != said)


def _count_new(known: dict[tuple[str, str, str], Given], found: Iterable[Given]) -> int:
    """How many of *found*, one after the other, add to what is known or change it."""
    kept = 0
    for one in found:
        before = known.get(_identity(one))
        after = one if before is None else joined(before, one)
        kept += after != before
        known[_identity(one)] = after
    return kept


def _identity(given: Given) -> tuple[str, str, str]:
    return given.prediction_id, given.model_version, given.given_by
