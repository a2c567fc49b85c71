"""What a source says of a window beyond right and wrong: the numbers that readings are computed from."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.window import Window

THE_REST = "all others"
"""What the segments beyond the largest are called together: no segment of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """So many of so many: *whole* are those of which it is known."""

    part: int = 0
    whole: int = 0

    @property
    def share(self) -> float | None:
        """The share 0..1, None when nothing was counted."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Single values in one number: *value* is their mean or a quantile; *low* and *high* bound it with 95 %, None where
    they are too few for that.
    """

    value: float
    n: int
    sd: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """The predictions of one segment: *name* None where the source had none."""

    name: str | None
    seen: int
    right: Tally = field(default_factory=Tally)
    hallucinated: Tally = field(default_factory=Tally)


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A model version, and when it was first seen in the window."""

    name: str
    first_seen: datetime
    seen: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A window of predictions, each identity once, counted where the data lives.

    `right`: correct among those judged. `edited`: what the person really sent differs from the output, among those
    where both are known. `thumbs`: up among all thumbs. `high_confidence`: wrong among those judged that the model was
    at least 0.85 sure of. `confidence`: how many fell into each tenth of 0..1 (ten counts; others are left out).
    `parts` are ordered by seen descending, then name; `versions` by first seen, then name.
    """

    seen: int
    right: Tally = field(default_factory=Tally)
    hallucinated: Tally = field(default_factory=Tally)
    edited: Tally = field(default_factory=Tally)
    escalated: Tally = field(default_factory=Tally)
    thumbs: Tally = field(default_factory=Tally)
    high_confidence: Tally = field(default_factory=Tally)
    latency_p95: Spread | None = None
    cost: Spread | None = None
    confidence: tuple[int, ...] = (0,) * 10
    parts: tuple[Part, ...] = ()
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptMeasure:
    """A window as it was measured, and when."""

    window: Window
    measured: Measured
    measured_at: datetime
