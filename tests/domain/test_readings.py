"""Which reading speaks for a day, and which is the one before it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.planning import Period
from bot.domain.readings import Reading, apart, before, is_fresh, latest
from tests.support.builders import MONDAY
from tests.support.readings import a_reading

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_the_reading_that_ended_last_speaks_and_none_that_is_not_over() -> None:
    old, new = a_reading("accuracy", 0.8, end=MONDAY - DAY), a_reading("accuracy", 0.9)
    to_come = a_reading("accuracy", 0.7, end=MONDAY + HOUR)

    assert latest([new, to_come, old], Period.DAILY, MONDAY) == new
    assert latest([to_come], Period.DAILY, MONDAY) is None


def test_of_those_that_end_together_the_one_nearest_to_its_cadence_speaks_then_the_one_entered_last() -> None:
    month, week, day = (a_reading("accuracy", 0.9, days=days) for days in (30, 7, 1))
    again = a_reading("accuracy", 0.91, days=1)

    assert latest([month, week, day], Period.DAILY, MONDAY) == day
    assert latest([month, week, day], Period.WEEKLY, MONDAY) == week
    assert latest([month, week, day], Period.MONTHLY, MONDAY) == month
    assert latest([again, day], Period.DAILY, MONDAY) == again


def test_the_period_before_ends_where_the_current_one_begins_also_across_a_clock_change() -> None:
    current = a_reading("csat", 4.2)
    touching = a_reading("csat", 4.0, end=MONDAY - 7 * DAY)
    an_hour_off = a_reading("csat", 4.0, end=MONDAY - 7 * DAY + HOUR)

    assert before([current, touching], current) == touching
    assert before([current, an_hour_off], current) == an_hour_off


def test_what_overlaps_or_is_too_long_ago_is_not_the_period_before() -> None:
    current = a_reading("csat", 4.2)
    overlapping = a_reading("csat", 4.0, end=MONDAY - DAY)
    long_ago = a_reading("csat", 4.0, end=MONDAY - 15 * DAY)

    assert before([current, overlapping, long_ago], current) is None


def test_the_period_before_is_about_as_long_where_there_is_a_choice() -> None:
    current = a_reading("csat", 4.2)
    day = a_reading("csat", 4.0, end=MONDAY - 7 * DAY, days=1)
    week = a_reading("csat", 4.1, end=MONDAY - 8 * DAY)

    assert before([current, day, week], current) == week
    assert before([current, day], current) == day


@pytest.mark.parametrize(("cadence", "days"), [(Period.DAILY, 2), (Period.WEEKLY, 14), (Period.MONTHLY, 62)])
def test_fresh_is_not_older_than_two_cadences(cadence: Period, days: int) -> None:
    reading = a_reading("accuracy", 0.9)

    assert is_fresh(reading, cadence, MONDAY + days * DAY)
    assert not is_fresh(reading, cadence, MONDAY + days * DAY + timedelta(seconds=1))


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from([1, 7, 30])), min_size=1, max_size=12))
def test_periods_one_after_another_never_overlap_and_end_with_the_current_one(spans: list[tuple[int, int]]) -> None:
    readings = [a_reading("csat", 4.0, end=MONDAY - ago * DAY, days=days) for ago, days in spans]
    current = latest(readings, Period.WEEKLY, MONDAY)
    assert current is not None

    found: list[Reading] = apart(readings, current)

    assert found[-1] == current
    for one, after in pairwise(found):
        assert one.window.end <= after.window.start + 3 * HOUR


def test_a_reading_of_an_hour_is_not_its_own_predecessor() -> None:
    now = a_reading("accuracy", 0.9, days=1 / 24)
    earlier = a_reading("accuracy", 0.8, days=1 / 24, end=MONDAY - HOUR)

    assert (before([now], now), before([now, earlier], now)) == (None, earlier)
    assert apart([now, earlier], now) == [earlier, now]


def test_two_cadences_are_counted_on_the_clocks_of_the_product() -> None:
    """On 25 October 2026 the clocks of Berlin were set back: that day had 25 hours."""
    berlin, end = ZoneInfo("Europe/Berlin"), datetime(2026, 10, 24, 6, 0, tzinfo=UTC)
    reading = a_reading("accuracy", 0.9, end=end)
    two_days_on = datetime(2026, 10, 26, 7, 0, tzinfo=UTC)

    assert is_fresh(reading, Period.DAILY, two_days_on, berlin)
    assert not is_fresh(reading, Period.DAILY, two_days_on + timedelta(seconds=1), berlin)
    assert not is_fresh(reading, Period.DAILY, two_days_on)
