"""How often the channel hears of an open incident, and who is asked when it hears nothing.

Source: an acknowledgement can expire (ux 3.4). The spans are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.calling import Case, Rung
from bot.domain.incidents import Severity

EVERY: Mapping[Severity, timedelta] = {
    Severity.CRITICAL: timedelta(minutes=30),
    Severity.HIGH: timedelta(minutes=60),
}
"""How long the channel waits for an update; of the others it hears when there is something to say."""


class Stage(Enum):
    """What is done about a missing update, and whom it concerns; each stage comes one wait after the one before.

    DUE: the owner is reminded. STILL: they are asked whether they are still on it: nothing was heard for two waits.
    BACKUP, LEADS: these are told that nothing is heard.
    """

    DUE = Rung.OWNER
    STILL = Rung.THREAD
    BACKUP = Rung.BACKUP
    LEADS = Rung.LEADS


STAGES = tuple(Stage)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """Who is *called* for a missing update now, and who is *passed_over* because it is night where they are."""

    stage: Stage
    called: tuple[str, ...]
    passed_over: tuple[str, ...] = ()


def next_update(severity: Severity, now: datetime) -> datetime | None:
    """When the channel hears of an incident again that it heard of just *now*; None: when there is something to say."""
    every = EVERY.get(severity)
    return now + every if every else None


def reminder_at(case: Case, place: int, since: datetime, now: datetime) -> Reminder | None:
    """Who is asked *now* for an update, where the stage at *place* was due *since* then; what was missed meanwhile is
    not made up for. None: nobody who may be called is left.
    """
    asleep: list[str] = []
    for stage in STAGES[min(place + (now - since) // EVERY[case.severity], len(STAGES) - 1) :]:
        people = case.chain.get(stage.value, ())
        called = tuple(user for user in people if case.may(user, now))
        asleep += [user for user in people if user not in called]
        if called:
            return Reminder(stage=stage, called=called, passed_over=tuple(dict.fromkeys(asleep)))
    return None


def next_reminder(case: Case, place: int, since: datetime, done: Stage) -> datetime | None:
    """When the stage after *done* is due, where the one at *place* was due *since* then; None: there is none."""
    after = STAGES.index(done) + 1
    return since + EVERY[case.severity] * (after - place) if after < len(STAGES) else None
