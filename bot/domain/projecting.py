"""What a metric did week by week, whether it has levelled off, and where a straight line would lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import courses, trends
from bot.domain.metrics import Metric, Unit
from bot.domain.readings import Reading
from bot.domain.trends import Projection

LOOKED_AT = 8
"""Weeks that a projection looks back."""

_SHORTEST, _LONGEST = timedelta(days=6, hours=12), timedelta(days=8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Projected:
    """A straight line through the last *seen* weeks, and where it leads in so many *weeks*, if things go on as they
    did.
    """

    projection: Projection
    seen: int
    weeks: int


def weekly(readings: Sequence[Reading], current: Reading) -> list[Reading]:
    """*current* and those before it that are as long, one a week, oldest first; a week that is missing ends the row."""
    length = current.window.end - current.window.start
    alike = [one for one in readings if abs((one.window.end - one.window.start) - length) <= length / 4]
    kept = [current]
    for one in sorted(alike, key=lambda one: (one.window.end, one.id), reverse=True):
        apart = kept[-1].window.end - one.window.end
        if apart > _LONGEST:
            break
        if apart >= _SHORTEST:
            kept.append(one)
    return kept[::-1]


def has_levelled_off(metric: Metric, readings: Sequence[Reading], current: Reading) -> bool:
    """Whether *metric* stayed where it is for the last four weeks or more, as far as they are known."""
    return courses.has_levelled_off(metric, [one.value for one in weekly(readings, current)][-trends.FEWEST :])


def projected(metric: Metric, readings: Sequence[Reading], current: Reading, *, weeks: int) -> Projected | None:
    """Where a straight line leads; None where fewer than four weeks are known."""
    values = [one.value for one in weekly(readings, current)][-LOOKED_AT:]
    found = trends.project(values, weeks, is_share=metric.unit is Unit.SHARE)
    return None if found is None else Projected(projection=found, seen=len(values), weeks=weeks)
