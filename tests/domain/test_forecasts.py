"""Forecasts: nothing more precise than anybody knows, and kept to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.forecast_typing import UnclearForecastError, forecast_typed
from bot.domain.forecasts import (
    BadChanceError,
    BadRangeError,
    Expected,
    ForecastState,
    NoRangeError,
    NoSpanError,
    TrackRecord,
    due,
    expected,
    figures_of,
    in_words,
    judged,
    track_record,
)
from bot.domain.metrics import Direction
from bot.domain.projecting import has_levelled_off, projected, weekly
from bot.domain.readings import Reading
from bot.errors import UserError
from tests.support.readings import a_reading
from tests.support.updates import READ_AT, a_forecast

ACCURACY, COST = CATALOGUE["accuracy"], CATALOGUE["cost_per_resolution"]
MADE_ON = date(2026, 11, 12)
PLATEAU = Expected(target=0.92, low=0.90, high=0.92, weeks=(4, 6), plateau=0.90)
RANGE = Expected(target=0.92, low=0.90, high=0.93, weeks=(4, 6))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("92 in 4-6 weeks may level off at 90", PLATEAU),
        ("92 % in 4 to 6 weeks, it may level off at 90 %", PLATEAU),
        ("0.92 in 4–6 weeks; might level off at 0.9", PLATEAU),
        ("92 between 90 and 93 in 4-6 weeks", RANGE),
        ("92 (90-93) in 4 to 6 weeks", RANGE),
        ("92 in 4-6 weeks from 90 to 93", RANGE),
        (
            "92 in 4-6 weeks, may level off at 90 with 30 % chance",
            Expected(target=0.92, low=0.90, high=0.92, weeks=(4, 6), plateau=0.90, chance=0.3),
        ),
    ],
)
def test_a_forecast_is_read_in_one_line(text: str, said: Expected) -> None:
    assert forecast_typed(ACCURACY, text) == said


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("92 in 4-6 weeks", NoRangeError),
        ("92 may level off at 90", NoSpanError),
        ("92 in 4 weeks may level off at 90", NoSpanError),
        ("92 in 6-4 weeks may level off at 90", NoSpanError),
        ("92 in 60-70 weeks may level off at 90", NoSpanError),
        ("95 between 90 and 93 in 4-6 weeks", BadRangeError),
        ("92 between 92 and 92 in 4-6 weeks", BadRangeError),
        ("92 in 4-6 weeks may level off at 90 with 100 % chance", BadChanceError),
        ("better in 4-6 weeks may level off at 90", UnclearForecastError),
        ("", UnclearForecastError),
        ("92 soon", UnclearForecastError),
    ],
)
def test_what_promises_more_than_anybody_knows_is_refused(text: str, error: type[UserError]) -> None:
    with pytest.raises(error):
        forecast_typed(ACCURACY, text)


@given(st.text(max_size=60))
def test_any_words_are_a_forecast_with_a_range_or_are_refused(text: str) -> None:
    try:
        said = forecast_typed(ACCURACY, text)
    except UserError:
        return
    assert said.low < said.high


def test_a_forecast_is_said_with_its_span_and_where_it_may_level_off() -> None:
    assert in_words(ACCURACY, a_forecast(), MADE_ON) == (
        "92 of 100 answers correct in 4 to 6 weeks; it may level off at 90"
    )
    unlikely = a_forecast(low=0.91, high=0.93, plateau_chance=0.3)
    assert in_words(ACCURACY, unlikely, MADE_ON) == (
        "92 of 100 answers correct (between 91 and 93) in 4 to 6 weeks; it may level off at 90 (3 in 10)"
    )
    cost = a_forecast(metric="cost_per_resolution", target=3.5, low=3.0, high=4.0, plateau=None)
    assert in_words(COST, cost, MADE_ON) == (
        "What a solved ticket costs: $3.50 (between $3.00 and $4.00) in 4 to 6 weeks"
    )


@pytest.mark.parametrize(
    ("later", "said"),
    [(2, "in 2 to 4 weeks"), (3, "in 1 to 3 weeks"), (4, "by 24 December"), (6, "by 24 December")],
)
def test_its_span_is_counted_from_the_day_it_is_read(later: int, said: str) -> None:
    assert said in in_words(ACCURACY, a_forecast(), MADE_ON + timedelta(weeks=later))


def test_its_numbers_are_figures_that_name_the_forecast() -> None:
    assert {figure.shown for figure in figures_of(ACCURACY, a_forecast(plateau_chance=0.3))} == {
        "92 of 100",
        "92",
        "90 of 100",
        "90",
        "3 in 10",
    }


def test_it_is_due_from_one_day_to_another() -> None:
    assert due((4, 6), MADE_ON) == (date(2026, 12, 10), date(2026, 12, 24))


@pytest.mark.parametrize(
    ("value", "direction", "state"),
    [
        (0.90, Direction.AT_LEAST, ForecastState.HELD),
        (0.95, Direction.AT_LEAST, ForecastState.HELD),
        (0.899, Direction.AT_LEAST, ForecastState.MISSED),
        (0.92, Direction.BELOW, ForecastState.HELD),
        (0.5, Direction.BELOW, ForecastState.HELD),
        (0.921, Direction.BELOW, ForecastState.MISSED),
    ],
)
def test_a_forecast_held_where_the_value_is_no_worse_than_its_range(
    value: float, direction: Direction, state: ForecastState
) -> None:
    assert judged(a_forecast(), value, direction) is state


def test_how_often_they_held_leaves_out_what_was_withdrawn_or_is_not_due() -> None:
    every = [a_forecast(state=state) for state in ForecastState]

    assert track_record(every) == TrackRecord(held=1, whole=2)


def test_nothing_is_too_far_or_too_sure() -> None:
    with pytest.raises(BadChanceError):
        expected(ACCURACY, target=0.92, span=(4, 6), plateau=0.9, chance=0.0)
    with pytest.raises(NoSpanError):
        expected(ACCURACY, target=0.92, span=(0, 6), plateau=0.9)


def test_weeks_are_a_week_apart_also_where_it_is_measured_daily() -> None:
    readings = [a_reading("accuracy", 0.9 - day / 1000, end=READ_AT - timedelta(days=day), days=1) for day in range(20)]

    assert [round(one.value, 3) for one in weekly(readings, readings[0])] == [0.886, 0.893, 0.9]


@pytest.mark.parametrize(
    ("values", "is_flat"),
    [
        ([0.80, 0.87, 0.870, 0.874, 0.869, 0.872], True),
        ([0.80, 0.82, 0.84, 0.86], False),
        ([0.87, 0.87, 0.87], False),
    ],
)
def test_four_flat_weeks_are_levelling_off(values: list[float], is_flat: bool) -> None:
    readings = week_by_week("accuracy", values)

    assert has_levelled_off(ACCURACY, readings, readings[-1]) is is_flat


def test_a_straight_line_says_how_far_it_looked_back_and_how_unsure_it_is() -> None:
    readings = week_by_week("accuracy", [0.80, 0.82, 0.83, 0.86, 0.87])

    found = projected(ACCURACY, readings, readings[-1], weeks=6)

    assert found is not None
    assert (found.seen, found.weeks) == (5, 6)
    assert found.projection.low < found.projection.value < found.projection.high <= 1
    assert projected(ACCURACY, readings[-3:], readings[-1], weeks=6) is None


def week_by_week(metric: str, values: list[float]) -> list[Reading]:
    """A reading a week, the last of them this week."""
    last = len(values) - 1
    return [a_reading(metric, value, end=READ_AT - timedelta(weeks=last - at)) for at, value in enumerate(values)]
