"""Where axes begin and end, what their ticks are called, and where words stand."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.charts.dates import EARLIEST, LATEST, Tick, instant, ticks
from bot.charts.places import GAP, Box, Label, free, in_lanes
from bot.charts.scales import on_axis, said, scale_of, target_words
from bot.charts.series import runs, span_of, spots
from bot.domain.charts import Mark, Panel, Point
from bot.domain.metrics import Direction, Target, Unit
from tests.support.builders import MONDAY

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


def words(found: list[Tick]) -> list[str]:
    return [f"{tick.words} {tick.below}".strip() for tick in found]


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        ([0.801, 0.803], Unit.SHARE, ["76 %", "78 %", "80 %", "82 %", "84 %", "86 %"]),
        ([0.999, 1.0], Unit.SHARE, ["98 %", "98.5 %", "99 %", "99.5 %", "100 %"]),
        ([0.03, 0.04], Unit.SHARE, ["1 %", "2 %", "3 %", "4 %", "5 %", "6 %"]),
        ([0.0, 0.0], Unit.SHARE, ["0 %", "0.5 %", "1 %", "1.5 %", "2 %"]),
        ([4.9, 5.0], Unit.SCORE, ["4", "4.2", "4.4", "4.6", "4.8", "5"]),
        ([2.5], Unit.SECONDS, ["2.3 s", "2.4 s", "2.5 s", "2.6 s", "2.7 s"]),
        ([1, 9], Unit.MINUTES, ["0 min", "2 min", "4 min", "6 min", "8 min", "10 min"]),
        ([7, 7], Unit.COUNT, ["5", "6", "7", "8", "9"]),
        ([1.2, 1.3], Unit.SHARE, ["120 %", "122 %", "124 %", "126 %", "128 %", "130 %"]),
        ([2e9, 3e9], Unit.MONEY, ["2 bn", "2.2 bn", "2.4 bn", "2.6 bn", "2.8 bn", "3 bn"]),
        ([], Unit.SCORE, ["1", "2", "3", "4", "5"]),
    ],
)
def test_an_axis_shows_enough_to_tell_noise_from_news(values: list[float], unit: Unit, expected: list[str]) -> None:
    assert [on_axis(tick, unit) for tick in scale_of(values, unit, most_ticks=6).ticks] == expected


@given(st.lists(st.floats(-1e15, 1e15) | st.floats(0, 1), max_size=5), st.sampled_from(Unit), st.integers(3, 8))
def test_every_value_is_on_the_axis_and_a_few_ticks_are(values: list[float], unit: Unit, most: int) -> None:
    scale = scale_of(values, unit, most_ticks=most)

    assert scale.low < scale.high
    assert all(scale.low <= value <= scale.high for value in values)
    assert 1 <= len(scale.ticks) <= most + 1
    assert all(scale.low <= tick <= scale.high for tick in scale.ticks)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.8213, Unit.SHARE, "82.1 %"),
        (0.0004, Unit.SHARE, "under 0.1 %"),
        (1.25, Unit.SHARE, "125 %"),
        (4.25, Unit.SECONDS, "4.3 s"),
        (12, Unit.MINUTES, "12 min"),
        (0.415, Unit.MONEY, "0.42"),
        (1_250_000, Unit.COUNT, "1.25 m"),
    ],
)
def test_values_are_said_with_their_unit(value: float, unit: Unit, expected: str) -> None:
    assert said(value, unit) == expected


def test_a_target_says_its_direction() -> None:
    found = [target_words(Target(direction=direction, value=0.05), Unit.SHARE) for direction in Direction]

    assert found == ["Target: at least 5 %", "Target: above 5 %", "Target: at most 5 %", "Target: below 5 %"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, ["00:00 16 Nov", "06:00", "12:00", "18:00", "00:00 17 Nov"]),
        (4, ["16 Nov 2026", "17 Nov", "18 Nov", "19 Nov", "20 Nov"]),
        (21, ["16 Nov 2026", "23 Nov", "30 Nov", "7 Dec"]),
        (60, ["23 Nov 2026", "7 Dec", "21 Dec", "4 Jan 2027"]),
        (120, ["Dec 2026", "Jan 2027", "Feb", "Mar"]),
        (500, ["Jan 2027", "Jul", "Jan 2028"]),
        (5 * 365, ["2027", "2028", "2029", "2030", "2031"]),
    ],
)
def test_dates_are_named_as_finely_as_the_span_needs(days: int, expected: list[str]) -> None:
    begin = datetime(2026, 11, 15, 23, tzinfo=UTC)

    assert words(ticks(begin, begin + days * DAY, BERLIN, most=5)) == expected


def test_days_begin_at_midnight_there_also_across_a_clock_change() -> None:
    begin = datetime(2026, 10, 23, 22, tzinfo=UTC)

    found = ticks(begin, begin + 3 * DAY, BERLIN, most=5)
    assert [tick.at.hour for tick in found] == [22, 22, 23]


@given(st.datetimes(timezones=st.just(UTC)), st.timedeltas(timedelta(hours=1), 3_000_000 * DAY), st.integers(3, 7))
def test_any_span_has_dates_in_order_and_not_too_many(begin: datetime, long: timedelta, most: int) -> None:
    start = instant(begin)
    end = instant(LATEST if LATEST - start < long else start + long)
    if end - start < timedelta(hours=1):
        return

    found = [tick.at for tick in ticks(start, end, BERLIN, most=most)]
    assert all(EARLIEST <= start <= at <= end for at in found)
    assert all(one < other for one, other in pairwise(found))
    assert len(found) <= most + 2


def a_point(day: float, value: float = 0.8) -> Point:
    return Point(at=MONDAY + day * DAY, value=value)


def test_a_gap_is_where_the_usual_distance_is_passed_by_far() -> None:
    found = spots([a_point(day) for day in (0, 7, 14, 35, 42)])

    assert [[(spot.at - MONDAY).days for spot in run] for run in runs(found)] == [[0, 7, 14], [35, 42]]


def test_what_is_no_number_is_no_point_and_bounds_come_in_pairs() -> None:
    given_points = [
        Point(at=MONDAY, value=float("nan")),
        Point(at=MONDAY + DAY, value=0.5, low=0.6, high=0.4),
        Point(at=MONDAY, value=float("inf")),
        Point(at=MONDAY, value=0.4, low=0.3),
    ]

    assert [(one.value, one.low, one.high) for one in spots(given_points)] == [(0.4, None, None), (0.5, 0.4, 0.6)]


def test_a_change_just_outside_is_seen_and_one_long_ago_is_not() -> None:
    points = (a_point(0), a_point(28))
    marks = tuple(Mark(at=MONDAY + day * DAY, text="v") for day in (-100, -5, 30))
    span = span_of(Panel(title="A", unit=Unit.SHARE, points=points, marks=marks), spots(points))

    assert span is not None
    assert [mark.at in span for mark in marks] == [False, True, True]


def test_labels_of_changes_stand_beside_their_lines_the_latest_first() -> None:
    found = in_lanes([Label(10, 50), Label(100, 60), Label(105, 40)], right=170, lanes=2)

    assert [(one.place, one.lane, one.left) for one in found] == [(2, 0, 107.0), (1, 0, 38.0), (0, 1, 12.0)]


def test_labels_step_up_to_the_right_of_their_lines_where_more_find_room_so() -> None:
    found = in_lanes([Label(88, 46), Label(129, 97), Label(135, 62), Label(222, 48)], right=374, lanes=3)

    assert [(one.place, one.lane) for one in found] == [(3, 0), (2, 0), (1, 1), (0, 2)]


def test_labels_without_room_are_left_out_the_oldest_first() -> None:
    found = in_lanes([Label(x, 80) for x in (100, 102, 104)], right=200, lanes=1)

    assert [one.place for one in found] == [2, 1]


@given(
    st.lists(st.tuples(st.floats(0, 400), st.floats(1, 200)), max_size=12),
    st.integers(1, 3),
)
def test_no_label_covers_another_or_the_line_to_one(given_labels: list[tuple[float, float]], lanes: int) -> None:
    labels = [Label(x, width) for x, width in sorted(given_labels)]
    placed = in_lanes(labels, right=400, lanes=lanes)

    assert len({one.place for one in placed}) == len(placed)
    for one in placed:
        width = labels[one.place].width
        assert one.left >= 0
        assert one.left + width <= 400
        for other in placed:
            apart = one.left + width + GAP <= other.left or other.left + labels[other.place].width + GAP <= one.left
            assert one is other or one.lane != other.lane or apart
            x = labels[other.place].x
            assert other.lane <= one.lane or not one.left < x < one.left + width


def test_words_stand_where_they_cover_least() -> None:
    left, right = Box(0, 10, 30, 20), Box(70, 10, 100, 20)

    assert free([left, right], [], []) == left
    assert free([left, right], [(5, 12), (80, 40)], []) == right
    assert free([left, right], [(80, 12)], [Box(25, 15, 60, 30)]) == right
