"""Fixes: what a team decides to do about errors, what it weighs, and the steps a fix goes through."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from bot.errors import UserError

LOWEST, HIGHEST = 1, 5
"""What each score may be. Source: domain 4."""

USUAL_TIME = timedelta(weeks=2)
"""How long a fix has, unless somebody says otherwise. Source: domain 11."""


class FixKind(StrEnum):
    """What is worked on. Data work comes first: it is no lesser kind of fix. Source: domain 4."""

    LABELS = "labels"
    CLEANING = "cleaning"
    COLLECTION = "collection"
    PROMPT = "prompt"
    MODEL = "model"
    RETRIEVAL = "retrieval"
    PRODUCT = "product"
    GUARDRAIL = "guardrail"


class FixState(StrEnum):
    """How far a fix is. PROPOSED: on the board of a review that nobody has finished. CHECKED: its errors were looked
    for after it was shipped.
    """

    PROPOSED = "proposed"
    DECIDED = "decided"
    TUNED = "tuned"
    TESTED = "tested"
    SHIPPED = "shipped"
    CHECKED = "checked"
    DROPPED = "dropped"


STEPS = (FixState.DECIDED, FixState.TUNED, FixState.TESTED, FixState.SHIPPED, FixState.CHECKED)
"""The way of a fix; steps may be skipped. Source: domain 11."""

OPEN = (FixState.DECIDED, FixState.TUNED, FixState.TESTED)
"""Decided and not shipped: somebody has still to do something."""

_GIVEN_UP = {FixState.DROPPED}
NEXT: Mapping[FixState, frozenset[FixState]] = {
    FixState.PROPOSED: frozenset({FixState.DECIDED, *_GIVEN_UP}),
    # Back to PROPOSED: the review was opened again.
    FixState.DECIDED: frozenset({*STEPS[1:], FixState.PROPOSED, *_GIVEN_UP}),
    FixState.TUNED: frozenset({*STEPS[2:], *_GIVEN_UP}),
    FixState.TESTED: frozenset({*STEPS[3:], *_GIVEN_UP}),
    FixState.SHIPPED: frozenset({FixState.CHECKED, FixState.DECIDED, *_GIVEN_UP}),
    FixState.CHECKED: frozenset({FixState.DECIDED}),
    FixState.DROPPED: frozenset({FixState.DECIDED}),
}
"""What each state may become."""


class NotNextError(UserError):
    """A fix cannot become this now."""

    def __init__(self, now: FixState, wanted: FixState) -> None:
        if now is wanted:
            super().__init__(f"It is {now} already.")
        else:
            super().__init__(f"It is {now}: from there it can become {', '.join(sorted(NEXT[now]))}, not {wanted}.")


class ReasonNeededError(UserError):
    """Whoever drops a fix, or opens it again, says why."""

    def __init__(self) -> None:
        super().__init__("Say why in a few words: the team reads it next week.")


class BadScoresError(UserError):
    """A score is no whole number from 1 to 5."""

    def __init__(self) -> None:
        super().__init__(f"Each score is a whole number from {LOWEST} to {HIGHEST}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """How much each score counts: whole numbers, the team's own. Impact weighs at least as much as any other.

    Source: domain 4.
    """

    impact: int = 2
    feasibility: int = 1
    risk: int = 1
    alignment: int = 1

    def __post_init__(self) -> None:
        others = (self.feasibility, self.risk, self.alignment)
        if self.impact < 1 or min(others) < 0 or max(others) > self.impact:
            raise ValueError(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """What a team thinks of a fix, each 1 to 5; a high risk counts against it. Raises `BadScoresError`."""

    impact: int
    feasibility: int
    risk: int
    alignment: int

    def __post_init__(self) -> None:
        given = (self.impact, self.feasibility, self.risk, self.alignment)
        if not all(LOWEST <= one <= HIGHEST for one in given):
            raise BadScoresError


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """A fix. *id* is the number people say; *item_ids* are the items of the review it is about.

    *this_week*: above the line. *version* grows with every change: whoever saves must have seen the latest.
    """

    id: int
    product_id: int
    review_id: int
    title: str
    kind: FixKind
    scores: Scores | None = None
    this_week: bool = False
    owner: str | None = None
    due: date | None = None
    state: FixState = FixState.PROPOSED
    shipped_at: datetime | None = None
    version: int = 1
    item_ids: tuple[int, ...] = ()


def score(scores: Scores, weights: Weights) -> float:
    """The weighted mean of the four, 1.0 to 5.0, more is better; the risk counts inverted. Source: domain 4."""
    weighed = (
        (scores.impact, weights.impact),
        (scores.feasibility, weights.feasibility),
        (LOWEST + HIGHEST - scores.risk, weights.risk),
        (scores.alignment, weights.alignment),
    )
    return float(Fraction(sum(value * weight for value, weight in weighed), sum(weight for _, weight in weighed)))


def in_order(fixes: Iterable[Fix], weights: Weights) -> list[Fix]:
    """*fixes* as they are to be read: the best score first, those without one last; ties go to the one for more
    items, then to the older.
    """

    def place(fix: Fix) -> tuple[bool, float, int, int]:
        return fix.scores is None, -score(fix.scores, weights) if fix.scores else 0, -len(fix.item_ids), fix.id

    return sorted(fixes, key=place)


def is_overdue(fix: Fix, today: date) -> bool:
    """Whether somebody should have shipped it before *today*."""
    return fix.state in OPEN and fix.due is not None and fix.due < today


def require_next(now: FixState, wanted: FixState, reason: str) -> None:
    """Raise `NotNextError` unless *now* may become *wanted*, `ReasonNeededError` where it takes a reason."""
    if wanted not in NEXT[now]:
        raise NotNextError(now, wanted)
    if takes_reason(now, wanted) and not reason.strip():
        raise ReasonNeededError


def takes_reason(now: FixState, wanted: FixState) -> bool:
    """Whether a change is one that has to be explained: giving up what was decided, and opening again what was over."""
    was_over = now in {FixState.SHIPPED, FixState.CHECKED, FixState.DROPPED}
    return wanted is FixState.DROPPED or (was_over and wanted is FixState.DECIDED)
