"""Where a row of values, evenly apart in time, goes: up or down, or it has levelled off, and what may come next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, combinations
from math import comb, sqrt
from statistics import NormalDist, mean, median

from bot.domain.statistics import CONFIDENCE, t_quantile

FEWEST = 4
"""Of fewer values nothing is said: three that rise come by chance in one of six times, four in one of 24."""

SURE = 0.05
"""A trend is shown where chance alone would do as much in less than this share of cases."""

LEVEL = 0.01
"""One percentage point: by how much a share may have moved over a stretch that is called flat (ours)."""

_EXACT = 40
"""Up to so many values the test counts every order they could stand in."""


class Course(StrEnum):
    """Where values go. NONE: no trend can be told from chance."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """Where a row of values goes.

    *p*: how likely the same values in a random order would go that way as steadily, or more (one side only). *slope*:
    the median change per period, by Theil and Sen.
    """

    direction: Course
    p: float
    slope: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Projection:
    """What a straight line through the values comes to; the next value lies in *low* to *high* with 95 %, if things go
    on as they did.
    """

    value: float
    low: float
    high: float


def trend(values: Sequence[float]) -> Trend | None:
    """Where *values* go by the test of Mann and Kendall; None for fewer than four.

    Exact up to 40 values, also with ties; beyond, the normal approximation corrected for ties and continuity.
    """
    if len(values) < FEWEST:
        return None
    steps = sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))
    p = _exact(values, abs(steps)) if len(values) <= _EXACT else _approximate(values, abs(steps))
    shown = (Course.UP if steps > 0 else Course.DOWN) if p < SURE else Course.NONE
    return Trend(direction=shown, p=p, slope=slope(values))


def slope(values: Sequence[float]) -> float:
    """The median of the changes per period between any two of two or more *values*: a single outlier moves it little.

    Source: Theil 1950, Sen 1968.
    """
    return median((values[at] - values[since]) / (at - since) for since, at in combinations(range(len(values)), 2))


def is_rising(values: Sequence[float]) -> bool:
    """Whether a rise is shown."""
    found = trend(values)
    return found is not None and found.direction is Course.UP


def is_flat(values: Sequence[float], tolerance: float = LEVEL) -> bool:
    """Whether *values*, four or more, have levelled off (the rule is ours): by their slope they moved by no more than
    *tolerance* (in their unit) over the whole stretch, and none is farther than twice that from their median.
    """
    if len(values) < FEWEST:
        return False
    middle = median(values)
    moved = abs(slope(values)) * (len(values) - 1)
    return moved <= tolerance and all(abs(value - middle) <= 2 * tolerance for value in values)


def project(
    values: Sequence[float], ahead: int = 1, *, is_share: bool = False, confidence: float = CONFIDENCE
) -> Projection | None:
    """Where a least-squares line through *values* is *ahead* periods after the last, with the interval in which that
    one value will lie; None for fewer than four. A share stays in 0..1.
    """
    n = len(values)
    if n < FEWEST:
        return None
    along, level = (n - 1) / 2, mean(values)
    spread = sum((at - along) ** 2 for at in range(n))
    rise = sum((at - along) * (value - level) for at, value in enumerate(values)) / spread
    left = sum((value - level - rise * (at - along)) ** 2 for at, value in enumerate(values))
    away = n - 1 + ahead - along
    middle = level + rise * away
    error = sqrt(left / (n - 2)) * sqrt(1 + 1 / n + away * away / spread)
    half = t_quantile((1 + confidence) / 2, degrees=n - 2) * error
    bounded = _as_share if is_share else float
    return Projection(value=bounded(middle), low=bounded(middle - half), high=bounded(middle + half))


def _as_share(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _exact(values: Sequence[float], steps: int) -> float:
    """How likely a random order of *values* makes as many *steps* up more than down, or more.

    Each order is as likely; how many have so many pairs in the wrong order is what the coefficients of a Gaussian
    multinomial count.
    """
    ties = Counter(values).values()
    orders = _gaussian(len(values), ties)
    pairs = comb(len(values), 2) - sum(comb(tie, 2) for tie in ties)
    return sum(orders[: (pairs - steps) // 2 + 1]) / sum(orders)


def _gaussian(n: int, ties: Iterable[int]) -> list[int]:
    """How many orders of *n* values with so many *ties* have 0, 1, 2, ... pairs in the wrong order."""
    found = [1]
    for size in range(1, n + 1):
        found = _times(found, size)
    for tie in ties:
        for size in range(1, tie + 1):
            found = _divided(found, size)
    return found


def _times(polynomial: Sequence[int], size: int) -> list[int]:
    """*polynomial* times 1 + q + ... + q^(size - 1)."""
    sums = [0, *accumulate([*polynomial, *[0] * (size - 1)])]
    return [sums[at + 1] - sums[max(at + 1 - size, 0)] for at in range(len(sums) - 1)]


def _divided(polynomial: Sequence[int], size: int) -> list[int]:
    """*polynomial* divided by 1 + q + ... + q^(size - 1), which leaves no rest."""
    found: list[int] = []
    for at in range(len(polynomial) - size + 1):
        found.append(polynomial[at] - sum(found[max(at - size + 1, 0) : at]))
    return found


def _approximate(values: Sequence[float], steps: int) -> float:
    n = len(values)
    tied = sum(tie * (tie - 1) * (2 * tie + 5) for tie in Counter(values).values())
    variance = (n * (n - 1) * (2 * n + 5) - tied) / 18
    return 0.5 if steps == 0 or variance == 0 else 1 - NormalDist().cdf((steps - 1) / sqrt(variance))
