"""Readings out of what a source measured, and which of its model versions are new."""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta

from bot.domain.catalogue import CATALOGUE
from bot.domain.measuring import Measured, Tally, Version
from bot.domain.readings import NewReading, Origin, Reading
from bot.domain.text import count_of
from bot.domain.window import Window

BOTH_KNOWN = 0.9
"""Costs and resolutions are set against each other where each is known of this share of the predictions (ours):
of fewer, the two may speak of different ones.
"""

UNSEEN_START = timedelta(days=1)
"""Where no earlier window is known, versions that appear so soon after the first of them may all have been there before
that anybody looked (ours).
"""

MOST_AT_ONCE = 10
"""More new versions in one window are no versions but marks of something else, a request's for example (ours)."""


def readings_from(measured: Measured, window: Window) -> list[NewReading]:
    """The readings of *window* that its numbers allow; none of a metric of which nothing is known.

    Deflection is not among them: a prediction does not show who would have asked a person.
    """
    return [*_shares(measured, window), *_spreads(measured, window)]


def yielding(new: Iterable[NewReading], standing: Iterable[Reading]) -> list[NewReading]:
    """*new* readings without those over whose metric and window somebody who knows better has spoken: what is computed
    yields to a source of readings, and both to people, who mean a number that they correct to stay.
    """
    ranks = {(one.metric, one.window): _rank(one) for one in standing}
    return [one for one in new if ranks.get((one.metric, one.window), 0) <= _rank(one)]


def new_versions(measured: Measured, known: Collection[str] | None) -> list[Version]:
    """The model versions that appeared in a window, the first first. *known*: those of earlier windows, None where it
    is the first: of the version that it begins with nobody knows when it came.

    None at all where there are more than ten: then the field holds something else.
    """
    if known is None:
        begun = min((one.first_seen for one in measured.versions), default=None)
        found = [one for one in measured.versions if begun and one.first_seen - begun > UNSEEN_START]
    else:
        found = [one for one in measured.versions if one.name not in known]
    return found if len(found) <= MOST_AT_ONCE else []


def _rank(reading: NewReading) -> int:
    """Whose word holds over whose, for one metric and window."""
    return {Origin.COMPUTED: 0, Origin.SOURCE: 1}.get(reading.origin, 2)


def _shares(measured: Measured, window: Window) -> Iterator[NewReading]:
    resolved = Tally(part=measured.escalated.whole - measured.escalated.part, whole=measured.escalated.whole)
    tallies = {
        "accuracy": measured.right,
        "hallucination_rate": measured.hallucinated,
        "edit_rate": measured.edited,
        "thumbs_ratio": measured.thumbs,
        "resolution_rate": resolved,
    }
    for metric, tally in tallies.items():
        if tally.share is not None:
            yield _reading(metric, window, tally.share, n=tally.whole)


def _spreads(measured: Measured, window: Window) -> Iterator[NewReading]:
    if (latency := measured.latency_p95) is not None:
        yield _reading("latency_p95", window, latency.value, n=latency.n, low=latency.low, high=latency.high)
    if (cost := measured.cost) is not None:
        yield _reading("cost_per_query", window, cost.value, n=cost.n, sd=cost.sd)
    resolved = measured.escalated.whole - measured.escalated.part
    if cost is not None and resolved and min(cost.n, measured.escalated.whole) >= BOTH_KNOWN * measured.seen:
        per_resolution = cost.value * measured.escalated.whole / resolved
        yield _reading("cost_per_resolution", window, per_resolution, n=measured.escalated.whole)


def _reading(
    metric: str,
    window: Window,
    value: float,
    *,
    n: int,
    sd: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> NewReading:
    return NewReading(
        metric=metric,
        value=value,
        unit=CATALOGUE[metric].unit,
        window=window,
        n=n,
        sd=sd,
        low=low,
        high=high,
        origin=Origin.COMPUTED,
        source=f"computed from {count_of(n, 'prediction')}",
    )
