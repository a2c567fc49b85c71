from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed_days import PastDayError, UnclearDayError, day_of, shown
from tests.support.hostile import hostile_text

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-04", date(2026, 12, 4)),
        ("today", MONDAY),
        ("Tomorrow", date(2026, 11, 17)),
        ("next week", date(2026, 11, 23)),
        ("fri", date(2026, 11, 20)),
        ("Friday", date(2026, 11, 20)),
        ("mon", date(2026, 11, 23)),
        ("tues", date(2026, 11, 17)),
        ("in 2 weeks", date(2026, 11, 30)),
        ("in 1 day", date(2026, 11, 17)),
        ("3 days", date(2026, 11, 19)),
        ("10d", date(2026, 11, 26)),
        ("+1w", date(2026, 11, 23)),
        ("  +2  weeks ", date(2026, 11, 30)),
    ],
)
def test_people_name_days_in_their_own_way(text: str, day: date) -> None:
    assert day_of(text, today=MONDAY) == day


def test_plus_a_week_counts_from_the_day_it_was_due_where_that_is_to_come() -> None:
    assert day_of("+1w", today=MONDAY, due=date(2026, 11, 20)) == date(2026, 11, 27)
    assert day_of("+1w", today=MONDAY, due=date(2026, 11, 1)) == date(2026, 11, 23)
    assert day_of("in 1 week", today=MONDAY, due=date(2026, 11, 20)) == date(2026, 11, 23)


@pytest.mark.parametrize("text", ["", "f", "so", "someday", "4.12.", "+w", "in a week", "2026-02-30", "in 1000 days"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UnclearDayError):
        day_of(text, today=MONDAY)


def test_a_day_that_is_over_is_refused() -> None:
    with pytest.raises(PastDayError):
        day_of("2026-11-15", today=MONDAY)


@given(st.dates(date(2000, 1, 1), date(9000, 1, 1)), st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
def test_a_weekday_is_the_next_one_after_today(today: date, name: str) -> None:
    day = day_of(name, today=today)

    assert timedelta(days=1) <= day - today <= timedelta(days=7)
    assert f"{day:%a}".lower() == name


@given(hostile_text)
def test_any_text_is_a_day_to_come_or_refused(text: str) -> None:
    try:
        day = day_of(text, today=MONDAY)
    except (UnclearDayError, PastDayError):
        return
    assert day >= MONDAY


def test_a_day_reads_with_its_weekday() -> None:
    assert shown(date(2026, 12, 4)) == "Fri 4 Dec 2026"
