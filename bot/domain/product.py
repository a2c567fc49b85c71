"""The product record: what everything hangs off. Source: LLM product management 33.2; roles chapter for the rest."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain.fixes import Weights
from bot.domain.sourcing import SourceSpec


class Stage(StrEnum):
    """How grown a product is; sets which rituals are on to begin with."""

    EXPLORATION = "exploration"
    MARKET_FIT = "market_fit"
    SCALE = "scale"


class InputType(StrEnum):
    """What users hand to the model."""

    TEXT = "text"
    IMAGE = "image"
    DOCUMENT = "document"
    AUDIO = "audio"


class ContextNeed(StrEnum):
    """How much the model must read at once: short < 4K tokens, medium 4-32K, long > 32K."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Risk(StrEnum):
    """What a wrong answer does: inconvenience, rework, financial or legal harm, danger to safety."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Pii(StrEnum):
    """What happens to personal data before anything is stored or shown: none expected, masked, shown as is."""

    NONE = "none"
    REDACT = "redact"
    ALLOWED = "allowed"


class Failure(StrEnum):
    """The failure modes that a single prediction can show. Source: 33.2, exercise 4."""

    HALLUCINATION = "hallucination"
    LATENCY_SPIKE = "latency_spike"
    LOW_CONFIDENCE = "low_confidence"


@dataclass(frozen=True, kw_only=True, slots=True)
class Never:
    """Something the model must never do, and the phrases by which an output that did it is known.

    Without phrases it is written down for people, and nothing is flagged by it.
    """

    name: str
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductRecord:
    """What the team says about its product. Latency in seconds, accuracy target and confidence as shares 0..1, money
    in the product's currency; None: nobody said. *areas*: owners are named for the nine areas too, not only for the
    five questions.
    """

    persona: str | None = None
    job: str | None = None
    stage: Stage = Stage.EXPLORATION
    input_types: tuple[InputType, ...] = (InputType.TEXT,)
    output_format: str | None = None
    max_latency_s: float | None = None
    context_need: ContextNeed = ContextNeed.SHORT
    risk: Risk = Risk.LOW
    citations_required: bool = False
    human_review_required: bool = False
    accuracy_target: float | None = None
    daily_requests: int | None = None
    peak_concurrent_users: int | None = None
    data_residency: str | None = None
    pii: Pii = Pii.NONE
    nevers: tuple[Never, ...] = ()
    blocking_failures: tuple[Failure, ...] = (Failure.HALLUCINATION,)
    min_confidence: float | None = None
    baseline_cost_per_resolution: float | None = None
    monthly_budget: float | None = None
    currency: str = "$"
    last_trained_on: date | None = None
    data_until: date | None = None
    retraining_due_on: date | None = None
    fix_weights: Weights = field(default_factory=Weights)
    areas: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """A product that a team looks after. Its people are kept apart, see `bot.domain.people`.

    `source` holds its predictions, `readings_source` the values of its metrics that something else has measured.
    `version` grows with every edit: whoever saves must have seen the latest.
    """

    id: int
    workspace: str
    key: str
    name: str
    timezone: str
    team_channel: str | None = None
    stakeholder_channel: str | None = None
    record: ProductRecord = field(default_factory=ProductRecord)
    source: SourceSpec | None = None
    readings_source: SourceSpec | None = None
    archived: bool = False
    version: int = 1


class ModelTier(StrEnum):
    """A class of model; which names stand for it is configuration, because names date quickly."""

    FRONTIER_WITH_GUARDRAILS = "frontier model with guardrails"
    LONG_CONTEXT = "long-context model"
    FINE_TUNED_SMALL = "fine-tuned small model"
    MID_TIER = "mid-tier model"


MANY_REQUESTS = 10_000
"""Daily requests above which cost decides. Source: 33.2."""


@dataclass(frozen=True, slots=True)
class TierAdvice:
    """A recommended tier and the reason for it, as half a sentence."""

    tier: ModelTier
    reason: str


def model_tier(record: ProductRecord) -> TierAdvice:
    """Which class of model fits; the first rule that fits wins. Source: LLM product management 33.2."""
    if record.risk in {Risk.HIGH, Risk.CRITICAL}:
        return TierAdvice(ModelTier.FRONTIER_WITH_GUARDRAILS, f"the risk is {record.risk}")
    if record.context_need is ContextNeed.LONG:
        return TierAdvice(ModelTier.LONG_CONTEXT, "it reads more than 32K tokens at once")
    if record.daily_requests is not None and record.daily_requests > MANY_REQUESTS:
        return TierAdvice(ModelTier.FINE_TUNED_SMALL, f"{record.daily_requests:,} requests a day make cost decide")
    return TierAdvice(ModelTier.MID_TIER, "neither risk, context nor volume asks for more")
