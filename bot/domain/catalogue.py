"""The metrics that Muster knows: the nine in three layers, and ready-made ones to switch on.

Source: LLM product management 33.2, table 2 and figure 33.2.1.
"""

from collections.abc import Iterable, Mapping

from bot.domain.metrics import Direction, Layer, Metric, Unit

NINE = (
    Metric(
        name="accuracy",
        title="Accuracy",
        meaning="share of answers rated correct",
        business="answers that are correct",
        layer=Layer.MODEL,
        unit=Unit.SHARE,
        direction=Direction.AT_LEAST,
        default=0.85,
    ),
    Metric(
        name="hallucination_rate",
        title="Factual errors",
        meaning="share of answers with made-up facts",
        business="answers that contain a factual error",
        layer=Layer.MODEL,
        unit=Unit.SHARE,
        direction=Direction.BELOW,
        default=0.05,
    ),
    Metric(
        name="latency_p95",
        title="Response time (p95)",
        meaning="seconds within which 95 of 100 answers come",
        business="how long 95 of 100 answers take at most",
        layer=Layer.MODEL,
        unit=Unit.SECONDS,
        direction=Direction.BELOW,
        default=5.0,
    ),
    Metric(
        name="csat",
        title="Satisfaction (CSAT)",
        meaning="satisfaction, 1 to 5",
        business="how customers rate it, of 5",
        layer=Layer.USAGE,
        unit=Unit.SCORE,
        direction=Direction.AT_LEAST,
        default=4.0,
        is_mean=True,
    ),
    Metric(
        name="adoption_rate",
        title="Adoption",
        meaning="share of eligible users who are active",
        business="people who could use it and do",
        layer=Layer.USAGE,
        unit=Unit.SHARE,
        direction=Direction.AT_LEAST,
        default=0.60,
    ),
    Metric(
        name="edit_rate",
        title="Edit rate",
        meaning="share of answers that people changed before use",
        business="drafts that people change before they use them",
        layer=Layer.USAGE,
        unit=Unit.SHARE,
        direction=Direction.BELOW,
        default=0.30,
    ),
    Metric(
        name="resolution_rate",
        title="Resolution",
        meaning="share resolved without escalation",
        business="tickets solved without escalation",
        layer=Layer.BUSINESS,
        unit=Unit.SHARE,
        direction=Direction.ABOVE,
        default=0.70,
    ),
    Metric(
        name="deflection_rate",
        title="Deflection",
        meaning="share handled without a person",
        business="requests handled without a person",
        layer=Layer.BUSINESS,
        unit=Unit.SHARE,
        direction=Direction.AT_LEAST,
        default=0.40,
    ),
    Metric(
        name="cost_per_resolution",
        title="Cost per resolution",
        meaning="cost divided by resolved issues",
        business="what a solved ticket costs",
        layer=Layer.BUSINESS,
        unit=Unit.MONEY,
        direction=Direction.AT_MOST,
    ),
)
"""The nine metrics with layer, cadence, target and direction."""

READY_MADE = (
    Metric(
        name="thumbs_ratio",
        title="Thumbs up",
        meaning="thumbs up among all thumbs",
        business="ratings that are thumbs up",
        layer=Layer.USAGE,
        unit=Unit.SHARE,
        direction=Direction.AT_LEAST,
    ),
    Metric(
        name="cost_per_query",
        title="Cost per query",
        meaning="what one answer costs",
        business="what one answer costs",
        layer=Layer.BUSINESS,
        unit=Unit.MONEY,
        direction=Direction.AT_MOST,
        is_mean=True,
    ),
    Metric(
        name="time_to_first_token",
        title="Time to first token",
        meaning="seconds until an answer begins to appear",
        business="how long people wait until an answer begins",
        layer=Layer.MODEL,
        unit=Unit.SECONDS,
        direction=Direction.BELOW,
    ),
    Metric(
        name="time_saved",
        title="Time saved",
        meaning="minutes saved per task",
        business="minutes that people save per task",
        layer=Layer.BUSINESS,
        unit=Unit.MINUTES,
        direction=Direction.AT_LEAST,
        is_mean=True,
    ),
    Metric(
        name="budget_spend",
        title="Spend against budget",
        meaning="spend of the month as a share of the monthly budget",
        business="how much of the month's budget is spent",
        layer=Layer.BUSINESS,
        unit=Unit.SHARE,
        direction=Direction.AT_MOST,
        default=1.0,
    ),
)
"""Off until somebody switches them on."""

CLASSIC = ("accuracy", "hallucination_rate", "csat", "adoption_rate", "deflection_rate")
"""The classic five, the set a product begins with. Source: 33.2, the worked example."""

CATALOGUE: Mapping[str, Metric] = {metric.name: metric for metric in (*NINE, *READY_MADE)}


def in_order(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """*metrics* as they are always listed: the nine, then the ready-made, then the team's own by name."""
    places = {name: place for place, name in enumerate(CATALOGUE)}
    return tuple(sorted(metrics, key=lambda metric: (places.get(metric.name, len(places)), metric.name)))
