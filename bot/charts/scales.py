"""How far an axis of values reaches, and where its ticks stand: a flat line must not look like a cliff."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from bot.domain.metrics import Direction, Target, Unit
from bot.domain.text import number, percent

BEYOND = 1e15
"""Values beyond are drawn here: what a figure cannot hold must not keep the rest from being seen."""

NEAR_ZERO = 0.4
"""Where the least value is below this share of the greatest, an axis that may begin at 0 does."""

ROOM = 0.08
"""How much of the span stays free above and below the values."""

_LEAST_SPAN = {Unit.SCORE: 1.0, Unit.COUNT: 5.0}
_LEAST_SHARES = (0.02, 0.1)
_LEAST_OF_VALUE = 0.2
_SMALLEST = 1e-6
_FLOORS = {Unit.SCORE: 1.0}
_CEILINGS = {Unit.SHARE: 1.0, Unit.SCORE: 5.0}
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_WORDS = {
    Direction.AT_LEAST: "at least",
    Direction.ABOVE: "above",
    Direction.AT_MOST: "at most",
    Direction.BELOW: "below",
}
_GREAT = ((1e12, "trn"), (1e9, "bn"), (1e6, "m"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """From *low* to *high*, which is more; the ticks are in between, lowest first."""

    low: float
    high: float
    ticks: tuple[float, ...]


def drawable(value: float | None) -> float | None:
    """*value* where a figure can hold it, None where it is no number at all."""
    return None if value is None or not isfinite(value) else min(max(value, -BEYOND), BEYOND)


def scale_of(values: Sequence[float], unit: Unit, *, most_ticks: int) -> Scale:
    """The axis on which all *values* are seen; without any, one of the unit's usual ones."""
    low, high = _bounds(values, unit)
    step = _step((high - low) / most_ticks, whole=unit is Unit.COUNT)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    margin = 0.03 * (high - low)
    return Scale(low=low - margin, high=high + margin, ticks=tuple(step * place for place in range(first, last + 1)))


def said(value: float, unit: Unit, digits: int = 1) -> str:
    """*value* with its unit, as people read it: 82.1 %, 4.2 s."""
    match unit:
        case Unit.SHARE:
            return percent(value, digits) if 0 <= value <= 1 else f"{number(value * 100, digits)} %"
        case Unit.SECONDS:
            return f"{_short(value, digits)} s"
        case Unit.MINUTES:
            return f"{_short(value, digits)} min"
        case Unit.MONEY | Unit.SCORE:
            return _short(value, max(digits, 2))
        case Unit.COUNT:
            return _short(value, digits)


def on_axis(value: float, unit: Unit) -> str:
    """*value*, which is a tick, with as few digits as it has."""
    return f"{number(value * 100, 2)} %" if unit is Unit.SHARE else said(value, unit, 6)


def target_words(target: Target, unit: Unit) -> str:
    """The target as its line in the chart says it."""
    return f"Target: {_WORDS[target.direction]} {said(target.value, unit, 2)}"


def _bounds(values: Sequence[float], unit: Unit) -> tuple[float, float]:
    """Lowest and highest of the axis, at least so far apart that a flat line looks flat."""
    low, high = (min(values), max(values)) if values else (_FLOORS.get(unit, 0.0), _CEILINGS.get(unit, 1.0))
    bottom, top = _FLOORS.get(unit, 0.0), _CEILINGS.get(unit)
    if bottom == 0.0 and 0 <= low <= NEAR_ZERO * high:
        low = 0.0
    least = _least_span(low, high, unit)
    lack = max(least - (high - low), 0.0) / 2
    room = ROOM * max(high - low, least)
    return _within(low - lack - room, high + lack + room, (low, bottom), (high, top))


def _least_span(low: float, high: float, unit: Unit) -> float:
    """How much the axis shows at least, so that noise does not look like news."""
    # Below the last of these, two ticks could be the same number.
    return max(_usual_span(low, high, unit), _SMALLEST, _SMALLEST * max(abs(low), abs(high)))


def _usual_span(low: float, high: float, unit: Unit) -> float:
    if unit is Unit.SHARE:
        # Of what is rare, or nearly always so, a few points are news.
        return min(max(_LEAST_SHARES[0], 1.2 * min(high, 1 - low)), _LEAST_SHARES[1])
    return _LEAST_SPAN.get(unit, _LEAST_OF_VALUE * max(abs(low), abs(high)))


def _within(
    low: float, high: float, least: tuple[float, float], most: tuple[float, float | None]
) -> tuple[float, float]:
    """Both bounds pushed back to where values can be, unless there are some beyond; the span stays where it can."""
    (lowest, bottom), (highest, top) = least, most
    if lowest >= bottom > low:
        low, high = bottom, high + (bottom - low)
    if top is not None and highest <= top < high:
        low, high = max(low - (high - top), bottom if lowest >= bottom else low), top
    return low, high


def _step(at_least: float, *, whole: bool) -> float:
    """A round step of *at_least* that size."""
    power = 10.0 ** floor(log10(at_least))
    step = next(power * one for one in _STEPS if power * one >= at_least * (1 - 1e-9))
    return max(float(ceil(step)), 1.0) if whole else step


def _short(value: float, digits: int) -> str:
    for size, word in _GREAT:
        if abs(value) >= size:
            return f"{number(value / size, 2)} {word}"
    return number(value, digits)
