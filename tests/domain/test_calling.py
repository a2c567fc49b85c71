"""Who is called when nobody acknowledges, over nights, weekends and clock changes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calling import RHYTHMS, RUNGS, Case, Rung, Step, first_round, next_at, step_at, working_after
from bot.domain.incidents import Severity
from bot.domain.nights import UP_FOR, Reach, day_begins, is_night, may_be_called
from bot.domain.working_hours import is_working

BERLIN, NEW_YORK, SYDNEY = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Sydney")
OWNER, BACKUP, PM, ML, ADMIN = "U0OWNER", "U0BACK", "U0PM", "U0ML", "U0ADMIN"
EVERYBODY = (OWNER, BACKUP, PM, ML, ADMIN)
CHAIN = {
    Rung.OWNER: (OWNER,),
    Rung.THREAD: (OWNER,),
    Rung.BACKUP: (BACKUP,),
    Rung.LEADS: (PM, ML),
    Rung.ADMINS: (ADMIN,),
}
TUESDAY = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
"""Eleven in the morning in Berlin."""


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """*text* on the clocks of *zone*."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def a_case(
    at: datetime = TUESDAY, severity: Severity = Severity.CRITICAL, known: Mapping[str, Reach] | None = None
) -> Case:
    """An incident in Berlin whose five people live there and accepted nothing, but for those that are *known*."""
    reaches = dict.fromkeys(EVERYBODY, Reach(zone=BERLIN)) | dict(known or {})
    return Case(severity=severity, called_at=at, zone=BERLIN, chain=CHAIN, reaches=reaches)


def played(case: Case, *, steps: int = 100) -> list[Step]:
    """Every step in order, as the laid down looks make them when nobody ever answers."""
    past: list[Step] = []
    now: datetime | None = next_at(case, past)
    while now is not None and len(past) < steps:
        step = step_at(case, past, now)
        assert step is not None, "a look that was laid down finds nothing to do"
        past.append(step)
        now = next_at(case, past)
    return past


def minutes(case: Case, past: Sequence[Step]) -> list[float]:
    """When each step was, in minutes since the owner was waited for."""
    return [(step.at - case.called_at) / timedelta(minutes=1) for step in past]


def test_the_worst_goes_from_the_owner_to_the_leads_in_fifteen_minutes_and_on_every_fifteen() -> None:
    case = a_case()
    past = played(case, steps=7)

    assert minutes(case, past) == [0, 5, 10, 15, 30, 45, 60]
    assert [step.called for step in past] == [(OWNER,), (OWNER,), (BACKUP,), (PM, ML), (ADMIN,), (OWNER,), (OWNER,)]
    assert [step.rung for step in past] == [*RUNGS, Rung.OWNER, Rung.THREAD]


def test_the_next_worst_waits_a_quarter_of_an_hour_each_then_an_hour() -> None:
    case = a_case(severity=Severity.HIGH)

    assert minutes(case, played(case, steps=6)) == [0, 15, 30, 45, 105, 165]


def test_what_is_less_bad_waits_over_the_weekend() -> None:
    case = a_case(local("2026-11-20T16:30"), Severity.MEDIUM)

    assert [step.at for step in played(case, steps=5)] == [
        local("2026-11-20T16:30"),
        local("2026-11-23T09:30"),
        local("2026-11-23T10:30"),
        local("2026-11-23T11:30"),
        local("2026-11-23T15:30"),
    ]


def test_what_is_declared_on_a_saturday_and_can_wait_calls_on_monday() -> None:
    case = a_case(local("2026-11-21T11:00"), Severity.LOW)

    assert step_at(case, [], case.called_at) is None
    assert [step.at for step in played(case, steps=2)] == [local("2026-11-23T09:00"), local("2026-11-24T09:00")]


@pytest.mark.parametrize(
    ("friday", "monday", "zone"),
    [
        ("2026-10-23T16:30", "2026-10-26T09:30", BERLIN),
        ("2027-03-26T16:30", "2027-03-29T09:30", BERLIN),
        ("2026-10-30T16:30", "2026-11-02T09:30", NEW_YORK),
        ("2027-03-12T16:30", "2027-03-15T09:30", NEW_YORK),
    ],
)
def test_a_working_hour_is_one_on_the_clock_also_where_the_clocks_changed(
    friday: str, monday: str, zone: ZoneInfo
) -> None:
    assert working_after(local(friday, zone), timedelta(hours=1), zone) == local(monday, zone)


def test_what_would_end_at_five_ends_at_nine() -> None:
    assert working_after(local("2026-11-20T16:00"), timedelta(hours=1), BERLIN) == local("2026-11-23T09:00")
    assert working_after(local("2026-11-20T10:00"), timedelta(hours=8), BERLIN) == local("2026-11-23T10:00")


@pytest.mark.parametrize(
    ("before", "zone"),
    [
        ("2026-10-25T01:50", BERLIN),
        ("2027-03-28T01:50", BERLIN),
        ("2026-11-01T00:50", NEW_YORK),
        ("2027-03-14T01:50", NEW_YORK),
    ],
)
def test_what_calls_around_the_clock_counts_real_minutes_while_the_clocks_change(before: str, zone: ZoneInfo) -> None:
    willing = {user: Reach(zone=zone, accepted=True) for user in EVERYBODY}
    case = a_case(local(before, zone), known=willing)

    assert minutes(case, played(case, steps=6)) == [0, 5, 10, 15, 30, 45]


@pytest.mark.parametrize(
    ("night", "morning", "zone"),
    [
        ("2026-10-25T01:30", "2026-10-25T08:00", BERLIN),
        ("2027-03-28T01:30", "2027-03-28T08:00", BERLIN),
        ("2026-10-31T23:00", "2026-11-01T08:00", NEW_YORK),
        ("2027-03-13T23:00", "2027-03-14T08:00", NEW_YORK),
    ],
)
def test_the_day_begins_at_eight_on_the_wall_also_after_the_clocks_changed(
    night: str, morning: str, zone: ZoneInfo
) -> None:
    reach = Reach(zone=zone)

    assert day_begins(reach, local(night, zone), urgent=True) == local(morning, zone)
    assert not may_be_called(reach, local(morning, zone) - timedelta(minutes=1), urgent=True)
    assert may_be_called(reach, local(morning, zone), urgent=True)


def test_at_two_at_night_an_owner_in_the_afternoon_is_called_at_once() -> None:
    case = a_case(local("2026-11-17T02:00"), known={OWNER: Reach(zone=ZoneInfo("America/Los_Angeles"))})

    assert step_at(case, [], case.called_at) == Step(at=case.called_at, rung=Rung.OWNER, called=(OWNER,))


def test_nobody_waits_for_who_is_asleep_and_they_are_called_when_their_day_begins() -> None:
    night = local("2026-11-17T02:00")
    case = a_case(night, Severity.HIGH, known={ML: Reach(zone=BERLIN, accepted=True)})
    past = played(case)

    assert past[0] == Step(at=night, rung=Rung.LEADS, called=(ML,), passed_over=(OWNER, BACKUP, PM))
    assert {step.called for step in past if step.at < local("2026-11-17T08:00")} == {(ML,)}
    morning = next(step for step in past if step.at == local("2026-11-17T08:00"))
    assert morning.called == (OWNER, BACKUP, PM, ADMIN)


def test_where_nobody_may_be_called_that_is_said_at_once_and_it_begins_anew_in_the_morning() -> None:
    night = local("2026-11-21T02:00")
    case = a_case(night)
    past = played(case, steps=4)

    assert past[0] == Step(at=night, passed_over=EVERYBODY)
    assert [step.at for step in past[1:]] == [
        local("2026-11-21T08:00"),
        local("2026-11-21T08:05"),
        local("2026-11-21T08:10"),
    ]
    assert [step.called for step in past[1:]] == [(OWNER,), (OWNER,), (BACKUP,)]


def test_what_the_night_broke_off_goes_on_in_the_morning_with_who_is_next() -> None:
    evening = local("2026-11-17T19:50")
    past = played(a_case(evening), steps=5)

    assert [(step.at, step.called) for step in past] == [
        (evening, (OWNER,)),
        (local("2026-11-17T19:55"), (OWNER,)),
        (local("2026-11-17T20:00"), ()),
        (local("2026-11-18T08:00"), (BACKUP,)),
        (local("2026-11-18T08:05"), (PM, ML)),
    ]


def test_who_accepts_while_nobody_could_be_called_is_called_at_the_next_look() -> None:
    night = local("2026-11-17T02:00")
    past = [Step(at=night, passed_over=EVERYBODY)]
    willing = a_case(night, known={BACKUP: Reach(zone=BERLIN, accepted=True)})
    later = night + timedelta(minutes=7)

    assert step_at(a_case(night), past, later) is None
    step = step_at(willing, past, later)
    assert step == Step(at=later, rung=Rung.BACKUP, called=(BACKUP,), passed_over=(OWNER,))


def test_who_declares_at_night_is_up_and_may_be_called_for_half_an_hour() -> None:
    night = local("2026-11-17T02:00")
    case = a_case(night, known={OWNER: Reach(zone=BERLIN, up_until=night + UP_FOR)})
    past = played(case, steps=20)

    assert {
        step.at - night < UP_FOR for step in past if OWNER in step.called and step.at < local("2026-11-17T08:00")
    } == {True}
    assert past[0].called == (OWNER,)


def test_what_is_not_urgent_wakes_nobody_whatever_they_accepted() -> None:
    monday = local("2026-11-16T10:30")
    far = Reach(zone=SYDNEY, accepted=True)
    case = a_case(monday, Severity.MEDIUM, dict.fromkeys(EVERYBODY, far))
    evening = step_at(case, [], monday)

    assert evening == Step(at=monday, passed_over=EVERYBODY)
    assert next_at(case, [evening]) == local("2026-11-17T09:00", SYDNEY)


def test_a_weekend_is_a_day_for_what_is_urgent_and_none_for_the_rest() -> None:
    saturday, reach = local("2026-11-21T10:00", SYDNEY), Reach(zone=SYDNEY)

    assert may_be_called(reach, saturday, urgent=True)
    assert not may_be_called(reach, saturday, urgent=False)
    assert day_begins(reach, saturday, urgent=True) == saturday
    assert day_begins(reach, saturday, urgent=False) == local("2026-11-23T09:00", SYDNEY)


def test_who_was_passed_over_and_does_not_belong_to_it_any_more_is_not_waited_for() -> None:
    night = local("2026-11-17T02:00")
    case = a_case(night, Severity.HIGH, known={ML: Reach(zone=BERLIN, accepted=True)})
    past = [Step(at=night, rung=Rung.LEADS, called=(ML,), passed_over=("U0LEFT",))]

    assert next_at(case, past) == night + timedelta(minutes=15)


def test_after_a_restart_the_step_where_the_clock_is_comes_and_none_of_those_before() -> None:
    case = a_case()
    first = Step(at=TUESDAY, rung=Rung.OWNER, called=(OWNER,))
    back = TUESDAY + timedelta(minutes=17)
    step = step_at(case, [first], back)

    assert step == Step(at=back, rung=Rung.LEADS, called=(PM, ML))
    assert step_at(case, [first, step], back + timedelta(minutes=1)) is None
    assert next_at(case, [first, step]) == TUESDAY + timedelta(minutes=30)


def test_a_restart_before_anybody_was_called_does_not_leave_out_the_owner() -> None:
    back = TUESDAY + timedelta(minutes=17)

    assert step_at(a_case(), [], back) == Step(at=back, rung=Rung.LEADS, called=(OWNER, PM, ML))


def test_rungs_on_which_nobody_stands_cost_no_time() -> None:
    case = Case(
        severity=Severity.CRITICAL,
        called_at=TUESDAY,
        zone=BERLIN,
        chain={Rung.OWNER: (OWNER,), Rung.THREAD: (OWNER,), Rung.ADMINS: (ADMIN,)},
        reaches={user: Reach(zone=BERLIN) for user in (OWNER, ADMIN)},
    )

    assert [step.rung for step in played(case, steps=4)] == [Rung.OWNER, Rung.THREAD, Rung.ADMINS, Rung.OWNER]


def test_where_nobody_is_left_nobody_is_waited_for() -> None:
    case = Case(severity=Severity.CRITICAL, called_at=TUESDAY, zone=BERLIN, chain={}, reaches={})

    assert played(case) == [Step(at=TUESDAY)]


def test_the_first_round_names_each_who_may_be_called_then() -> None:
    at = local("2026-11-17T02:00")

    assert first_round(a_case(at), at) == ()
    assert first_round(a_case(at, known={ML: Reach(zone=BERLIN, accepted=True), OWNER: Reach(zone=SYDNEY)}), at) == (
        (OWNER,),
        (ML,),
    )


ZONES = st.sampled_from([BERLIN, NEW_YORK, SYDNEY, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Kiritimati")])
REACHES = st.fixed_dictionaries({user: st.builds(Reach, zone=ZONES, accepted=st.booleans()) for user in EVERYBODY})
MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2027, 5, 1), timezones=st.just(UTC))
ON_RUNGS = st.fixed_dictionaries(
    {rung: st.lists(st.sampled_from(EVERYBODY), unique=True, max_size=3) for rung in RUNGS}
)
CASES = st.builds(
    Case, severity=st.sampled_from(Severity), called_at=MOMENTS, zone=ZONES, chain=ON_RUNGS, reaches=REACHES
)


@given(CASES)
def test_every_plan_goes_on_in_time_and_ends(case: Case) -> None:
    past = played(case, steps=500)
    times = [step.at for step in past]

    assert times == sorted(set(times))
    assert next_at(case, past) is None
    assert case.rhythm.most <= len(past) <= case.rhythm.most + len(EVERYBODY) + 1 or not case.everybody


@given(CASES)
def test_nobody_who_sleeps_is_called_without_having_accepted_it(case: Case) -> None:
    asleep = [
        (user, step.at)
        for step in played(case, steps=500)
        for user in step.called
        if is_night(step.at, case.reaches[user].zone)
        and not (case.reaches[user].accepted and RHYTHMS[case.severity].urgent)
    ]

    assert asleep == []


@given(CASES)
def test_every_step_calls_somebody_or_nobody_may_be_called(case: Case) -> None:
    for step in played(case, steps=500):
        able = [
            user for user in case.everybody if may_be_called(case.reaches[user], step.at, urgent=case.rhythm.urgent)
        ]
        assert bool(step.called) == bool(able)
        assert set(step.called) <= set(able)


@given(CASES)
def test_who_was_passed_over_is_called_in_the_end(case: Case) -> None:
    past = played(case, steps=500)
    passed = {user for step in past for user in step.passed_over}

    assert passed <= {user for step in past for user in step.called}


@given(MOMENTS, st.integers(0, 60 * 40), ZONES)
def test_working_time_ends_within_working_hours_and_never_early(start: datetime, span: int, zone: ZoneInfo) -> None:
    end = working_after(start, timedelta(minutes=span), zone)

    assert is_working(end, zone)
    assert end >= start
    assert working_after(start, timedelta(minutes=span + 1), zone) > end
