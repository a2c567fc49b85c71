"""What a measured window says of the metrics, and which model versions are new in it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.computing import new_versions, readings_from, yielding
from bot.domain.measuring import Measured, Spread, Tally, Version
from bot.domain.metrics import Unit, require_possible
from bot.domain.readings import NewReading, Origin
from bot.domain.window import Window
from tests.support.builders import MONDAY
from tests.support.readings import a_reading, new_reading

WEEK = Window(MONDAY - timedelta(days=7), MONDAY)
TALLY = st.integers(0, 500).flatmap(lambda whole: st.builds(Tally, part=st.integers(0, whole), whole=st.just(whole)))


def test_each_field_that_is_known_gives_its_reading() -> None:
    measured = Measured(
        seen=2_000,
        right=Tally(part=1_740, whole=1_912),
        hallucinated=Tally(part=3, whole=100),
        edited=Tally(part=24, whole=96),
        escalated=Tally(part=500, whole=2_000),
        thumbs=Tally(part=9, whole=10),
        latency_p95=Spread(value=2.8, n=2_000, low=2.6, high=3.1),
        cost=Spread(value=0.03, n=2_000, sd=0.01, low=0.029, high=0.031),
    )

    found = {one.metric: one for one in readings_from(measured, WEEK)}

    assert found["accuracy"] == NewReading(
        metric="accuracy",
        value=1_740 / 1_912,
        unit=Unit.SHARE,
        window=WEEK,
        n=1_912,
        origin=Origin.COMPUTED,
        source="computed from 1,912 predictions",
    )
    assert {name: (one.value, one.n) for name, one in found.items()} == {
        "accuracy": (1_740 / 1_912, 1_912),
        "hallucination_rate": (0.03, 100),
        "edit_rate": (0.25, 96),
        "thumbs_ratio": (0.9, 10),
        "resolution_rate": (0.75, 2_000),
        "latency_p95": (2.8, 2_000),
        "cost_per_query": (0.03, 2_000),
        "cost_per_resolution": (0.04, 2_000),
    }
    assert (found["latency_p95"].low, found["latency_p95"].high) == (2.6, 3.1)
    assert (found["cost_per_query"].sd, found["cost_per_query"].low) == (0.01, None)


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert readings_from(Measured(seen=50), WEEK) == []


@pytest.mark.parametrize(
    "measured",
    [
        Measured(seen=100, cost=Spread(value=1.0, n=100), escalated=Tally(part=2, whole=20)),
        Measured(seen=100, cost=Spread(value=1.0, n=20), escalated=Tally(part=20, whole=100)),
        Measured(seen=100, cost=Spread(value=1.0, n=100), escalated=Tally(part=100, whole=100)),
    ],
    ids=["few known resolutions", "few known costs", "nothing resolved"],
)
def test_a_cost_per_resolution_takes_both_of_most_predictions(measured: Measured) -> None:
    assert "cost_per_resolution" not in {one.metric for one in readings_from(measured, WEEK)}


@given(TALLY, TALLY, TALLY, TALLY, st.floats(0, 1e6))
def test_every_computed_reading_is_one_its_metric_can_have(
    right: Tally, hallucinated: Tally, escalated: Tally, thumbs: Tally, cost: float
) -> None:
    measured = Measured(
        seen=500, right=right, hallucinated=hallucinated, escalated=escalated, thumbs=thumbs, cost=Spread(value=cost, n=500)
    )  # fmt: skip

    for one in readings_from(measured, WEEK):
        assert require_possible(CATALOGUE[one.metric], one.value) == one.value
        assert one.n


@pytest.mark.parametrize(
    ("new", "standing", "is_kept"),
    [
        (Origin.COMPUTED, Origin.COMPUTED, True),
        (Origin.COMPUTED, Origin.SOURCE, False),
        (Origin.COMPUTED, Origin.TYPED, False),
        (Origin.SOURCE, Origin.COMPUTED, True),
        (Origin.SOURCE, Origin.SOURCE, True),
        (Origin.SOURCE, Origin.LOADED, False),
        (Origin.TYPED, Origin.LOADED, True),
    ],
)
def test_what_somebody_who_knows_better_said_of_the_window_stays(
    new: Origin, standing: Origin, *, is_kept: bool
) -> None:
    found = [new_reading("accuracy", 0.9, origin=new), new_reading("edit_rate", 0.2, origin=new)]
    earlier = MONDAY - timedelta(days=7)
    known = [a_reading("accuracy", 0.8, origin=standing), a_reading("edit_rate", 0.8, end=earlier, origin=standing)]

    assert yielding(found, known) == (found if is_kept else found[1:])


def version(name: str, hours: float) -> Version:
    return Version(name=name, first_seen=WEEK.start + timedelta(hours=hours), seen=5)


def test_a_version_never_seen_before_is_new() -> None:
    measured = Measured(seen=10, versions=(version("v7", 0), version("v8", 3)))

    assert new_versions(measured, {"v7"}) == [version("v8", 3)]
    assert new_versions(measured, {"v7", "v8"}) == []


def test_of_the_version_that_the_first_window_begins_with_nobody_saw_the_beginning() -> None:
    measured = Measured(seen=10, versions=(version("v6", 60), version("v7", 84), version("v8", 85)))

    assert new_versions(measured, None) == [version("v8", 85)]
    assert new_versions(Measured(seen=10), None) == []


def test_a_field_with_a_new_value_for_every_request_is_no_version() -> None:
    measured = Measured(seen=11, versions=tuple(version(str(at), at) for at in range(11)))

    assert new_versions(measured, set()) == []
    assert len(new_versions(measured, {"0"})) == 10
