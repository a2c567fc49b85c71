"""Which week an update tells of, and when it is posted; also where the clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.planning import At
from bot.domain.update_weeks import post_due, week_near
from bot.domain.window import Window

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAYS, FRIDAYS = At.parse("thu 15:00"), At.parse("fri 10:00")


def at(day: int, hour: int, month: int = 11) -> datetime:
    """An instant of 2026, in UTC."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (at(19, 14), at(19, 14)),
        (at(18, 9), at(19, 14)),
        (at(16, 9), at(19, 14)),
        (at(20, 9), at(19, 14)),
        (at(22, 9), at(19, 14)),
        (at(23, 9), at(26, 14)),
    ],
    ids=["on the minute", "wednesday", "monday", "friday", "sunday", "next monday"],
)
def test_the_week_is_the_one_whose_day_is_nearest(now: datetime, end: datetime) -> None:
    found = week_near(THURSDAYS, BERLIN, now)

    assert (found.end, (found.end - found.start).days) == (end, 7)


def test_a_week_in_which_the_clocks_go_back_has_an_hour_more() -> None:
    found = week_near(THURSDAYS, BERLIN, at(29, 14, month=10))

    assert found == Window(at(22, 13, month=10), at(29, 14, month=10))
    assert post_due(FRIDAYS, BERLIN, found, at(29, 14, month=10)) == at(30, 9, month=10)


def test_where_nothing_posts_it_on_a_schedule_it_is_due_when_it_was_made() -> None:
    week = week_near(THURSDAYS, BERLIN, at(18, 9))

    assert post_due(None, BERLIN, week, at(18, 9)) == at(18, 9)


def test_a_draft_made_before_its_day_is_posted_after_its_day() -> None:
    assert post_due(FRIDAYS, BERLIN, week_near(THURSDAYS, BERLIN, at(16, 9)), at(16, 9)) == at(20, 9)
