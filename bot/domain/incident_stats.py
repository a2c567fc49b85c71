"""What many incidents come to: how many, how fast people were, how often help was called, what came of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.follow_ups import FollowUp
from bot.domain.incident_account import was_escalated, was_reopened
from bot.domain.incidents import Event, Incident, Severity, was_false_alarm
from bot.domain.nights import is_night
from bot.domain.statistics import quantile

FEWEST = 5
"""Below so many, a median says more of chance than of the team."""

MEDIAN, SLOW = 0.5, 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """An incident with its record and its follow-ups."""

    incident: Incident
    events: Sequence[Event]
    follow_ups: Sequence[FollowUp] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """How long something took, of *n* incidents: half of them no longer than the *median*, nine of ten no longer than
    the *p90*. None where they are too few to tell.
    """

    n: int
    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stats:
    """What incidents come to. *kinds* and *severities* count them, the most frequent kind first; *again* are the kinds
    that happened more than once. *at_night*: declared in the night of the product. *false_alarms* are counted in
    nothing else.
    """

    whole: int
    still_open: int
    kinds: Mapping[str, int]
    severities: Mapping[Severity, int]
    acknowledged: Timing
    resolved: Timing
    escalated: int
    at_night: int
    reopened: int
    done: int
    to_do: int
    false_alarms: int = 0

    @property
    def again(self) -> Mapping[str, int]:
        """The kinds that happened more than once, with how often."""
        return {kind: count for kind, count in self.kinds.items() if count > 1}


def stats_of(courses: Iterable[Course], zone: ZoneInfo) -> Stats:
    """What *courses* come to, on the clock of *zone*."""
    courses = list(courses)
    every = [one for one in courses if not was_false_alarm(one.events)]
    found = [one.incident for one in every]
    tasks = [task for one in every for task in one.follow_ups]
    return Stats(
        whole=len(found),
        still_open=sum(one.is_open for one in found),
        kinds=dict(Counter(one.kind for one in found).most_common()),
        severities=dict(sorted(Counter(one.severity for one in found).items())),
        acknowledged=_timing(one.time_to_acknowledge for one in found),
        resolved=_timing(one.time_to_resolve for one in found),
        escalated=sum(was_escalated(one.events) for one in every),
        at_night=sum(is_night(one.declared_at, zone) for one in found),
        reopened=sum(was_reopened(one.events) for one in every),
        done=sum(task.is_done for task in tasks),
        to_do=sum(task.is_open for task in tasks),
        false_alarms=len(courses) - len(every),
    )


def _timing(spans: Iterable[timedelta | None]) -> Timing:
    known = sorted(span.total_seconds() for span in spans if span is not None)
    if len(known) < FEWEST:
        return Timing(n=len(known))
    median, slow = (timedelta(seconds=quantile(known, share)) for share in (MEDIAN, SLOW))
    return Timing(n=len(known), median=median, p90=slow)
