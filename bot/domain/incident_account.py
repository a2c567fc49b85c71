"""An incident after the fact: everything its record, its follow-ups and its predictions say of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.calling import Rung
from bot.domain.failure_modes import FailureMode
from bot.domain.follow_ups import FollowUp
from bot.domain.incidents import Did, Event, Incident, Tenure, tenures

BEYOND_THE_OWNER = (Rung.BACKUP, Rung.LEADS, Rung.ADMINS)
"""Where calls went when the owner did not answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """All that is known of an incident of *product* (its name). *events* in the order in which they were written down,
    *predictions* by their ids; *names*: what its people are called, as far as is known.
    """

    product: str
    zone: str
    incident: Incident
    kind: FailureMode
    events: Sequence[Event]
    follow_ups: Sequence[FollowUp] = ()
    predictions: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def owners(self) -> tuple[Tenure, ...]:
        """Who held it from when until when: each stretch that lasted, and the last, which ends with the incident."""
        return tuple(_ended(self.incident, tenures(self.events)))

    @property
    def timeline(self) -> list[Event]:
        """What happened, in the order in which it did: a message may have been kept later than it was written."""
        return sorted(self.events, key=lambda event: event.at)

    @property
    def called(self) -> tuple[str, ...]:
        """Who was called because nobody had acknowledged it, each once, the first first."""
        return tuple(dict.fromkeys(user for event in calls(self.events) for user in event.detail.get("called", ())))

    @property
    def was_reopened(self) -> bool:
        """Whether it was opened again."""
        return was_reopened(self.events)


def calls(events: Sequence[Event]) -> list[Event]:
    """The calls for somebody to acknowledge it; reminders to say how it goes are none."""
    return [event for event in events if event.what is Did.CALLED and event.detail.get("rung") in set(Rung)]


def was_escalated(events: Sequence[Event]) -> bool:
    """Whether more people than its owner had to be called."""
    return any(event.detail.get("rung") in BEYOND_THE_OWNER for event in calls(events))


def was_reopened(events: Sequence[Event]) -> bool:
    """Whether it was opened again."""
    return any(event.what is Did.REOPENED for event in events)


def _ended(incident: Incident, found: Sequence[Tenure]) -> Iterator[Tenure]:
    over = incident.resolved_at
    for place, one in enumerate(found, start=1):
        until = one.until or over
        # Who resolves what nobody was at holds it for no time at all, and is its owner still.
        if until is None or until > one.since or place == len(found):
            yield Tenure(user=one.user, since=one.since, until=until)
