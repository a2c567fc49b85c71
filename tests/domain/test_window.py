from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.window import (
    EmptyWindowError,
    UnknownZoneError,
    Window,
    days_before,
    instant_of,
    parse_instant,
    zone_named,
)
from bot.errors import UserError
from tests.domain.minutes import CHANGES, MINUTE, first_minute_at

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@given(st.sampled_from(CHANGES), st.integers(-3 * 24 * 60, 3 * 24 * 60))
def test_a_wall_time_is_the_first_minute_at_which_the_clock_shows_or_has_passed_it(
    change: tuple[str, str], minutes: int
) -> None:
    zone, day = ZoneInfo(change[0]), change[1]
    shown = wall(day) + MINUTE * minutes

    assert instant_of(shown, zone) == first_minute_at(shown, zone, day)


@pytest.mark.parametrize(
    ("zone", "shown", "instant"),
    [
        ("Europe/Berlin", "2027-03-28T02:30", "2027-03-28T01:00"),  # skipped: 03:00
        ("Europe/Berlin", "2027-03-28T02:59:59", "2027-03-28T01:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),  # the first pass
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00"),
        ("Europe/Berlin", "2026-11-16T09:00:30.5", "2026-11-16T08:00:30.5"),  # seconds stay where they exist
    ],
)
def test_skipped_and_doubled_wall_times_have_one_instant(zone: str, shown: str, instant: str) -> None:
    assert instant_of(wall(shown), ZoneInfo(zone)) == utc(instant)
    assert instant_of(wall(shown).replace(fold=1), ZoneInfo(zone)) == utc(instant)


def test_seven_days_are_calendar_days_an_hour_longer_or_shorter_around_a_change() -> None:
    spring = days_before(instant_of(wall("2027-03-29T09:00"), BERLIN), days=7, zone=BERLIN)
    autumn = days_before(instant_of(wall("2026-10-26T09:00"), BERLIN), days=7, zone=BERLIN)

    assert spring == Window(utc("2027-03-22T08:00"), utc("2027-03-29T07:00"))
    assert autumn == Window(utc("2026-10-19T07:00"), utc("2026-10-26T08:00"))


def test_a_window_that_ends_in_the_second_pass_starts_at_that_wall_time() -> None:
    assert days_before(utc("2026-10-25T01:30"), days=7, zone=BERLIN) == Window(
        utc("2026-10-18T00:30"), utc("2026-10-25T01:30")
    )


def test_a_schedule_that_was_moved_by_a_gap_starts_where_it_ended_last_week() -> None:
    window = days_before(utc("2027-03-28T01:00"), days=7, zone=BERLIN, wall=wall("2027-03-28T02:30"))

    assert window == Window(utc("2027-03-21T01:30"), utc("2027-03-28T01:00"))


def test_a_window_holds_its_start_and_not_its_end() -> None:
    window = Window(utc("2026-11-09T08:00"), utc("2026-11-16T08:00"))

    assert [moment in window for moment in (window.start, window.end - timedelta.resolution, window.end)] == [
        True,
        True,
        False,
    ]


def test_a_window_ends_no_sooner_than_it_starts() -> None:
    with pytest.raises(EmptyWindowError, match="starts at 2026-11-16 08:00 UTC but ends at 2026-11-09 08:00 UTC"):
        Window(utc("2026-11-16T08:00"), utc("2026-11-09T08:00"))


@pytest.mark.parametrize("days", [4_000_000, 10**12])
def test_more_days_than_the_calendar_has_are_refused_in_words(days: int) -> None:
    with pytest.raises(UserError, match="before the calendar begins"):
        days_before(utc("2026-11-16T08:00"), days=days, zone=BERLIN)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "CET+1\0"])
def test_an_unknown_zone_is_refused_in_words(name: str) -> None:
    with pytest.raises(UnknownZoneError, match="is not a time zone"):
        zone_named(name)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-16T09:00", "2026-11-16T08:00"),
        (" 2026-11-16 09:00:00 ", "2026-11-16T08:00"),
        ("2026-11-16T09:00-05:00", "2026-11-16T14:00"),
        ("2026-11-16T09:00Z", "2026-11-16T09:00"),
        ("2026-11-16", "2026-11-15T23:00"),
        ("2027-03-28T02:30", "2027-03-28T01:00"),
    ],
)
def test_a_time_without_an_offset_is_wall_time_in_the_zone(text: str, instant: str) -> None:
    assert parse_instant(text, BERLIN) == utc(instant)


@pytest.mark.parametrize(
    "text", ["monday", "2026-13-01", "", "1763280000", "0001-01-01T00:00", "9999-12-31T23:00-09:00"]
)
def test_what_is_no_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(UserError, match=r"is not a time|calendar"):
        parse_instant(text, BERLIN)
