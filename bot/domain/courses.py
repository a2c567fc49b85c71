"""Where the values of a metric go, in words."""

from collections.abc import Sequence
from statistics import median

from bot.domain.metrics import Metric, Unit
from bot.domain.showing import amount_of, change_in_points
from bot.domain.text import count_of
from bot.domain.trends import FEWEST, LEVEL, Course, Trend, is_flat, trend

LEVEL_SHARE = 0.02
"""By how much of their median values that are no shares may have moved over a stretch that is called flat (ours)."""


def course_in_words(metric: Metric, values: Sequence[float]) -> str:
    """Whether *values*, one a period and the latest last, rise, fall or have levelled off, as a sentence."""
    found = trend(values)
    if found is None:
        return f"No trend can be told from {count_of(len(values), 'value')}: {FEWEST} are the fewest."
    if found.direction is not Course.NONE:
        return _moving(metric, found)
    if has_levelled_off(metric, values):
        amount = amount_of(metric, max(values) - min(values))
        return f"It has levelled off: {count_of(len(values), 'value')} within {amount}. That is no slipping."
    return "It goes up and down, no more than chance does: no trend is shown."


def has_levelled_off(metric: Metric, values: Sequence[float]) -> bool:
    """Whether *values*, four or more and the latest last, stayed where they are: flat, and with no trend in them."""
    found = trend(values)
    return found is not None and found.direction is Course.NONE and is_flat(values, tolerance(metric, values))


def tolerance(metric: Metric, values: Sequence[float]) -> float:
    """Within how much *values* count as level, in their unit."""
    return LEVEL if metric.unit is Unit.SHARE else LEVEL_SHARE * abs(median(values))


def _moving(metric: Metric, found: Trend) -> str:
    rises = found.direction is Course.UP
    side = "the right way" if rises is metric.direction.higher_is_better else "the wrong way"
    step = change_in_points(metric, found.slope)
    return f"It is {'rising' if rises else 'falling'} steadily, {side}: typically {step} from one value to the next."
