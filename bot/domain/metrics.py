"""What a metric is, and where it is to be: a target has a number and a direction.

Source: LLM product management 33.2, table 2 and figure 33.2.1.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import assert_never

from bot.domain.planning import Period
from bot.domain.product import ProductRecord
from bot.errors import UserError

DOLLAR = "$"


class Layer(StrEnum):
    """Where in a product a metric looks: what the model does, what people do with it, what it brings."""

    MODEL = "model"
    USAGE = "usage"
    BUSINESS = "business"

    @property
    def cadence(self) -> Period:
        """How often a metric of this layer is read: model quality leads, business impact lags."""
        match self:
            case Layer.MODEL:
                return Period.DAILY
            case Layer.USAGE:
                return Period.WEEKLY
            case Layer.BUSINESS:
                return Period.MONTHLY
            case _:
                assert_never(self)


class Unit(StrEnum):
    """What a value counts. A share is 0..1; a score is 1 to 5; money is in the product's currency."""

    SHARE = "share"
    SECONDS = "seconds"
    MINUTES = "minutes"
    SCORE = "score"
    MONEY = "money"
    COUNT = "count"


class Direction(StrEnum):
    """On which side of its target a value is well. A target itself is well with AT_LEAST and AT_MOST only."""

    AT_LEAST = "at_least"
    ABOVE = "above"
    AT_MOST = "at_most"
    BELOW = "below"

    @property
    def higher_is_better(self) -> bool:
        """Whether more of it is better."""
        return self in {Direction.AT_LEAST, Direction.ABOVE}


class Miss(StrEnum):
    """How a missed target counts."""

    FAIL = "fail"
    WARN = "warn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a value is to be: a number, finite and in the metric's unit, and a direction."""

    direction: Direction
    value: float

    def is_met_by(self, value: float) -> bool:
        """Whether *value* is on target. An edit rate of exactly 0.30 is a miss: its target is below."""
        match self.direction:
            case Direction.AT_LEAST:
                return value >= self.value
            case Direction.ABOVE:
                return value > self.value
            case Direction.AT_MOST:
                return value <= self.value
            case Direction.BELOW:
                return value < self.value
            case _:
                assert_never(self.direction)


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """Something that is measured. *title* names it for the team, *meaning* says what is counted, *business* names it
    for people who read no jargon. *default* is the target where the product has none of its own; None: none is set
    until people agree on one. *is_mean*: a mean of single values, else a share, a quantile or a ratio. *currency*
    stands before money.
    """

    name: str
    title: str
    meaning: str
    business: str
    layer: Layer
    unit: Unit
    direction: Direction
    default: float | None = None
    is_mean: bool = False
    currency: str = DOLLAR

    @property
    def miss(self) -> Miss:
        """How a missed target counts: what the model itself does wrong fails, all else warns. For latency, edit rate,
        resolution and cost that is ours.
        """
        return Miss.FAIL if self.layer is Layer.MODEL else Miss.WARN


COST_SHARE = 0.5
"""Cost per resolution is to be at most this share of what one cost before. Source: 33.2, table 2."""


class UnfinishedTargetError(UserError):
    """A target needs a number and a direction."""

    def __init__(self, metric: Metric) -> None:
        example = "below 0.05" if not metric.direction.higher_is_better else "at least 0.85"
        super().__init__(
            f"A target needs a number and a direction: at least, above, at most or below. For example: “{example}”."
            f" {metric.title} was left as it is."
        )


class ImpossibleTargetError(UserError):
    """The number cannot be in this unit."""

    def __init__(self, metric: Metric) -> None:
        room = {Unit.SHARE: "between 0 and 1 (85 % is 0.85)", Unit.SCORE: "between 1 and 5"}
        super().__init__(f"A target for {metric.title} is a number {room.get(metric.unit, 'of 0 or more')}.")


def target_of(metric: Metric, record: ProductRecord, agreed: Target | None = None) -> Target | None:
    """What *metric* of a product is to reach: what was agreed, else what its spec says, else the default.

    None: there is none yet, for example for the cost of a resolution without a baseline.
    """
    if agreed is not None:
        return agreed
    said = {
        "accuracy": record.accuracy_target,
        "latency_p95": record.max_latency_s,
        "cost_per_resolution": _half_of(record.baseline_cost_per_resolution),
    }.get(metric.name)
    value = metric.default if said is None else said
    return None if value is None else Target(direction=metric.direction, value=value)


def require_possible(metric: Metric, value: float) -> float:
    """*value* where it can be one of *metric*. Raises `ImpossibleTargetError`."""
    lowest, highest = {Unit.SHARE: (0.0, 1.0), Unit.SCORE: (1.0, 5.0)}.get(metric.unit, (0.0, float("inf")))
    # The month's spend may be past its budget.
    highest = float("inf") if metric.name == "budget_spend" else highest
    if not isfinite(value) or not lowest <= value <= highest:
        raise ImpossibleTargetError(metric)
    return value


def _half_of(baseline: float | None) -> float | None:
    return None if baseline is None else COST_SHARE * baseline
