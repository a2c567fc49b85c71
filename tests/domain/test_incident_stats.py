"""What many incidents come to."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calling import Rung
from bot.domain.fixes import FixKind, FixState
from bot.domain.follow_ups import FollowUp
from bot.domain.incident_stats import FEWEST, Course, Stats, Timing, stats_of
from bot.domain.incidents import Did, Event, Severity
from tests.support.incidents import TUESDAY, an_incident, record_of, resolved_after

BERLIN = ZoneInfo("Europe/Berlin")


def course(minutes: int = 60, *extra: Event, tasks: tuple[FollowUp, ...] = (), **known: Any) -> Course:
    one = resolved_after(minutes, **known)
    return Course(incident=one, events=[*record_of(one), *extra], follow_ups=tasks)


def call(rung: str) -> Event:
    return Event(at=TUESDAY, by="", what=Did.CALLED, detail={"rung": rung, "called": ["U0PM"]})


def task(state: FixState | None) -> FollowUp:
    kind = FixKind.PRODUCT
    return FollowUp(
        id=1,
        incident_id=1,
        title="x",
        kind=kind,
        owner=None,
        due=None,
        created_by="U0PM",
        created_at=TUESDAY,
        state=state,
    )


def test_incidents_are_counted_timed_and_compared() -> None:
    night = TUESDAY.replace(hour=2)
    courses = [
        course(60, call(Rung.OWNER)),
        course(70, call(Rung.OWNER), call(Rung.LEADS)),
        course(80, call("update"), kind="latency_spike", severity=Severity.LOW, declared_at=night),
        course(90, Event(at=TUESDAY, by="U0PM", what=Did.REOPENED)),
        course(200, tasks=(task(FixState.SHIPPED), task(FixState.DECIDED), task(None), task(FixState.DROPPED))),
    ]

    assert stats_of(courses, BERLIN) == Stats(
        whole=5,
        still_open=0,
        kinds={"hallucination": 4, "latency_spike": 1},
        severities={Severity.HIGH: 4, Severity.LOW: 1},
        acknowledged=Timing(n=5, median=timedelta(minutes=4), p90=timedelta(minutes=4)),
        resolved=Timing(n=5, median=timedelta(minutes=80), p90=timedelta(minutes=156)),
        escalated=1,
        at_night=1,
        reopened=1,
        done=1,
        to_do=2,
    )


def test_kinds_that_come_again_are_named() -> None:
    assert stats_of([course(), course(), course(kind="other")], BERLIN).again == {"hallucination": 2}


def test_of_too_few_no_median_is_told_and_what_is_open_has_no_time() -> None:
    still = an_incident()
    courses = [*(course() for _ in range(FEWEST - 1)), Course(incident=still, events=record_of(still))]

    found = stats_of(courses, BERLIN)

    assert (found.whole, found.still_open) == (FEWEST, 1)
    assert found.resolved == Timing(n=FEWEST - 1)


@given(st.lists(st.integers(4, 10_000), min_size=FEWEST, max_size=40))
def test_times_lie_between_the_fastest_and_the_slowest(minutes: list[int]) -> None:
    timing = stats_of([course(one) for one in minutes], BERLIN).resolved

    assert timing.median is not None
    assert timing.p90 is not None
    assert timedelta(minutes=min(minutes)) <= timing.median <= timing.p90 <= timedelta(minutes=max(minutes))
