"""Incidents: what one is, what happened in it, and that somebody owned it at every moment. Source: domain 10."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from bot.domain.failure_modes import Level
from bot.domain.responsibilities import INCIDENT_RESPONSE, MODEL_QUALITY, RETRAIN_OR_ROLL_BACK

_WORD = re.compile(r"\w{4,}")

ALIKE_WITHIN = timedelta(hours=1)
"""Another of the same kind that was opened so shortly before may be the same one. Source: ux 3.3."""


class Severity(IntEnum):
    """How bad it is; 1 is the worst."""

    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4


SEVERITY_OF: Mapping[Level, Severity] = {
    Level.CRITICAL: Severity.CRITICAL,
    Level.HIGH: Severity.HIGH,
    Level.MEDIUM: Severity.MEDIUM,
    Level.LOW: Severity.LOW,
}
"""How severe an incident is to begin with, by the severity of its failure mode."""


class State(StrEnum):
    """How far an incident is: nobody has said yet that they are at it; its owner is at it; it is over."""

    DECLARED = "declared"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


OPEN = (State.DECLARED, State.ACKNOWLEDGED)


class Origin(StrEnum):
    """Where an incident was declared from."""

    COMMAND = "command"
    FORM = "form"
    HEALTH = "health check"
    REVIEW = "error review"
    MESSAGE = "message"


class Did(StrEnum):
    """What happened in an incident. CALLED is Muster's own; KEPT is a message of the thread that somebody kept."""

    DECLARED = "declared"
    ACKNOWLEDGED = "acknowledged"
    TAKEN = "taken"
    ASSIGNED = "assigned"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CALLED = "called"
    UPDATED = "updated"
    NOTED = "noted"
    KEPT = "kept"
    DECIDED = "decided"
    REGRADED = "regraded"
    ATTACHED = "attached"
    RESOLVED = "resolved"
    REOPENED = "reopened"


class Decision(StrEnum):
    """What can be decided about an incident. Source: domain 10."""

    RETRAIN = "retrain"
    ROLL_BACK = "roll_back"
    SWITCH_OFF = "switch_off"
    PEOPLE_TAKE_OVER = "people_take_over"
    ACCEPT = "accept"


DECIDED_BY: Mapping[Decision, str] = {
    Decision.RETRAIN: RETRAIN_OR_ROLL_BACK,
    Decision.ROLL_BACK: RETRAIN_OR_ROLL_BACK,
    # What stops the harm at once and can be taken back is for whoever holds the incident.
    Decision.SWITCH_OFF: INCIDENT_RESPONSE,
    Decision.PEOPLE_TAKE_OVER: INCIDENT_RESPONSE,
    Decision.ACCEPT: MODEL_QUALITY,
}
"""The responsibility whose owner takes each decision."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewIncident:
    """What an incident is before it has a number. *kind*: the key of a failure mode; *seen*: what people see."""

    product_id: int
    kind: str
    severity: Severity
    seen: str
    origin: Origin
    owner: str
    declared_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """An incident; *id* is the number people say. *owner* is one person, at every moment. *offered_to*: whom it is to
    be handed to and who has not accepted. *called_at*: since when its owner has been waited for. *next_update_at*: when
    the channel expects to hear more, None where no updates are asked for.

    `version` grows with every change: whoever saves must have seen the latest.
    """

    id: int
    product_id: int
    kind: str
    severity: Severity
    seen: str
    origin: Origin
    owner: str
    declared_by: str
    declared_at: datetime
    called_at: datetime
    state: State = State.DECLARED
    offered_to: str | None = None
    offered_by: str | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    next_update_at: datetime | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    summary: str = ""
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.state in OPEN

    @property
    def time_to_acknowledge(self) -> timedelta | None:
        """From being declared to somebody being at it; None where nobody is."""
        return None if self.acknowledged_at is None else self.acknowledged_at - self.declared_at

    @property
    def time_to_resolve(self) -> timedelta | None:
        """From being declared to being over; None where it is not."""
        return None if self.resolved_at is None else self.resolved_at - self.declared_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What happened in an incident: by whom (empty: by Muster itself), and when.

    *detail* holds what changed as `{field: [before, after]}`, and the `text`, `decision` or `reason` if any, and
    `false_alarm` where it was none. *key* tells apart what may be there once only.
    """

    at: datetime
    by: str
    what: Did
    detail: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tenure:
    """Who owned an incident from when until when; *until* None: still."""

    user: str
    since: datetime
    until: datetime | None


def in_like_words(one: str, other: str) -> bool:
    """Whether two say much the same: half of the longer words of the shorter one stand in the other too."""
    mine, theirs = (frozenset(word for word in _WORD.findall(text.casefold())) for text in (one, other))
    fewer = min(len(mine), len(theirs))
    return bool(fewer) and 2 * len(mine & theirs) >= fewer


def tenures(events: Sequence[Event]) -> tuple[Tenure, ...]:
    """Who owned an incident from when until when, by its record: without a gap, and never two at once."""
    changes = [(event.at, event.detail["owner"][1]) for event in events if "owner" in event.detail]
    pairs = zip(changes, [*(at for at, _ in changes[1:]), None], strict=True)
    return tuple(Tenure(user=user, since=since, until=until) for (since, user), until in pairs)


def was_false_alarm(events: Iterable[Event]) -> bool:
    """Whether it is over because nothing was wrong, as whoever resolved it says; not once it was opened again."""
    ends = [event for event in events if event.what in {Did.RESOLVED, Did.REOPENED}]
    return bool(ends) and ends[-1].detail.get("false_alarm") is True


def decisions(events: Iterable[Event]) -> list[Event]:
    """What was decided, the first first."""
    return [event for event in events if event.what is Did.DECIDED]
