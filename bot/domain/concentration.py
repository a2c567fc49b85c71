"""Where the worst concentrate, and how the week compares with the one before."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from bot.domain.summary import Group, Share, Summary

MIN_SAMPLE = 30
"""Fewer judged than this, and a share wrong says too little to be compared. Source: domain 3."""

_Z_95 = 1.96


@dataclass(frozen=True, kw_only=True, slots=True)
class Concentration:
    """How many of the worst one segment or model version holds (`among_worst`), against its part of all that were
    seen (`base`; its value is None where that is not known).
    """

    name: str
    among_worst: Share
    base: Share

    @property
    def count(self) -> int:
        """How many of the worst it holds."""
        return self.among_worst.part

    @property
    def lift(self) -> float | None:
        """How many times its part of all its part of the worst is: above 1 it holds more than its share."""
        worst, base = self.among_worst.value, self.base.value
        return worst / base if worst is not None and base else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A share wrong this week and last, each with its sample."""

    this: Share
    last: Share
    points: float
    is_clear: bool


def concentrations(names: Iterable[str | None], groups: Iterable[Group]) -> tuple[Concentration, ...]:
    """Where the worst sit, given the segment (or model version) of each: the most first, then by name.

    The nameless ones count in the whole and are not named. *groups* are the same split of everything seen.
    """
    counts = Counter(names)
    seen = {group.name: group.seen for group in groups}
    return tuple(
        Concentration(
            name=name,
            among_worst=Share(part=count, whole=counts.total()),
            # A group that the summary does not list is not known to be empty.
            base=Share(part=seen.get(name, 0), whole=sum(seen.values()) if name in seen else 0),
        )
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
        if name is not None
    )


def first_seen_models(this: Summary, last: Summary) -> tuple[str, ...]:
    """The model versions that answered this week and not last week, the busiest first.

    A version never seen before is a change of its own. None where last week saw nothing, or named no version: then
    every name would look new. Source: domain 11.
    """
    before = {group.name for group in last.models}
    if not before - {None}:
        return ()
    return tuple(group.name for group in this.models if group.name and group.name not in before)


def change(this: Share, last: Share) -> Change | None:
    """How the share wrong moved since last week: `points` is the difference of the shares, positive is worse.

    None when nothing was judged in one of the weeks. `is_clear` when chance alone explains so much only one time in
    twenty (two-proportion z test, at least `MIN_SAMPLE` judged in each week).
    """
    if this.value is None or last.value is None:
        return None
    points = this.value - last.value
    pooled = (this.part + last.part) / (this.whole + last.whole)
    by_chance = _Z_95 * sqrt(pooled * (1 - pooled) * (1 / this.whole + 1 / last.whole))
    is_clear = min(this.whole, last.whole) >= MIN_SAMPLE and abs(points) > by_chance
    return Change(this=this, last=last, points=points, is_clear=is_clear)
