"""A product's checks: verdicts, how sure they are, and what they add up to."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE, CLASSIC
from bot.domain.health import Check, Health, Verdict, Watched, check
from bot.domain.metrics import Direction, Layer, Metric, Target, Unit, target_of
from bot.domain.product import ProductRecord
from bot.domain.readings import Reading
from bot.domain.watching import Which, watched
from tests.support.builders import MONDAY
from tests.support.readings import WEEK_8, a_reading

PASS, WARN, FAIL, UNKNOWN, TOO_FEW = (
    Verdict.PASS,
    Verdict.WARN,
    Verdict.FAIL,
    Verdict.UNKNOWN,
    Verdict.TOO_FEW,
)


def one(name: str, value: float, *, target: float | None = None, minimum: int = 30, **known: object) -> Check:
    """The check of one metric on a reading of the week before Monday."""
    metric = CATALOGUE[name]
    agreed = None if target is None else Target(direction=metric.direction, value=target)
    watching = Watched(metric=metric, target=target_of(metric, ProductRecord(), agreed), minimum_sample=minimum)
    return check(watching, [a_reading(name, value, **known)], MONDAY)  # type: ignore[arg-type]  # a reading's fields


def week_8(record: ProductRecord, which: Which, values: Mapping[str, float] = WEEK_8) -> Health:
    """The worked example for a product of this record."""
    readings = [a_reading(name, value) for name, value in values.items()]
    checks = (
        check(each, [it for it in readings if it.metric == each.metric.name], MONDAY)
        for each in watched(record, [], {}, which)
    )
    return Health(as_of=MONDAY, checks=tuple(checks))


def verdicts(health: Health) -> dict[str, Verdict]:
    return {each.metric.name: each.verdict for each in health.checks}


def test_the_worked_example_has_four_of_five_on_target() -> None:
    health = week_8(ProductRecord(), Which.CHOSEN)

    assert verdicts(health) == {
        "accuracy": PASS,
        "hallucination_rate": PASS,
        "csat": PASS,
        "adoption_rate": PASS,
        "deflection_rate": WARN,
    }
    assert (health.on_target, len(health.checks), health.unknown) == (4, 5, 0)
    assert tuple(verdicts(health)) == CLASSIC


def test_with_its_own_accuracy_target_the_worked_example_fails_accuracy() -> None:
    health = week_8(ProductRecord(accuracy_target=0.92), Which.CHOSEN)

    assert verdicts(health)["accuracy"] is FAIL
    assert [miss.metric.name for miss in health.misses] == ["accuracy", "deflection_rate"]


def test_all_nine_of_the_worked_example() -> None:
    told = verdicts(week_8(ProductRecord(baseline_cost_per_resolution=8.4), Which.ALL))

    assert told == {**dict.fromkeys(WEEK_8, PASS), "deflection_rate": WARN}


def test_cost_without_a_baseline_is_unknown() -> None:
    health = week_8(ProductRecord(), Which.ALL)

    assert verdicts(health)["cost_per_resolution"] is UNKNOWN
    assert (health.on_target, health.unknown, len(health.checks)) == (7, 1, 9)


@pytest.mark.parametrize(
    ("name", "on_target", "missed", "verdict"),
    [
        ("accuracy", 0.85, 0.8499, FAIL),
        ("hallucination_rate", 0.0499, 0.05, FAIL),
        ("latency_p95", 4.999, 5.0, FAIL),
        ("csat", 4.0, 3.99, WARN),
        ("adoption_rate", 0.60, 0.599, WARN),
        ("edit_rate", 0.299, 0.30, WARN),
        ("resolution_rate", 0.7001, 0.70, WARN),
        ("deflection_rate", 0.40, 0.399, WARN),
        ("cost_per_resolution", 2.0, 2.001, WARN),
    ],
)
def test_a_target_is_met_on_its_own_side_and_a_miss_has_its_weight(
    name: str, on_target: float, missed: float, verdict: Verdict
) -> None:
    target = 2.0 if name == "cost_per_resolution" else None

    assert one(name, on_target, target=target).verdict is PASS
    assert one(name, missed, target=target).verdict is verdict


def test_a_metric_without_any_reading_is_unknown() -> None:
    metric = CATALOGUE["accuracy"]
    found = check(Watched(metric=metric, target=target_of(metric, ProductRecord())), [], MONDAY)

    assert (found.verdict, found.reading, found.change, found.miss) == (UNKNOWN, None, None, None)


@pytest.mark.parametrize(("name", "days"), [("accuracy", 2), ("csat", 14), ("deflection_rate", 62)])
def test_a_reading_older_than_two_cadences_is_no_longer_fresh_but_still_there(name: str, days: int) -> None:
    last, over = timedelta(days=days), timedelta(days=days, seconds=1)

    assert one(name, 5.0 if name == "csat" else 0.99, end=MONDAY - last).verdict is PASS
    stale = one(name, 5.0 if name == "csat" else 0.99, end=MONDAY - over)
    assert stale.verdict is UNKNOWN
    assert stale.reading is not None


def test_a_reading_whose_window_is_not_over_does_not_count_yet() -> None:
    assert one("accuracy", 0.99, end=MONDAY + timedelta(minutes=1)).reading is None


def test_a_sample_below_the_minimum_is_too_few_whatever_the_value() -> None:
    assert [one("accuracy", value, n=29).verdict for value in (0.1, 0.99)] == [TOO_FEW, TOO_FEW]
    assert [one("accuracy", value, n=30).verdict for value in (0.1, 0.99)] == [FAIL, PASS]
    assert one("accuracy", 0.99, n=30, minimum=31).verdict is TOO_FEW


def test_without_a_sample_size_the_verdict_is_plain() -> None:
    plain = one("accuracy", 0.84)

    assert (plain.verdict, plain.certain, plain.interval) == (FAIL, True, None)


def test_an_interval_across_the_target_is_not_certain_and_a_larger_sample_is() -> None:
    few, many = one("deflection_rate", 0.38, n=240), one("deflection_rate", 0.38, n=24_000)

    assert (few.verdict, few.certain) == (WARN, False)
    assert (many.verdict, many.certain) == (WARN, True)
    assert few.interval is not None
    assert (round(few.interval.low, 3), round(few.interval.high, 3)) == (0.321, 0.443)


def test_a_mean_has_an_interval_where_its_spread_is_known() -> None:
    assert one("csat", 4.1, n=100).interval is None
    assert one("csat", 4.1, n=100, sd=1.0).certain is False
    assert one("csat", 4.1, n=10_000, sd=1.0).certain is True


def test_bounds_that_a_reading_brings_along_are_taken_as_they_are() -> None:
    found = one("latency_p95", 4.9, n=500, low=4.6, high=5.2)

    assert (found.verdict, found.certain) == (PASS, False)


def test_the_miss_says_how_far_and_the_change_which_way() -> None:
    metric = CATALOGUE["deflection_rate"]
    watching = Watched(metric=metric, target=target_of(metric, ProductRecord()))
    earlier = a_reading(metric.name, 0.41, end=MONDAY - timedelta(days=7))
    found = check(watching, [a_reading(metric.name, 0.38), earlier], MONDAY)

    assert (round(found.miss or 0, 9), round(found.change or 0, 9)) == (0.02, -0.03)
    assert found.earlier == earlier


def test_headlines_are_those_that_were_named_and_all_where_none_was() -> None:
    health = week_8(ProductRecord(), Which.CHOSEN)
    assert health.headlines == health.checks

    named = Watched(metric=CATALOGUE["csat"], target=None, headline=True)
    with_one = Health(as_of=MONDAY, checks=(*health.checks, check(named, [], MONDAY)))
    assert [each.watched for each in with_one.headlines] == [named]


SHARE = Metric(
    name="own",
    title="Own",
    meaning="a share",
    business="a share",
    layer=Layer.MODEL,
    unit=Unit.SHARE,
    direction=Direction.AT_LEAST,
)
readings = st.builds(
    lambda value, n, hours: a_reading("own", value, n=n, end=MONDAY - timedelta(hours=hours)),
    st.floats(0, 1),
    st.none() | st.integers(0, 2_000),
    st.integers(-30, 120),
)
targets = st.none() | st.builds(Target, direction=st.sampled_from(Direction), value=st.floats(0, 1))


@given(st.lists(st.tuples(targets, st.lists(readings, max_size=3)), max_size=6))
def test_whatever_is_checked_is_on_target_missed_or_unknown_and_unknown_is_never_on_target(
    several: list[tuple[Target | None, list[Reading]]],
) -> None:
    checks = [check(Watched(metric=SHARE, target=target), known, MONDAY) for target, known in several]
    health = Health(as_of=MONDAY, checks=tuple(checks))

    assert health.on_target + len(health.misses) + health.unknown == len(health.checks)
    for each in checks:
        if each.verdict in {PASS, FAIL, WARN}:
            assert each.reading is not None
            assert each.watched.target is not None
            assert each.watched.target.is_met_by(each.reading.value) == (each.verdict is PASS)


@given(readings, targets)
def test_what_is_certain_stays_on_one_side_of_the_target_over_its_whole_interval(
    reading: Reading, target: Target | None
) -> None:
    found = check(Watched(metric=SHARE, target=target), [reading], MONDAY)

    if found.interval is not None and target is not None and found.certain:
        assert target.is_met_by(found.interval.low) == target.is_met_by(found.interval.high)
