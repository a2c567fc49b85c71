"""How a metric's checks stand: what several in a row come to, and what of it the channel has yet to hear (ours)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

from bot.domain.health import Check, Verdict
from bot.domain.planning import Period


class State(StrEnum):
    """What a metric's checks come to. OFF: it never had a reading, or has no target; nothing is ever said of it."""

    OFF = "off"
    WELL = "well"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one check alone would come to. *read_at* is the end of the window of its reading."""

    state: State
    read_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Damping:
    """A new state needs *needed* of the last *of* checks."""

    needed: int
    of: int


DAMPING: Mapping[Period, Damping] = {
    Period.DAILY: Damping(needed=2, of=3),
    Period.WEEKLY: Damping(needed=1, of=1),
    Period.MONTHLY: Damping(needed=1, of=1),
}
"""What is read every day flaps; who reads once a week or a month has waited long enough."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a metric's checks stand since *since*. *recent*: the latest checks that count, oldest first.

    *said*: what the channel was told last, None where it never heard of it. *snoozed_until*: it hears nothing before
    that. *taken_by* looks after the miss for now. `version` grows with every change.
    """

    metric: str
    since: datetime
    state: State = State.OFF
    recent: tuple[Seen, ...] = ()
    said: State | None = None
    said_at: datetime | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    snoozed_why: str = ""
    taken_by: str | None = None
    taken_at: datetime | None = None
    version: int = 0

    def is_snoozed(self, now: datetime) -> bool:
        """Whether the channel hears nothing of it for now."""
        return self.snoozed_until is not None and now < self.snoozed_until

    def is_news(self, now: datetime) -> bool:
        """Whether the channel has yet to hear of its state. All was well before anybody heard of it."""
        if self.state is State.OFF or self.is_snoozed(now):
            return False
        return self.state is not (self.said or State.WELL)


def seen_in(check: Check) -> Seen | None:
    """What *check* comes to alone; None where its sample is too small to say anything."""
    if check.reading is None or check.watched.target is None:
        return Seen(state=State.OFF, read_at=datetime.min.replace(tzinfo=UTC))
    match check.verdict:
        case Verdict.PASS:
            state = State.WELL
        case Verdict.WARN | Verdict.FAIL:
            state = State.MISSED
        case Verdict.UNKNOWN:
            state = State.UNKNOWN
        case Verdict.TOO_FEW:
            return None
        case _:
            assert_never(check.verdict)
    return Seen(state=state, read_at=check.reading.read_at)


def advance(standing: Standing, seen: Seen | None, damping: Damping, now: datetime) -> Standing:
    """*standing* after one more check.

    A check on the same reading (or a corrected one of its window) takes the place of the one before and does not count
    again; one on an older reading says nothing. Unknown needs no second check: to be stale took two cadences already;
    but what was stale from the beginning is off.
    """
    if seen is None or _is_older(seen, standing) or _never_was_fresh(seen, standing):
        return standing
    match seen.state:
        case State.OFF | State.UNKNOWN:
            return _in_state(replace(standing, recent=()), seen.state, now)
        case State.WELL | State.MISSED:
            recent = (*(one for one in standing.recent if one.read_at < seen.read_at), seen)[-damping.of :]
            agreeing = sum(one.state is seen.state for one in recent)
            after = replace(standing, recent=recent)
            # After a silence there is nothing that could flap: who is read seldom would else never be heard.
            needed = 1 if standing.state is State.UNKNOWN else damping.needed
            return _in_state(after, seen.state, now) if agreeing >= needed else after
        case _:
            assert_never(seen.state)


def told(standing: Standing, now: datetime) -> Standing:
    """*standing* once the channel heard of its state."""
    return replace(standing, said=standing.state, said_at=now)


def taken(standing: Standing, by: str | None, now: datetime) -> Standing:
    """*standing* looked after by *by*; by nobody again where that is None."""
    return replace(standing, taken_by=by, taken_at=None if by is None else now)


def snoozed(standing: Standing, *, until: datetime | None, by: str | None, why: str = "") -> Standing:
    """*standing*, of which the channel hears nothing *until* then; awake where that is None."""
    return replace(standing, snoozed_until=until, snoozed_by=by, snoozed_why=why)


def _is_older(seen: Seen, standing: Standing) -> bool:
    return seen.state is not State.OFF and bool(standing.recent) and seen.read_at < standing.recent[-1].read_at


def _never_was_fresh(seen: Seen, standing: Standing) -> bool:
    return seen.state is State.UNKNOWN and standing.state is State.OFF and not standing.recent


def _in_state(standing: Standing, state: State, now: datetime) -> Standing:
    # What is well needs nobody to look after it.
    free = taken(standing, None, now) if state is State.WELL else standing
    return free if state is standing.state else replace(free, state=state, since=now)
