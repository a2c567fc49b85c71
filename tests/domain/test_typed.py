"""Values as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.metrics import Direction, Layer, Metric, Unit
from bot.domain.showing import value_of
from bot.domain.typed import (
    ImpossibleValueError,
    Typed,
    UnclearSampleError,
    UnclearValueError,
    WhichValueError,
    as_typed,
    entry_typed,
    sample_typed,
    value_typed,
)
from bot.errors import UserError
from tests.support.hostile import hostile_text

SHARE, SECONDS, SCORE = CATALOGUE["accuracy"], CATALOGUE["latency_p95"], CATALOGUE["csat"]
MONEY, MINUTES, BUDGET = CATALOGUE["cost_per_resolution"], CATALOGUE["time_saved"], CATALOGUE["budget_spend"]
COUNT = Metric(
    name="tickets",
    title="Tickets",
    meaning="tickets a day",
    business="tickets a day",
    layer=Layer.USAGE,
    unit=Unit.COUNT,
    direction=Direction.AT_MOST,
)
LARGEST = {Unit.SHARE: 1.0, Unit.SCORE: 5.0}
SMALLEST = {Unit.SCORE: 1.0}


@pytest.mark.parametrize(
    ("metric", "text", "value"),
    [
        (SHARE, "38 %", 0.38),
        (SHARE, "38%", 0.38),
        (SHARE, "38\u00a0%", 0.38),
        (SHARE, "38,5 %", 0.385),
        (SHARE, "38 percent", 0.38),
        (SHARE, "38", 0.38),
        (SHARE, "0.38", 0.38),
        (SHARE, "0,38", 0.38),
        (SHARE, "0.385", 0.385),
        (SHARE, ".5", 0.5),
        (SHARE, "1.0", 1.0),
        (SHARE, "0", 0.0),
        (BUDGET, "120 %", 1.2),
        (SECONDS, "2.8", 2.8),
        (SECONDS, "2,8 s", 2.8),
        (SECONDS, "2.8sec", 2.8),
        (SECONDS, "2800 ms", 2.8),
        (SECONDS, "1 060 ms", 1.06),
        (SECONDS, "1 min", 60.0),
        (MINUTES, "12 min", 12.0),
        (MINUTES, "1.5 h", 90.0),
        (SCORE, "4,2", 4.2),
        (SCORE, "4.2/5", 4.2),
        (SCORE, "4.2 of 5", 4.2),
        (MONEY, "$4.20", 4.2),
        (MONEY, "4,20 €", 4.2),
        (MONEY, "EUR 4.20", 4.2),
        (MONEY, "4.20 USD", 4.2),
        (MONEY, "1,234.50", 1234.5),
        (MONEY, "1.234,50", 1234.5),
        (MONEY, "1'234.50", 1234.5),
        (MONEY, "1,234,567", 1234567.0),
        (MONEY, "0.004", 0.004),
        (COUNT, "1060", 1060.0),
        (COUNT, "1 060", 1060.0),
    ],
)
def test_people_write_values_in_their_own_way(metric: Metric, text: str, value: float) -> None:
    typed = value_typed(metric, text)

    assert typed.value == pytest.approx(value)
    assert typed.n is None


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("38 of 100", Typed(value=0.38, n=100)),
        ("1,912/2,000", Typed(value=0.956, n=2000)),
        ("0 of 40", Typed(value=0.0, n=40)),
        ("40 out of 40", Typed(value=1.0, n=40)),
    ],
)
def test_so_many_of_so_many_is_a_share_with_its_sample(text: str, typed: Typed) -> None:
    assert value_typed(SHARE, text) == typed


@pytest.mark.parametrize(
    ("metric", "text", "sentence"),
    [
        (SHARE, "1", "Accuracy: “1” can be 1 % or 100 %. Write the one you mean."),
        (BUDGET, "1.2", "Spend against budget: “1.2” can be 1.2 % or 120 %. Write the one you mean."),
        (SECONDS, "2,800 ms", "Response time (p95): “2,800 ms” can be 2800 or 2.8. Write the one you mean."),
        (MONEY, "4.200", "Cost per resolution: “4.200” can be 4200 or 4.2. Write the one you mean."),
        (COUNT, "1,060", "Tickets: “1,060” can be 1060 or 1.06. Write the one you mean."),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_guessed(metric: Metric, text: str, sentence: str) -> None:
    with pytest.raises(WhichValueError) as refused:
        value_typed(metric, text)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("metric", "text", "sentence"),
    [
        (SHARE, "120 %", "Accuracy is between 0 % and 100 %. 120 % is not possible."),
        (SCORE, "42", "Satisfaction (CSAT) is between 1 and 5. 42 of 5 is not possible."),
        (SCORE, "0", "Satisfaction (CSAT) is between 1 and 5. 0 of 5 is not possible."),
    ],
)
def test_a_value_stays_in_its_bounds(metric: Metric, text: str, sentence: str) -> None:
    with pytest.raises(ImpossibleValueError) as refused:
        value_typed(metric, text)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        (SHARE, ""),
        (SHARE, "good"),
        (SHARE, "-0.3"),
        (SHARE, "1e-3"),
        (SHARE, "٣٨ %"),
        (SHARE, "41 of 40"),
        (SHARE, "2.8 s"),
        (SECONDS, "2.8 %"),
        (SCORE, "4.2/10"),
        (MONEY, "4.20$ now"),
        (MONEY, "1,23,4"),
        (COUNT, "twelve"),
    ],
)
def test_anything_else_is_no_value_and_says_how_to_write_one(metric: Metric, text: str) -> None:
    with pytest.raises(UnclearValueError, match="Write it like"):
        value_typed(metric, text)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("4.3", Typed(value=4.3)),
        ("4.3 n=212", Typed(value=4.3, n=212)),
        ("4.3 (n = 1,912)", Typed(value=4.3, n=1912)),
        ("4,3; N: 40", Typed(value=4.3, n=40)),
    ],
)
def test_the_sample_size_stands_behind_the_value(text: str, typed: Typed) -> None:
    assert entry_typed(SCORE, text) == typed


@pytest.mark.parametrize("text", ["0", "-3", "3.5", "many", "", "9" * 12])
def test_a_sample_is_a_whole_number_of_one_or_more(text: str) -> None:
    with pytest.raises(UnclearSampleError):
        sample_typed(text)


@pytest.mark.parametrize("metric", [*CATALOGUE.values(), COUNT], ids=lambda one: one.name)
@given(share=st.floats(0, 1))
def test_a_form_is_filled_with_what_reads_back_as_the_same_value(metric: Metric, share: float) -> None:
    low, high = SMALLEST.get(metric.unit, 0.0), LARGEST.get(metric.unit, 900.0)
    value = low + share * (high - low)

    assert value_typed(metric, as_typed(metric, value)).value == pytest.approx(value, abs=1e-8)


def test_three_decimals_in_a_form_are_not_read_as_thousands() -> None:
    assert value_typed(MONEY, as_typed(MONEY, 1.234)) == Typed(value=1.234)


@pytest.mark.parametrize("metric", [SHARE, SECONDS, SCORE, MONEY, MINUTES], ids=lambda one: one.name)
@given(tenths=st.integers(10, 50))
def test_what_muster_shows_can_be_typed_back(metric: Metric, tenths: int) -> None:
    value = tenths / 1000 if metric is SHARE else tenths / 10

    assert value_typed(metric, value_of(metric, value)).value == pytest.approx(value)


@given(
    metric=st.sampled_from([*CATALOGUE.values(), COUNT]),
    text=hostile_text | st.text("0123456789.,' %/ofn=-", max_size=14),
)
def test_whatever_is_typed_is_a_value_in_bounds_or_refused(metric: Metric, text: str) -> None:
    typed = _typed_or_none(metric, text)

    if typed is not None:
        assert SMALLEST.get(metric.unit, 0) <= typed.value
        assert typed.value <= LARGEST.get(metric.unit, 1e15) or metric is BUDGET
        assert typed.n is None or typed.n >= 1


def _typed_or_none(metric: Metric, text: str) -> Typed | None:
    """Any error but one for the person fails the test."""
    try:
        return entry_typed(metric, text)
    except UserError:
        return None
