"""The health of a product: each metric against its target, and what that adds up to.

Source: LLM product management 33.2, table 2; unknown, too few and not certain are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import assert_never

from bot.domain.metrics import Metric, Miss, Target, Unit
from bot.domain.readings import NewReading, Reading, before, is_fresh, latest
from bot.domain.statistics import Interval, mean_interval, share_interval

MINIMUM_SAMPLE = 30
"""A reading of fewer is too few, unless the team set another number."""


class Verdict(StrEnum):
    """What a metric comes to. UNKNOWN: no fresh value, or no target. TOO_FEW: the sample is too small to tell."""

    PASS = "PASS"  # noqa: S105 a verdict
    WARN = "WARN"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    TOO_FEW = "TOO_FEW"

    @property
    def is_miss(self) -> bool:
        """Whether a target was missed."""
        return self in {Verdict.WARN, Verdict.FAIL}


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A metric that a product watches, and what the team said of it. *owner* is a Slack user id.

    *target* None: there is none yet. *headline*: one of the two or three that the update's headline speaks of.
    """

    metric: Metric
    target: Target | None
    agreed_by: str = ""
    headline: bool = False
    minimum_sample: int = MINIMUM_SAMPLE
    owner: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One metric at one time. *reading* is the latest there is, fresh or not, *earlier* the one of the period before.

    *fresh*: the reading still speaks for that time; one without a target is unknown all the same.
    *interval* bounds the value with 95 %, None where the reading does not allow one. Not *certain*: it straddles the
    target.
    """

    watched: Watched
    reading: Reading | None
    earlier: Reading | None
    verdict: Verdict
    fresh: bool = False
    interval: Interval | None = None
    certain: bool = True

    @property
    def metric(self) -> Metric:
        """What is checked."""
        return self.watched.metric

    @property
    def change(self) -> float | None:
        """By how much the value moved since the period before, in its unit; None where there is nothing to compare."""
        if self.reading is None or self.earlier is None:
            return None
        return self.reading.value - self.earlier.value

    @property
    def miss(self) -> float | None:
        """How far the value is from its target, 0 or more in its unit; None where the target was not missed."""
        if not self.verdict.is_miss or self.reading is None or self.watched.target is None:
            return None
        return abs(self.reading.value - self.watched.target.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """A product's checks at one time, in their order."""

    as_of: datetime
    checks: tuple[Check, ...]

    @property
    def on_target(self) -> int:
        """How many pass: unknown and too few never do."""
        return sum(check.verdict is Verdict.PASS for check in self.checks)

    @property
    def unknown(self) -> int:
        """How many say nothing: no fresh value, no target, or a sample too small."""
        return sum(check.verdict in {Verdict.UNKNOWN, Verdict.TOO_FEW} for check in self.checks)

    @property
    def misses(self) -> tuple[Check, ...]:
        """What missed its target, FAIL before WARN."""
        missed = [check for check in self.checks if check.verdict.is_miss]
        return tuple(sorted(missed, key=lambda check: check.verdict is not Verdict.FAIL))

    @property
    def headlines(self) -> tuple[Check, ...]:
        """The headline measures; where the team named none, everything that is checked."""
        return tuple(check for check in self.checks if check.watched.headline) or self.checks

    def of(self, name: str) -> Check | None:
        """The check of the metric of this name, None where it is not in the set."""
        return next((check for check in self.checks if check.metric.name == name), None)


def check(watched: Watched, readings: Sequence[Reading], as_of: datetime, zone: tzinfo = UTC) -> Check:
    """*watched* at *as_of*, from all readings of its metric that stand (replaced ones are left out by the caller).

    *zone*: on whose clocks a reading grows old.
    """
    cadence = watched.metric.layer.cadence
    reading = latest(readings, cadence, as_of)
    if reading is None:
        return Check(watched=watched, reading=None, earlier=None, verdict=Verdict.UNKNOWN)
    interval = interval_of(watched.metric, reading)
    fresh = is_fresh(reading, cadence, as_of, zone)
    return Check(
        watched=watched,
        reading=reading,
        earlier=before(readings, reading),
        verdict=_verdict(watched, reading, is_current=fresh),
        fresh=fresh,
        interval=interval,
        certain=interval is None or watched.target is None or not interval.holds(watched.target.value),
    )


def interval_of(metric: Metric, reading: NewReading) -> Interval | None:
    """Within which bounds the value lies with 95 %: Wilson's for a share, Student's for a mean, else what the reading
    brought along; None where its sample is not known.
    """
    if reading.low is not None and reading.high is not None:
        return Interval(low=reading.low, high=reading.high)
    if reading.n is None or reading.n < 1:
        return None
    if metric.is_mean:
        return None if reading.sd is None else mean_interval(reading.value, sd=reading.sd, n=reading.n)
    if metric.unit is Unit.SHARE and reading.value <= 1:
        return share_interval(reading.value, n=reading.n)
    return None


def _verdict(watched: Watched, reading: Reading, *, is_current: bool) -> Verdict:
    if watched.target is None or not is_current:
        return Verdict.UNKNOWN
    if reading.n is not None and reading.n < watched.minimum_sample:
        return Verdict.TOO_FEW
    if watched.target.is_met_by(reading.value):
        return Verdict.PASS
    match watched.metric.miss:
        case Miss.FAIL:
            return Verdict.FAIL
        case Miss.WARN:
            return Verdict.WARN
        case _:
            assert_never(watched.metric.miss)
