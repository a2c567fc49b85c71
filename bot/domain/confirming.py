"""When owners are asked whether what they own is still theirs: at once, once more, and then their leads hear.

Silence takes nothing from anybody. Source: ux 3.3; the pace of asking is ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.ownership import CONFIRM_EVERY, Ownership, is_unconfirmed

JOINS = timedelta(days=14)
"""What would be asked for within this time is asked for in the same round, and no round follows sooner."""

PATIENCE = timedelta(days=7)
"""How long an answer is waited for before the next step."""


class Step(StrEnum):
    """What is done next about an owner who is to say whether it is still theirs."""

    ASK = "ask"
    ASK_AGAIN = "again"
    TELL_LEADS = "leads"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """When an owner was last *asked*, asked *again*, and when their *leads* were told; None: never.

    *about*: what the messages of the last round still ask, each as product and responsibility.
    """

    asked: datetime | None = None
    again: datetime | None = None
    leads: datetime | None = None
    about: frozenset[tuple[int, str]] = frozenset()

    def of_round(self, rows: Iterable[Ownership]) -> list[Ownership]:
        """Those of *rows* that the last round asked about and that were not answered there."""
        return [one for one in rows if (one.product_id, one.responsibility) in self.about]


def due(rows: Iterable[Ownership], now: datetime) -> list[Ownership]:
    """What is to be confirmed, the oldest word first."""
    return sorted((one for one in rows if is_unconfirmed(one, now)), key=lambda one: one.confirmed_at)


def in_one_round(rows: Iterable[Ownership], now: datetime) -> list[Ownership]:
    """What is to be confirmed now or soon, the oldest word first."""
    return due(rows, now + JOINS)


def next_step(rows: Iterable[Ownership], asked: Asked, now: datetime) -> Step | None:
    """What is done at *now* about the owner of *rows*; None: nothing.

    Who does not answer what they were asked is asked that once more after a week; after another their leads hear of
    it, and the owner is left alone until it is time to ask anew. What they were not asked waits for the next round.
    """
    wanted = due(rows, now)
    if not wanted:
        return None
    if asked.asked is None or now - asked.asked >= CONFIRM_EVERY:
        return Step.ASK
    unanswered = asked.of_round(wanted)
    if len(unanswered) < len(wanted) and now - asked.asked > _length(asked, unanswered):
        return Step.ASK
    return _step_of_round(asked, now) if unanswered else None


def is_unanswered(rows: Iterable[Ownership], asked: Asked, now: datetime) -> bool:
    """Whether the owner of *rows* was asked twice, in vain: what their leads are told of."""
    return next_step(rows, replace(asked, leads=None), now) is Step.TELL_LEADS


def _length(asked: Asked, unanswered: Sequence[Ownership]) -> timedelta:
    """How long the round keeps others waiting: no shorter than what joined it, longer while the leads are to hear."""
    return 2 * JOINS if unanswered and not _is_of_this_round(asked.leads, asked) else JOINS


def _step_of_round(asked: Asked, now: datetime) -> Step | None:
    if not _is_of_this_round(asked.again, asked):
        return Step.ASK_AGAIN if _is_over(asked.asked, now) else None
    if not _is_of_this_round(asked.leads, asked):
        return Step.TELL_LEADS if _is_over(asked.again, now) else None
    return None


def _is_of_this_round(instant: datetime | None, asked: Asked) -> bool:
    return instant is not None and asked.asked is not None and instant >= asked.asked


def _is_over(instant: datetime | None, now: datetime) -> bool:
    return instant is not None and now - instant >= PATIENCE
