"""What an update tells of a number: whether it moved, and since when."""

from datetime import timedelta

from bot.domain.told import told
from tests.support.readings import a_reading
from tests.support.updates import READ_AT, THURSDAY, health_of

WEEK = timedelta(weeks=1)


def test_a_number_that_was_not_read_anew_is_not_told_to_have_moved_again() -> None:
    before, now = a_reading("csat", 4.2, end=READ_AT - WEEK), a_reading("csat", 4.3, end=READ_AT)
    this_week, last_week = health_of([before, now]).of("csat"), health_of([before], as_of=THURSDAY - WEEK).of("csat")
    assert this_week is not None

    assert told(this_week, last_week, zone="UTC").change == "0.1 more than last week"
    assert told(this_week, this_week, zone="UTC").change == ""


def test_what_is_read_once_a_month_is_still_compared_with_the_month_before() -> None:
    readings = [a_reading("deflection_rate", 0.42, end=READ_AT, days=31)]
    readings.append(a_reading("deflection_rate", 0.4, end=READ_AT - timedelta(days=31), days=31))
    check = health_of(readings).of("deflection_rate")
    assert check is not None

    assert told(check, check, zone="UTC").change.startswith("2 more than in ")
