import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Assignment, Role, next_to_tell
from bot.domain.prediction import Tier, confidence_tier
from bot.domain.product import ContextNeed, ModelTier, ProductRecord, Risk, TierAdvice, model_tier


@pytest.mark.parametrize("risk", [Risk.HIGH, Risk.CRITICAL])
def test_where_harm_is_possible_the_model_is_frontier_with_guardrails_whatever_else_is_said(risk: Risk) -> None:
    record = ProductRecord(risk=risk, context_need=ContextNeed.LONG, daily_requests=1_000_000)

    assert model_tier(record) == TierAdvice(ModelTier.FRONTIER_WITH_GUARDRAILS, f"the risk is {risk}")


def test_long_reading_comes_before_cost() -> None:
    record = ProductRecord(risk=Risk.MEDIUM, context_need=ContextNeed.LONG, daily_requests=1_000_000)

    assert model_tier(record).tier is ModelTier.LONG_CONTEXT


@pytest.mark.parametrize(
    ("requests", "tier"),
    [
        (10_001, ModelTier.FINE_TUNED_SMALL),
        (10_000, ModelTier.MID_TIER),
        (0, ModelTier.MID_TIER),
        (None, ModelTier.MID_TIER),
    ],
)
def test_more_than_ten_thousand_requests_a_day_make_cost_decide(requests: int | None, tier: ModelTier) -> None:
    assert model_tier(ProductRecord(daily_requests=requests, context_need=ContextNeed.MEDIUM)).tier is tier


@given(
    st.builds(
        ProductRecord,
        risk=st.sampled_from(Risk),
        context_need=st.sampled_from(ContextNeed),
        daily_requests=st.none() | st.integers(0, 10**7),
    )
)
def test_there_is_always_advice_and_a_reason(record: ProductRecord) -> None:
    advice = model_tier(record)

    assert advice.tier in ModelTier
    assert advice.reason
    assert (advice.tier is ModelTier.FRONTIER_WITH_GUARDRAILS) == (record.risk in {Risk.HIGH, Risk.CRITICAL})


@pytest.mark.parametrize(
    ("confidence", "tier"),
    [
        (1.0, Tier.HIGH),
        (0.85, Tier.HIGH),
        (0.8499, Tier.MEDIUM),
        (0.60, Tier.MEDIUM),
        (0.5999, Tier.LOW),
        (0.0, Tier.LOW),
    ],
)
def test_confidence_has_three_tiers(confidence: float, tier: Tier) -> None:
    assert confidence_tier(confidence) is tier


def test_those_responsible_are_told_in_turn_and_nobody_twice() -> None:
    people = [
        Assignment(Role.ADMIN, "U9"),
        Assignment(Role.ML_LEAD, "U2"),
        Assignment(Role.PM, "U1"),
        Assignment(Role.ADMIN, "U8"),
        Assignment(Role.ADMIN, "U1"),
    ]
    told: list[str] = []
    while (person := next_to_tell(people, told)) is not None:
        told.append(person)

    assert told == ["U1", "U2", "U8", "U9"]


def test_domain_experts_are_not_told_of_posts_that_failed() -> None:
    assert next_to_tell([Assignment(Role.DOMAIN_EXPERT, "U0DOC")], []) is None
    assert next_to_tell([Assignment(Role.DOMAIN_EXPERT, "U0DOC"), Assignment(Role.PM, "U0PM")], []) == "U0PM"
