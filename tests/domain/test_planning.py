from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.planning import (
    LATE_AFTER,
    SKIPS_KEPT,
    At,
    Period,
    Plan,
    Slot,
    UnclearScheduleError,
    catch_up,
    slot_named,
    slots_after,
    window_of,
)
from bot.domain.window import Window
from tests.domain.minutes import CHANGES, first_minute_at

BERLIN = ZoneInfo("Europe/Berlin")
MONDAYS = At.parse("mon 09:00")
DAILY = At.parse("daily 09:00")

clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
schedules = st.one_of(
    st.builds(At, period=st.just(Period.DAILY), time=clocks),
    st.builds(At, period=st.just(Period.WEEKLY), time=clocks, day=st.integers(0, 6)),
    st.builds(At, period=st.just(Period.MONTHLY), time=clocks, day=st.integers(1, 28)),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def slot(nominal: str, due: str) -> Slot:
    return Slot(nominal=wall(nominal), due=utc(due))


def slots_between(at: At, zone: ZoneInfo, start: datetime, end: datetime) -> list[Slot]:
    return list(takewhile(lambda found: found.due <= end, slots_after(at, zone, start)))


def mondays(*days: str) -> list[Slot]:
    """Slots of MONDAYS in Berlin's winter."""
    return [slot(f"{day}T09:00", f"{day}T08:00") for day in days]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("mon 09:00", At(period=Period.WEEKLY, time=time(9), day=0)),
        ("Sunday  9:05", At(period=Period.WEEKLY, time=time(9, 5), day=6)),
        (" DAILY 00:00 ", At(period=Period.DAILY, time=time(0))),
        ("monthly 28 23:59", At(period=Period.MONTHLY, time=time(23, 59), day=28)),
    ],
)
def test_a_schedule_is_a_day_and_a_time(text: str, at: At) -> None:
    assert At.parse(text) == at


@given(schedules)
def test_what_a_schedule_says_of_itself_is_read_back(at: At) -> None:
    assert At.parse(str(at)) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "09:00",
        "mon",
        "mo 09:00",
        "mon 9",
        "mon 24:00",
        "mon 09:60",
        "mon 09:00:00",
        "mon -1:00",
        "mon ٠٩:٠٠",
        "0 9 * * 1",
        "monthly 0 09:00",
        "monthly 29 09:00",
        "monthly ² 09:00",
        "monthly 09:00",
        "weekdays 09:00",
        "daily 1 09:00",
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnclearScheduleError, match="Write a day and a time, like “mon 09:00”"):
        At.parse(text)


@given(st.sampled_from(CHANGES), clocks, st.none() | st.integers(0, 6))
def test_slots_are_where_a_walk_over_every_minute_finds_them(
    change: tuple[str, str], clock: time, weekday: int | None
) -> None:
    zone, around = ZoneInfo(change[0]), change[1]
    period = Period.DAILY if weekday is None else Period.WEEKLY
    at = At(period=period, time=clock, day=weekday or 0)
    start, end = utc(around) - timedelta(days=8), utc(around) + timedelta(days=8)

    meant = [datetime.combine(start + timedelta(days=n), clock) for n in range(-1, 18)]
    due = {first_minute_at(day, zone, around) for day in meant if weekday in {None, day.weekday()}}

    assert slots_between(at, zone, start, end) == [
        Slot(nominal=instant.astimezone(zone).replace(tzinfo=None), due=instant)
        for instant in sorted(due)
        if start < instant <= end
    ]


@given(st.sampled_from(CHANGES), clocks, st.integers(-3 * 24 * 3600, 3 * 24 * 3600))
def test_wherever_one_starts_the_slots_are_the_same(change: tuple[str, str], clock: time, seconds: int) -> None:
    zone, around = ZoneInfo(change[0]), utc(change[1])
    at, end = At(period=Period.DAILY, time=clock), around + timedelta(days=4)
    start = around + timedelta(seconds=seconds)

    assert slots_between(at, zone, start, end) == [
        found for found in slots_between(at, zone, around - timedelta(days=4), end) if found.due > start
    ]


@given(st.sampled_from(CHANGES), clocks, st.none() | st.integers(0, 6))
@example(("Pacific/Apia", "2011-12-30"), time(0), None)
@example(("Pacific/Apia", "2011-12-30"), time(0), 5)
def test_windows_of_consecutive_slots_touch_exactly(change: tuple[str, str], clock: time, weekday: int | None) -> None:
    zone, around = ZoneInfo(change[0]), utc(change[1])
    daily = weekday is None
    at = At(period=Period.DAILY if daily else Period.WEEKLY, time=clock, day=weekday or 0)

    found = list(islice(slots_after(at, zone, around - timedelta(days=25)), 40 if daily else 6))

    assert len({each.nominal for each in found}) == len(found)
    for last, this in pairwise(found):
        assert window_of(this, at, zone, days=1 if daily else 7) == Window(last.due, this.due)


@pytest.mark.parametrize(
    ("at", "zone", "start", "expected"),
    [
        ("sun 02:30", "Europe/Berlin", "2027-03-27T00:00", slot("2027-03-28T03:00", "2027-03-28T01:00")),
        ("sun 02:30", "Europe/Berlin", "2026-10-24T00:00", slot("2026-10-25T02:30", "2026-10-25T00:30")),
        ("sun 02:30", "Europe/Berlin", "2026-10-25T01:10", slot("2026-11-01T02:30", "2026-11-01T01:30")),  # second pass
        ("sun 01:30", "America/New_York", "2026-10-31T12:00", slot("2026-11-01T01:30", "2026-11-01T05:30")),
        ("sun 02:30", "America/New_York", "2027-03-13T12:00", slot("2027-03-14T03:00", "2027-03-14T07:00")),
        ("sun 02:15", "Australia/Lord_Howe", "2026-10-03T00:00", slot("2026-10-04T02:30", "2026-10-03T15:30")),
        ("fri 00:00", "Africa/Cairo", "2027-04-29T00:00", slot("2027-04-30T01:00", "2027-04-29T22:00")),
        ("sat 23:30", "America/Nuuk", "2027-03-27T12:00", slot("2027-03-28T00:00", "2027-03-28T01:00")),
        ("fri 09:00", "Pacific/Apia", "2011-12-29T00:00", slot("2011-12-31T00:00", "2011-12-30T10:00")),
        ("mon 00:30", "America/New_York", "2027-03-08T12:00", slot("2027-03-15T00:30", "2027-03-15T04:30")),
        ("monthly 1 09:00", "Europe/Berlin", "2026-11-01T08:00", slot("2026-12-01T09:00", "2026-12-01T08:00")),
    ],
)
def test_the_next_slot_around_a_clock_change(at: str, zone: str, start: str, expected: Slot) -> None:
    assert next(slots_after(At.parse(at), ZoneInfo(zone), utc(start))) == expected


def test_a_slot_is_known_by_its_nominal_time() -> None:
    assert slot_named(MONDAYS, BERLIN, wall("2026-11-16T09:00")) == slot("2026-11-16T09:00", "2026-11-16T08:00")


@pytest.mark.parametrize("nominal", ["2026-11-16T09:01", "2026-11-17T09:00", "0001-01-01T00:00", "9999-12-31T09:00"])
def test_a_time_that_is_not_of_the_schedule_names_no_slot(nominal: str) -> None:
    assert slot_named(MONDAYS, BERLIN, wall(nominal)) is None


def test_a_slot_moved_by_a_gap_is_named_by_the_time_it_moved_to() -> None:
    at = At.parse("sun 02:30")

    assert slot_named(at, BERLIN, wall("2027-03-28T03:00")) == slot("2027-03-28T03:00", "2027-03-28T01:00")
    assert slot_named(at, BERLIN, wall("2027-03-28T02:30")) is None


@given(st.sampled_from(CHANGES), clocks)
def test_every_slot_is_found_by_its_name(change: tuple[str, str], clock: time) -> None:
    zone, at = ZoneInfo(change[0]), At(period=Period.DAILY, time=clock)

    for found in islice(slots_after(at, zone, utc(change[1]) - timedelta(days=3)), 6):
        assert slot_named(at, zone, found.nominal) == found


def test_a_slot_made_up_outside_the_schedule_looks_back_from_its_own_time() -> None:
    by_hand = slot("2026-11-18T14:00", "2026-11-18T13:00")

    assert window_of(by_hand, MONDAYS, BERLIN) == Window(utc("2026-11-11T13:00"), utc("2026-11-18T13:00"))


def test_on_time_the_slot_is_run_and_the_next_is_planned() -> None:
    plan = catch_up(MONDAYS, BERLIN, next_due=utc("2026-11-16T08:00"), now=utc("2026-11-16T08:00:04"))

    assert plan == Plan(
        run=slot("2026-11-16T09:00", "2026-11-16T08:00"),
        late=False,
        skipped=(),
        skips=0,
        next_due=utc("2026-11-23T08:00"),
    )


def test_before_it_is_due_nothing_is_done() -> None:
    plan = catch_up(MONDAYS, BERLIN, next_due=utc("2026-11-16T08:00"), now=utc("2026-11-16T07:59:59"))

    assert plan == Plan(run=None, late=False, skipped=(), skips=0, next_due=utc("2026-11-16T08:00"))


def test_after_weeks_away_the_latest_is_run_late_and_the_others_are_skipped() -> None:
    plan = catch_up(MONDAYS, BERLIN, next_due=utc("2026-11-02T08:00"), now=utc("2026-11-18T12:00"))
    first, second, latest = mondays("2026-11-02", "2026-11-09", "2026-11-16")

    assert plan == Plan(run=latest, late=True, skipped=(first, second), skips=2, next_due=utc("2026-11-23T08:00"))


@pytest.mark.parametrize(("past", "late"), [(LATE_AFTER, False), (LATE_AFTER + timedelta(seconds=1), True)])
def test_late_means_more_than_a_few_minutes(past: timedelta, late: bool) -> None:
    due = utc("2026-11-16T08:00")

    assert catch_up(MONDAYS, BERLIN, next_due=due, now=due + past).late is late


@pytest.mark.parametrize(
    ("at", "max_late", "lateness", "runs"),
    [
        ("daily 09:00", None, timedelta(hours=2), True),
        ("daily 09:00", None, timedelta(hours=2, seconds=1), False),
        ("daily 09:00", timedelta(hours=12), timedelta(hours=12), True),
        ("mon 09:00", None, timedelta(days=7, seconds=-1), True),
        ("mon 09:00", timedelta(hours=4), timedelta(hours=5), False),
        ("monthly 2 09:00", None, timedelta(days=29), True),
        ("mon 09:00", timedelta(0), timedelta(0), True),
    ],
)
def test_a_slot_is_run_as_long_as_it_is_not_too_late(
    at: str, max_late: timedelta | None, lateness: timedelta, runs: bool
) -> None:
    due = utc("2026-11-02T08:00")
    plan = catch_up(At.parse(at), BERLIN, next_due=due, now=due + lateness, max_late=max_late)
    the_slot = slot("2026-11-02T09:00", "2026-11-02T08:00")

    assert (plan.run, plan.skipped) == ((the_slot, ()) if runs else (None, (the_slot,)))


def test_a_weekly_slot_lives_until_the_next_even_in_the_week_of_169_hours() -> None:
    plan = catch_up(MONDAYS, BERLIN, next_due=utc("2026-10-19T07:00"), now=utc("2026-10-26T07:59"))

    assert plan.run == slot("2026-10-19T09:00", "2026-10-19T07:00")


@pytest.mark.parametrize(("hour", "run"), [("08:30", 1), ("20:00", 0)])
def test_after_years_away_only_the_latest_skips_are_named_but_all_are_counted(hour: str, run: int) -> None:
    plan = catch_up(DAILY, BERLIN, next_due=utc("2020-01-01T08:00"), now=utc(f"2026-01-01T{hour}"))

    assert (plan.run is not None, plan.skips, len(plan.skipped)) == (run, 2193 - run, SKIPS_KEPT)
    assert plan.skipped[-1].due == utc("2026-01-01T08:00") - timedelta(days=run)


@given(schedules, st.datetimes(datetime(2026, 9, 1), datetime(2027, 4, 1)), st.integers(0, 90 * 24 * 60))
def test_every_slot_up_to_now_is_run_or_skipped_and_the_next_one_is_still_to_come(
    at: At, start: datetime, minutes: int
) -> None:
    start = start.replace(tzinfo=UTC)
    now = start + timedelta(minutes=minutes)
    first = next(slots_after(at, BERLIN, start))

    plan = catch_up(at, BERLIN, next_due=first.due, now=now)

    due = slots_between(at, BERLIN, start, now)
    settled = [*plan.skipped, *([plan.run] if plan.run else [])]
    assert settled == due[len(due) - len(settled) :]
    assert plan.skips + (plan.run is not None) == len(due)
    assert plan.next_due == next(slots_after(at, BERLIN, max(now, start))).due
