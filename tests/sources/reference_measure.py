"""What a source must measure, in plain Python."""

from collections.abc import Callable, Iterable, Mapping
from statistics import mean, stdev
from typing import Any

import numpy as np
from scipy import stats

from bot.domain.measuring import Measured, Part, Spread, Tally, Version
from bot.domain.prediction import Feedback, Prediction
from bot.domain.ranking import Ranking
from bot.domain.window import Window
from tests.sources import reference


def measured(rows: Iterable[Mapping[str, Any]], window: Window, by: Ranking) -> Measured:
    found = reference.counted(rows, window, by)
    confidences = [float(one.confidence or 0) for one in found if _is_share(one.confidence)]
    sure = [one for one in found if _is_share(one.confidence) and (one.confidence or 0) >= 0.85]
    return Measured(
        seen=len(found),
        right=_tally(found, lambda one: one.correct),
        hallucinated=_tally(found, lambda one: one.hallucinated),
        edited=_tally(found, _is_edited),
        escalated=_tally(found, lambda one: one.escalated),
        thumbs=_tally(found, lambda one: None if one.feedback is None else one.feedback is Feedback.UP),
        high_confidence=_tally(sure, lambda one: None if one.correct is None else not one.correct),
        latency_p95=_p95([one.latency_s for one in found if _is_measure(one.latency_s)]),
        cost=_mean([one.cost for one in found if _is_measure(one.cost)]),
        confidence=tuple(map(int, np.histogram(confidences, [at / 10 for at in range(11)])[0])),
        parts=_parts(found),
        versions=_versions(found),
    )


def _is_share(value: float | None) -> bool:
    return value is not None and 0 <= value <= 1


def _is_measure(value: float | None) -> bool:
    return value is not None and 0 <= value <= 1e100


def _is_edited(one: Prediction) -> bool | None:
    return one.output != one.final_output if one.output and one.final_output else None


def _tally(found: Iterable[Prediction], said: Callable[[Prediction], bool | None]) -> Tally:
    known = [answer for one in found if (answer := said(one)) is not None]
    return Tally(part=sum(known), whole=len(known))


def _p95(values: list[Any]) -> Spread | None:
    if not values:
        return None
    n, ordered = len(values), sorted(values)
    below = stats.binom(n, 0.95)
    low, high = int(below.ppf(0.025)), int(below.ppf(0.975)) + 1
    bounds = (ordered[low - 1], ordered[high - 1]) if low > 0 and high <= n else (None, None)
    return Spread(value=float(np.quantile(values, 0.95)), n=n, low=bounds[0], high=bounds[1])


def _mean(values: list[Any]) -> Spread | None:
    if len(values) < 2:
        return Spread(value=values[0], n=1) if values else None
    n, middle, sd = len(values), mean(values), stdev(values)
    half = float(stats.t.ppf(0.975, n - 1)) * sd / n**0.5
    return Spread(value=middle, n=n, sd=sd, low=middle - half, high=middle + half)


def _parts(found: list[Prediction]) -> tuple[Part, ...]:
    named: dict[str | None, list[Prediction]] = {}
    for one in found:
        named.setdefault(one.segment or None, []).append(one)
    parts = [
        Part(
            name=name,
            seen=len(of_it),
            right=_tally(of_it, lambda one: one.correct),
            hallucinated=_tally(of_it, lambda one: one.hallucinated),
        )
        for name, of_it in named.items()
    ]
    return tuple(sorted(parts, key=lambda part: (-part.seen, part.name is None, part.name or "")))


def _versions(found: list[Prediction]) -> tuple[Version, ...]:
    named: dict[str, list[Prediction]] = {}
    for one in found:
        if one.model_version:
            named.setdefault(one.model_version, []).append(one)
    versions = [
        Version(name=name, first_seen=min(one.occurred_at for one in of_it), seen=len(of_it))
        for name, of_it in named.items()
    ]
    return tuple(sorted(versions, key=lambda version: (version.first_seen, version.name)))


def differences(ours: Measured, theirs: Measured) -> list[str]:
    """The numbers in which two measures differ by more than adding in another order makes."""
    found = []
    for name in ("latency_p95", "cost"):
        one, other = getattr(ours, name), getattr(theirs, name)
        if one is None or other is None:
            found += [f"{name}: {one} {other}"] * (one is not other)
            continue
        for field in ("value", "n", "sd", "low", "high"):
            a, b = getattr(one, field), getattr(other, field)
            same = a is b if a is None or b is None else bool(np.isclose(a, b, rtol=1e-7, atol=1e-9))
            found += [f"{name}.{field}: {a} {b}"] * (not same)
    for name in ("seen", "right", "hallucinated", "edited", "escalated", "thumbs", "high_confidence", "confidence",
                 "parts", "versions"):  # fmt: skip
        a, b = getattr(ours, name), getattr(theirs, name)
        found += [f"{name}: {a} {b}"] * (a != b)
    return found
