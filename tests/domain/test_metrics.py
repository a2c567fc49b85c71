"""What metrics are, and their targets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE, CLASSIC, NINE, READY_MADE, in_order
from bot.domain.metrics import (
    Direction,
    ImpossibleTargetError,
    Layer,
    Metric,
    Miss,
    Target,
    UnfinishedTargetError,
    Unit,
    require_possible,
    target_of,
)
from bot.domain.planning import Period
from bot.domain.product import ProductRecord
from tests.support.readings import WEEK_8

NOBODY_SAID = ProductRecord()


def test_the_nine_are_as_the_source_has_them() -> None:
    told = [(one.name, one.layer, one.layer.cadence, one.direction, one.default, one.miss) for one in NINE]
    model, usage, business = Layer.MODEL, Layer.USAGE, Layer.BUSINESS

    assert told == [
        ("accuracy", model, Period.DAILY, Direction.AT_LEAST, 0.85, Miss.FAIL),
        ("hallucination_rate", model, Period.DAILY, Direction.BELOW, 0.05, Miss.FAIL),
        ("latency_p95", model, Period.DAILY, Direction.BELOW, 5.0, Miss.FAIL),
        ("csat", usage, Period.WEEKLY, Direction.AT_LEAST, 4.0, Miss.WARN),
        ("adoption_rate", usage, Period.WEEKLY, Direction.AT_LEAST, 0.60, Miss.WARN),
        ("edit_rate", usage, Period.WEEKLY, Direction.BELOW, 0.30, Miss.WARN),
        ("resolution_rate", business, Period.MONTHLY, Direction.ABOVE, 0.70, Miss.WARN),
        ("deflection_rate", business, Period.MONTHLY, Direction.AT_LEAST, 0.40, Miss.WARN),
        ("cost_per_resolution", business, Period.MONTHLY, Direction.AT_MOST, None, Miss.WARN),
    ]
    assert [one.name for one in NINE] == list(WEEK_8)


def test_the_ready_made_are_the_five_and_the_classic_five_are_of_the_nine() -> None:
    assert [one.name for one in READY_MADE] == [
        "thumbs_ratio",
        "cost_per_query",
        "time_to_first_token",
        "time_saved",
        "budget_spend",
    ]
    assert set(CLASSIC) <= {one.name for one in NINE}


def test_metrics_are_listed_in_one_order_with_the_teams_own_last() -> None:
    own = [
        Metric(
            name=name,
            title=name,
            meaning="ours",
            business="ours",
            layer=Layer.USAGE,
            unit=Unit.COUNT,
            direction=Direction.ABOVE,
        )
        for name in ("b_own", "a_own")
    ]

    assert [one.name for one in in_order([*own, CATALOGUE["budget_spend"], CATALOGUE["accuracy"]])] == [
        "accuracy",
        "budget_spend",
        "a_own",
        "b_own",
    ]


@given(st.sampled_from(Direction), st.floats(-100, 100), st.floats(-100, 100))
def test_a_target_splits_all_values_in_two_and_itself_is_on_the_side_it_names(
    direction: Direction, target: float, value: float
) -> None:
    own = Target(direction=direction, value=target)

    assert own.is_met_by(target) == (direction in {Direction.AT_LEAST, Direction.AT_MOST})
    if value != target:
        assert own.is_met_by(value) == ((value > target) == direction.higher_is_better)


def test_what_was_agreed_comes_before_the_spec_and_the_spec_before_the_default() -> None:
    accuracy, spec = CATALOGUE["accuracy"], ProductRecord(accuracy_target=0.92, max_latency_s=3.0)
    agreed = Target(direction=Direction.ABOVE, value=0.95)

    assert target_of(accuracy, spec, agreed) == agreed
    assert target_of(accuracy, spec) == Target(direction=Direction.AT_LEAST, value=0.92)
    assert target_of(accuracy, NOBODY_SAID) == Target(direction=Direction.AT_LEAST, value=0.85)
    assert target_of(CATALOGUE["latency_p95"], spec) == Target(direction=Direction.BELOW, value=3.0)


def test_cost_is_to_be_at_most_half_of_what_it_was_and_without_a_baseline_nothing() -> None:
    cost = CATALOGUE["cost_per_resolution"]

    assert target_of(cost, ProductRecord(baseline_cost_per_resolution=8.4)) == Target(
        direction=Direction.AT_MOST, value=4.2
    )
    assert target_of(cost, NOBODY_SAID) is None


@pytest.mark.parametrize(
    ("name", "possible", "impossible"),
    [
        ("accuracy", [0.0, 0.85, 1.0], [-0.01, 1.01, 85.0, float("nan")]),
        ("csat", [1.0, 4.0, 5.0], [0.0, 0.9, 5.1, float("inf")]),
        ("latency_p95", [0.0, 900.0], [-1.0, float("inf")]),
        ("budget_spend", [0.0, 1.0, 1.4], [-0.1, float("nan")]),
    ],
)
def test_a_number_must_be_possible_in_its_unit(name: str, possible: list[float], impossible: list[float]) -> None:
    assert [require_possible(CATALOGUE[name], value) for value in possible] == possible
    for value in impossible:
        with pytest.raises(ImpossibleTargetError):
            require_possible(CATALOGUE[name], value)


def test_refusals_say_what_is_needed() -> None:
    assert str(ImpossibleTargetError(CATALOGUE["accuracy"])) == (
        "A target for Accuracy is a number between 0 and 1 (85 % is 0.85)."
    )
    assert "“below 0.05”" in str(UnfinishedTargetError(CATALOGUE["edit_rate"]))
    assert "“at least 0.85”" in str(UnfinishedTargetError(CATALOGUE["accuracy"]))
