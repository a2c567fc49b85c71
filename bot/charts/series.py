"""What of a panel is drawn: its points in order, cut where values are missing, and the span of time it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from bot.charts.dates import DAY, EARLIEST, LATEST, instant
from bot.charts.scales import drawable
from bot.domain.charts import Ahead, Panel, Point

PAUSE = 2.5
"""A gap this many times the usual distance between two points is seen as one."""

ALONE = 3 * DAY
"""What is seen on either side of a single point."""

_FAR = 0.25
"""Marks this share of the span before or after it are seen too; others would squeeze the line."""

_MARGIN = 0.03


@dataclass(frozen=True, slots=True)
class Spot:
    """A point that a figure can hold. *low* and *high* are both there or both None."""

    at: datetime
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is seen, in UTC; *end* is after *begin*."""

    begin: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.begin <= at <= self.end

    def share(self, at: datetime) -> float:
        """Where *at* is between the two: 0 at the beginning, 1 at the end."""
        return (instant(at) - self.begin) / (self.end - self.begin)


def spots(points: Sequence[Point]) -> list[Spot]:
    """The points that can be drawn, oldest first."""
    found = (_spot(point, value) for point in points if (value := drawable(point.value)) is not None)
    return sorted(found, key=lambda spot: spot.at)


def runs(found: Sequence[Spot]) -> Iterator[list[Spot]]:
    """*found* in stretches without a gap."""
    limit = _usual(found) * PAUSE
    run: list[Spot] = []
    for spot in found:
        if run and spot.at - run[-1].at > limit:
            yield run
            run = []
        run.append(spot)
    if run:
        yield run


def values_of(panel: Panel, found: Sequence[Spot]) -> list[float]:
    """Every value that must be on the axis."""
    said = [bound for spot in found for bound in (spot.value, spot.low, spot.high)]
    aim = [panel.target.value] if panel.target else []
    ahead = [panel.ahead.low, panel.ahead.high, panel.ahead.plateau] if panel.ahead else []
    return [value for one in [*said, *aim, *ahead] if (value := drawable(one)) is not None]


def span_of(panel: Panel, found: Sequence[Spot]) -> Span | None:
    """The time that *panel* shows; None where there is nothing to show."""
    times = [spot.at for spot in found] + _times(panel.ahead)
    marks = [instant(mark.at) for mark in panel.marks]
    if not (times or marks):
        return None
    times = times or marks
    begin, end = min(times), max(times)
    reach = (end - begin) * _FAR or ALONE
    near = [at for at in marks if _minus(begin, reach) <= at <= _plus(end, reach)]
    begin, end = min([begin, *near]), max([end, *near])
    margin = (end - begin) * _MARGIN or ALONE
    return Span(_minus(begin, margin), _plus(end, margin))


def _spot(point: Point, value: float) -> Spot:
    low, high = drawable(point.low), drawable(point.high)
    if low is None or high is None:
        return Spot(instant(point.at), value, None, None)
    return Spot(instant(point.at), value, min(low, high), max(low, high))


def _usual(found: Sequence[Spot]) -> timedelta:
    """The usual distance between two of *found*."""
    apart = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(found)]
    return timedelta(seconds=median(apart)) if apart else ALONE


def _times(ahead: Ahead | None) -> list[datetime]:
    return [instant(ahead.begins), instant(ahead.ends)] if ahead else []


def _minus(at: datetime, by: timedelta) -> datetime:
    return max(at, EARLIEST + by) - by


def _plus(at: datetime, by: timedelta) -> datetime:
    return min(at, LATEST - by) + by
