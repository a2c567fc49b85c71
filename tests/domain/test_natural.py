"""Numbers and days as people say them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.metrics import Direction, Target
from bot.domain.natural import amount_of, change_in_words, days_of, target_in_words, value_of
from bot.domain.window import Window


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("deflection_rate", 0.38, "38 of 100"),
        ("hallucination_rate", 0.034, "3.4 of 100"),
        ("hallucination_rate", 0.004, "4 of 1,000"),
        ("hallucination_rate", 0.0004, "fewer than 1 of 1,000"),
        ("accuracy", 0.997, "99.7 of 100"),
        ("accuracy", 1.0, "100 of 100"),
        ("hallucination_rate", 0.0, "0 of 100"),
        ("csat", 4.2, "4.2 of 5"),
        ("csat", 4.0, "4.0 of 5"),
        ("latency_p95", 2.8, "2.8 seconds"),
        ("cost_per_resolution", 4.2, "$4.20"),
        ("cost_per_query", 0.0031, "$0.0031"),
        ("budget_spend", 1.1, "110 %"),
    ],
)
def test_a_value_is_said_as_people_say_it(name: str, value: float, said: str) -> None:
    assert value_of(CATALOGUE[name], value) == said


@given(value=st.floats(min_value=0.001, max_value=0.9999), target=st.sampled_from([0.05, 0.4, 0.85]))
def test_a_value_that_is_not_its_target_never_reads_like_it(value: float, target: float) -> None:
    assume(abs(value - target) > 1e-5)
    metric = CATALOGUE["accuracy"]

    assert value_of(metric, value, beside=target) != value_of(metric, target)


def test_a_target_is_a_direction_and_a_number() -> None:
    target = Target(direction=Direction.AT_LEAST, value=0.4)

    assert target_in_words(CATALOGUE["deflection_rate"], target) == "at least 40"


@pytest.mark.parametrize(
    ("name", "change", "of", "said"),
    [
        ("deflection_rate", -0.02, 0.38, "2 fewer than last week"),
        ("deflection_rate", 0.001, 0.38, "much as last week"),
        ("hallucination_rate", 0.014, 0.061, "1.4 more than last week"),
        ("csat", 0.1, 4.2, "0.1 more than last week"),
        ("cost_per_resolution", -0.5, 4.2, "half a dollar less than last week"),
        ("cost_per_resolution", 0.35, 4.2, "$0.35 more than last week"),
        ("cost_per_resolution", 0.001, 4.2, "much as last week"),
        ("latency_p95", 0.3, 2.8, "0.3 seconds more than last week"),
    ],
)
def test_a_change_says_how_much_more_or_less(name: str, change: float, of: float, said: str) -> None:
    assert change_in_words(CATALOGUE[name], change, of=of, since="last week") == said


def test_a_small_difference_is_never_nothing() -> None:
    assert amount_of(CATALOGUE["deflection_rate"], 0.0003, of=0.3997) == "0.03"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ((2026, 11, 1, 23), (2026, 11, 8, 23), "2 to 8 November"),
        ((2026, 11, 11, 23), (2026, 11, 12, 23), "12 November"),
        ((2026, 10, 25, 23), (2026, 11, 1, 23), "26 October to 1 November"),
        ((2026, 9, 30, 22), (2026, 10, 31, 23), "October"),
    ],
)
def test_days_are_those_of_the_products_zone_with_the_last_one(
    start: tuple[int, int, int, int], end: tuple[int, int, int, int], said: str
) -> None:
    window = Window(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC))

    assert days_of(window, "Europe/Berlin") == said


def test_money_is_in_the_products_own_currency() -> None:
    euros = replace(CATALOGUE["cost_per_resolution"], currency="€")

    assert value_of(euros, 4.2) == "€4.20"
    assert change_in_words(euros, -0.5, of=4.2, since="last week") == "€0.50 less than last week"
