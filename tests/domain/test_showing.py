"""Values of metrics as people read them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.metrics import Direction, Target
from bot.domain.showing import amount_of, change_in_points, interval_in_words, target_in_words, value_of
from bot.domain.statistics import Interval


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("accuracy", 0.91, "91 %"),
        ("hallucination_rate", 0.0612, "6.1 %"),
        ("hallucination_rate", 0.0004, "under 0.1 %"),
        ("latency_p95", 2.8, "2.8 s"),
        ("time_saved", 12.0, "12 min"),
        ("csat", 4.2, "4.2 of 5"),
        ("cost_per_resolution", 4.2, "$4.20"),
        ("cost_per_resolution", 1234.5, "$1,234.50"),
        ("cost_per_query", 0.0031, "$0.0031"),
        ("cost_per_query", 0.0, "$0.00"),
    ],
)
def test_a_value_is_shown_with_its_unit(name: str, value: float, shown: str) -> None:
    assert value_of(CATALOGUE[name], value) == shown


@given(value=st.floats(min_value=0, max_value=1), target=st.sampled_from([0.05, 0.4, 0.85]))
def test_a_value_beside_its_target_reads_the_same_only_if_it_is_the_same(value: float, target: float) -> None:
    rate = CATALOGUE["accuracy"]
    assume(value == target or abs(value - target) > 1e-6)

    assert (value_of(rate, value, beside=target) == value_of(rate, target)) == (value == target)


def test_a_value_just_short_of_its_target_shows_more_digits() -> None:
    assert value_of(CATALOGUE["deflection_rate"], 0.3998, beside=0.4) == "39.98 %"
    assert value_of(CATALOGUE["deflection_rate"], 0.4, beside=0.4) == "40 %"


def test_a_target_is_a_direction_and_a_number() -> None:
    accuracy, csat = CATALOGUE["accuracy"], CATALOGUE["csat"]

    assert [target_in_words(Target(direction=one, value=0.05), accuracy) for one in Direction] == [
        "at least 5 %",
        "over 5 %",
        "at most 5 %",
        "under 5 %",
    ]
    assert target_in_words(Target(direction=Direction.AT_LEAST, value=4), csat) == "at least 4 of 5"


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("hallucination_rate", 0.014, "up 1.4 points"),
        ("accuracy", -0.01, "down 1 point"),
        ("accuracy", 0.0001, "no change"),
        ("csat", -0.3, "down 0.3"),
        ("latency_p95", 0.35, "up 0.35 s"),
        ("cost_per_resolution", -0.5, "down $0.50"),
        ("cost_per_resolution", 0.0, "no change"),
    ],
)
def test_a_change_says_which_way_and_how_far(name: str, change: float, words: str) -> None:
    assert change_in_points(CATALOGUE[name], change) == words


def test_the_size_of_a_difference_has_no_sign() -> None:
    assert amount_of(CATALOGUE["deflection_rate"], -0.02) == "2 points"


def test_an_interval_is_said_in_words() -> None:
    bounds = Interval(low=0.0512, high=0.0729)

    assert interval_in_words(CATALOGUE["hallucination_rate"], bounds) == "between 5.1 % and 7.3 %"
