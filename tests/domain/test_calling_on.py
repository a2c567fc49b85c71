"""Calling goes on whatever happens to Muster meanwhile, until it says that it ends."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from itertools import chain, repeat
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calling import RUNGS, Case, Rung, Step, next_at, next_look, step_at
from bot.domain.incidents import Severity
from bot.domain.nights import Reach, is_night

BERLIN, NEW_YORK, SYDNEY = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Sydney")
OWNER, BACKUP, LEAD = "U0OWNER", "U0BACK", "U0LEAD"
EVERYBODY = (OWNER, BACKUP, LEAD)
NIGHT = datetime(2026, 11, 17, 2, 0, tzinfo=BERLIN)


class End(Enum):
    """How calling ended: it said that it stops, it said that there is nobody, or it was silent from then on."""

    GIVEN_UP = auto()
    NOBODY = auto()
    SILENT = auto()


def a_case(
    severity: Severity = Severity.CRITICAL, *, at: datetime = NIGHT, zone: ZoneInfo = BERLIN, people: Sequence[str] = ()
) -> Case:
    """An incident in Berlin of *people*, who live in *zone* and accepted nothing; the first of them owns it."""
    return Case(
        severity=severity,
        called_at=at,
        zone=BERLIN,
        chain={Rung.OWNER: people[:1], Rung.THREAD: people[:1], Rung.BACKUP: people[1:]},
        reaches={user: Reach(zone=zone) for user in people},
    )


def played(case: Case, outages: Sequence[timedelta]) -> End:
    """How it ends where the first looks come late by *outages*; a look that was laid by is laid by once."""
    past: list[Step] = []
    laid, late, now = {case.called_at}, chain(outages, repeat(timedelta())), case.called_at
    waiting = [case.called_at]
    while waiting:
        now = max(now, waiting.pop(waiting.index(min(waiting))) + next(late))
        step = step_at(case, past, now)
        past += [step] if step else []
        due = next_at(case, past, now)
        if due is None:
            return End.GIVEN_UP if past[-1].called else End.NOBODY
        waiting += [due] if due not in laid else []
        laid.add(due)
    return End.SILENT


ZONES = st.sampled_from([BERLIN, NEW_YORK, SYDNEY, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Kiritimati")])
CASES = st.builds(
    Case,
    severity=st.sampled_from(Severity),
    called_at=st.datetimes(datetime(2026, 9, 1), datetime(2027, 5, 1), timezones=st.just(UTC)),
    zone=ZONES,
    chain=st.fixed_dictionaries({rung: st.lists(st.sampled_from(EVERYBODY), unique=True) for rung in RUNGS}),
    reaches=st.fixed_dictionaries({user: st.builds(Reach, zone=ZONES, accepted=st.booleans()) for user in EVERYBODY}),
)
OUTAGES = st.lists(
    st.sampled_from([timedelta(), timedelta(), timedelta(minutes=20), timedelta(hours=15), timedelta(days=3)]),
    min_size=1,
    max_size=20,
)


@given(CASES, OUTAGES)
def test_it_never_ends_without_a_word_however_often_muster_was_down(case: Case, outages: Sequence[timedelta]) -> None:
    expected = End.GIVEN_UP if case.everybody else End.NOBODY

    assert played(case, outages) is expected


@given(CASES, st.timedeltas(timedelta(), timedelta(days=9)))
def test_what_is_not_due_yet_is_due_in_the_future(case: Case, down: timedelta) -> None:
    first = step_at(case, [], case.called_at)
    past, now = [first] if first else [], case.called_at + down
    due = next_at(case, past, now)

    if step_at(case, past, now) is None and due is not None:
        assert due > now


def test_after_a_day_that_was_missed_the_next_one_is_waited_for() -> None:
    case = a_case(people=(OWNER, BACKUP))
    nobody = Step(at=NIGHT, passed_over=(OWNER, BACKUP))
    evening = NIGHT.replace(hour=21)

    assert is_night(evening, BERLIN)
    assert next_at(case, [nobody], evening) == NIGHT.replace(day=18, hour=8)


def test_where_nobody_was_left_nothing_is_said_again_until_somebody_is_there() -> None:
    noon = NIGHT.replace(hour=12)
    nobody = Step(at=noon)
    later = noon + timedelta(minutes=15)

    assert step_at(a_case(at=noon), [nobody], later) is None
    called = step_at(a_case(at=noon, people=(LEAD,)), [nobody], later)
    assert called == Step(at=later, rung=Rung.OWNER, called=(LEAD,))


def test_who_is_named_while_they_sleep_is_news_once_and_called_when_their_day_begins() -> None:
    nobody, later = Step(at=NIGHT), NIGHT + timedelta(minutes=15)
    case = a_case(people=(LEAD,))
    news = step_at(case, [nobody], later)

    assert news == Step(at=later, passed_over=(LEAD,))
    assert step_at(case, [nobody, news], later + timedelta(minutes=15)) is None
    assert next_at(case, [nobody, news], later) == NIGHT.replace(hour=8)


def test_that_the_last_one_left_is_news_once() -> None:
    asleep, later = Step(at=NIGHT, passed_over=(OWNER,)), NIGHT + timedelta(minutes=15)
    news = step_at(a_case(), [asleep], later)

    assert news == Step(at=later)
    assert step_at(a_case(), [asleep, news], later + timedelta(minutes=15)) is None


@pytest.mark.parametrize(
    ("severity", "now", "again"),
    [
        (Severity.CRITICAL, NIGHT, NIGHT + timedelta(minutes=15)),
        (Severity.HIGH, NIGHT, NIGHT + timedelta(minutes=15)),
        (Severity.MEDIUM, NIGHT.replace(hour=12), NIGHT.replace(hour=13)),
        (Severity.LOW, NIGHT, NIGHT.replace(hour=10)),
        (Severity.LOW, NIGHT.replace(day=20, hour=16, minute=30), NIGHT.replace(day=23, hour=9, minute=30)),
    ],
)
def test_where_there_is_nobody_it_looks_again_soon_or_in_the_next_working_hour(
    severity: Severity, now: datetime, again: datetime
) -> None:
    assert next_look(a_case(severity), now) == again
