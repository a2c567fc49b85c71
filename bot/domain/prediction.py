"""A prediction, whatever system it came from."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum


class Feedback(StrEnum):
    """What the user of the product said of an output."""

    UP = "up"
    DOWN = "down"


class Tier(StrEnum):
    """How sure the model said it was. Source: LLM product management 33.2, code fragment 33.2.3."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """One output of a model with all that is known about it.

    Only `id` and `occurred_at` (aware, UTC) are always there; what the source does not have is None. `correct` is
    a judgement (None: nobody judged), `score` is better when higher, `loss` is worse when higher, `confidence` is a
    share 0..1, `latency_s` is in seconds, `cost` in the product's currency, `final_output` is what the person really
    sent. Numbers are finite: what was NaN or infinite in the source is None here.
    """

    id: str
    occurred_at: datetime
    input: str | None = None
    output: str | None = None
    expected: str | None = None
    score: float | None = None
    loss: float | None = None
    confidence: float | None = None
    correct: bool | None = None
    model_version: str | None = None
    segment: str | None = None
    context: str | None = None
    citations: tuple[str, ...] = ()
    feedback: Feedback | None = None
    final_output: str | None = None
    hallucinated: bool | None = None
    escalated: bool | None = None
    rated_by: str | None = None
    trace_url: str | None = None
    latency_s: float | None = None
    cost: float | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it this prediction within its product: its id, and its model version or ''."""
        return self.id, self.model_version or ""

    @property
    def tier(self) -> Tier | None:
        """The confidence tier, None where the model gave no confidence."""
        return None if self.confidence is None else confidence_tier(self.confidence)


CANONICAL = tuple(field.name for field in fields(Prediction))
"""Every name a source's column can be mapped to."""

TEXTS = ("input", "output", "expected", "context", "final_output")
"""The fields that hold people's or the model's words: what redaction and cleaning apply to (and `citations`)."""


def confidence_tier(confidence: float) -> Tier:
    """The tier of a *confidence* 0..1: high from 0.85, medium from 0.60. Source: 33.2, code fragment 33.2.3."""
    if confidence >= 0.85:  # noqa: PLR2004 the number is the rule
        return Tier.HIGH
    return Tier.MEDIUM if confidence >= 0.60 else Tier.LOW  # noqa: PLR2004 the number is the rule
