"""Layers that disagree about how a product does."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.disagreeing import disagreements
from bot.domain.health import Health, Watched, check
from bot.domain.metrics import Layer, target_of
from bot.domain.product import ProductRecord
from tests.support.builders import MONDAY
from tests.support.readings import WEEK_8, a_reading

WELL = {"accuracy": 0.95, "adoption_rate": 0.8, "deflection_rate": 0.6}
BAD = {"accuracy": 0.5, "adoption_rate": 0.2, "deflection_rate": 0.1}


def health(values: dict[str, float | None], *, n: int | None = None) -> Health:
    """Checks of these values; None: never read."""
    checks = [
        check(
            Watched(metric=CATALOGUE[name], target=target_of(CATALOGUE[name], ProductRecord())),
            [] if value is None else [a_reading(name, value, n=n)],
            MONDAY,
        )
        for name, value in values.items()
    ]
    return Health(as_of=MONDAY, checks=tuple(checks))


def said(values: dict[str, float | None], *, n: int | None = None) -> list[str]:
    return [one.words for one in disagreements(health(values, n=n))]


def test_good_answers_that_nobody_uses_deliver_nothing() -> None:
    assert said({"accuracy": 0.95, "adoption_rate": 0.2}) == [
        (
            "The answers are good, but people do not take to them: good answers that nobody uses deliver nothing"
            " (Accuracy 95 %; Adoption 20 %)"
        )
    ]


def test_what_people_use_may_not_pay_yet() -> None:
    assert said({"csat": 4.5, "adoption_rate": 0.8, "deflection_rate": 0.1}) == [
        (
            "People use it and like it, but it does not pay yet"
            " (Satisfaction (CSAT) 4.5 of 5, Adoption 80 %; Deflection 10 %)"
        )
    ]


def test_people_may_trust_more_than_it_earns_and_business_lags_behind() -> None:
    told = said({"accuracy": 0.5, "adoption_rate": 0.8, "deflection_rate": 0.6})

    assert [one.split(":")[0] for one in told] == [
        "People use it although the answers miss their target",
        "Business is still well while the answers miss their target",
    ]


def test_business_may_be_well_while_usage_is_not() -> None:
    told = said({"adoption_rate": 0.2, "deflection_rate": 0.6})

    assert [one.split(":")[0] for one in told] == ["Business is still well while usage misses its target"]


def test_where_all_is_well_or_nothing_is_nobody_disagrees() -> None:
    assert said({**WELL}) == said({**BAD}) == said(dict.fromkeys(WELL)) == []


def test_what_is_unknown_and_what_may_be_chance_disagree_with_nobody() -> None:
    assert said({"accuracy": 0.95, "adoption_rate": None}) == []
    assert said({"accuracy": 0.95, "adoption_rate": 0.58}, n=100) == []
    assert said({"accuracy": 0.95, "adoption_rate": 0.58}, n=100_000) != []


def test_a_layer_with_one_miss_is_not_well() -> None:
    assert said({"accuracy": 0.95, "hallucination_rate": 0.5, "adoption_rate": 0.2}) == []


values = st.fixed_dictionaries({name: st.none() | st.sampled_from([0.0, value, 1.0]) for name, value in WEEK_8.items()})


@given(values)
def test_a_disagreement_has_a_layer_that_passes_whole_and_one_that_misses(known: dict[str, float | None]) -> None:
    found = health(known)

    for one in disagreements(found):
        well, missed = ({check.metric.layer for check in checks} for checks in (one.well, one.missed))
        assert len(well) == len(missed) == 1
        assert well != missed
        assert not any(check.verdict.is_miss for check in found.checks if check.metric.layer in well)
        assert all(check.verdict.is_miss for check in one.missed)
        assert {Layer.MODEL, Layer.USAGE, Layer.BUSINESS} >= well | missed
