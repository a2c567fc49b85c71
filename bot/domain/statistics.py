"""How sure a number is: intervals around shares, means and quantiles. All checked against scipy in the tests."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """From *low* to *high*, both included."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether *value* lies inside."""
        return self.low <= value <= self.high


def share_interval(share: float, *, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval around a *share* 0..1 of *n*, which is 1 or more."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(low=max(0.0, middle - half), high=min(1.0, middle + half))


def mean_interval(mean: float, *, sd: float, n: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Student's interval around a *mean* of *n* values with standard deviation *sd* (of the sample).

    None for fewer than two: one value says nothing of its spread.
    """
    if n < 2:  # noqa: PLR2004 two values are the fewest that have a spread
        return None
    half = t_quantile((1 + confidence) / 2, degrees=n - 1) * sd / sqrt(n)
    return Interval(low=mean - half, high=mean + half)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which *share* (0..1) of the *ordered* values lies, one or more; in between two of them in
    proportion. Linear interpolation is ours: the nearest rank, which others take, jumps where values are few.
    """
    at = quantile_place(share, n=len(ordered))
    below = min(int(at), len(ordered) - 2) if len(ordered) > 1 else 0
    return between(ordered[below], ordered[min(below + 1, len(ordered) - 1)], at - below)


def quantile_place(share: float, *, n: int) -> float:
    """Where among *n* ordered values, counted from 0, the quantile lies that `quantile` gives."""
    return share * (n - 1)


def between(low: float, high: float, way: float) -> float:
    """What lies *way* (0..1) of the way from *low* to *high*, never outside of the two."""
    return low if low == high else min(max(low + (high - low) * way, low), high)


def quantile_interval(ordered: Sequence[float], share: float, *, confidence: float = CONFIDENCE) -> Interval | None:
    """The two of the *ordered* values between which the quantile lies with *confidence*, whatever the distribution.

    None where they are too few: a p95 takes 72 of them.
    """
    ranks = quantile_ranks(share, n=len(ordered), confidence=confidence)
    return None if ranks is None else Interval(low=ordered[ranks[0] - 1], high=ordered[ranks[1] - 1])


def quantile_ranks(share: float, *, n: int, confidence: float = CONFIDENCE) -> tuple[int, int] | None:
    """The ranks, counted from 1, of the values that bound a quantile of *n* values; None where *n* is too small.

    How many values lie below the true quantile is binomial, so the ranks come from that distribution: each side is
    wrong in at most half of what *confidence* leaves open.
    """
    tail = (1 - confidence) / 2
    low = bisect_right(range(n), tail, key=lambda count: binomial_share(count, n=n, share=share))
    high = bisect_left(range(n), 1 - tail, key=lambda count: binomial_share(count, n=n, share=share))
    return None if low == 0 or high == n else (low, high + 1)


def binomial_share(most: int, *, n: int, share: float) -> float:
    """How likely at most *most* (0 to n - 1) of *n* trials succeed, each with the likelihood *share*."""
    return _incomplete_beta(n - most, most + 1, 1 - share)


def t_quantile(share: float, *, degrees: int) -> float:
    """The value below which *share* (strictly between 0.5 and 1) of Student's distribution with so many *degrees* of
    freedom lies; found by halving, exact to about 1e-10 relative.
    """
    low, high = 0.0, 1.0
    while _t_share_below(high, degrees) < share:
        low, high = high, 2 * high
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_share_below(middle, degrees) < share else (low, middle)
    return (low + high) / 2


def _t_share_below(value: float, degrees: int) -> float:
    """Student's distribution function for a *value* of 0 or more."""
    return 1 - _incomplete_beta(degrees / 2, 0.5, degrees / (degrees + value * value)) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function. The continued fraction converges fast left of its mean only."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front * _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    # The fraction takes about as many steps as the root of its larger parameter: enough for 100 million values.
    tiny, steps = 1e-300, 10_000
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    found = d
    for m in range(1, steps):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + step * d or tiny)
            c = 1 + step / c or tiny
            found *= c * d
        if abs(c * d - 1) < 1e-14:  # noqa: PLR2004 as near as floats get
            break
    return found
