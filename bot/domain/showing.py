"""Values, targets and changes of metrics as people read them, with their units."""

from bot.domain.metrics import Direction, Metric, Target, Unit
from bot.domain.statistics import Interval
from bot.domain.text import number, percent

NO_CHANGE = "no change"

_MOST_DIGITS = 6
_DIRECTIONS = {
    Direction.AT_LEAST: "at least",
    Direction.ABOVE: "over",
    Direction.AT_MOST: "at most",
    Direction.BELOW: "under",
}
_UNITS = {Unit.SECONDS: " s", Unit.MINUTES: " min", Unit.SCORE: " of 5"}
_CENTS = 2
_SMALL_MONEY = 0.1


def value_of(metric: Metric, value: float, *, beside: float | None = None) -> str:
    """*value* with its unit: “6.1 %”, “2.8 s”, “4.2 of 5”, “$4.20”.

    *beside* is what it is compared with: a value that is not the same never reads the same (39.97 % beside 40 %).
    """
    if beside is None or value == beside:
        return _shown(metric, value)
    differing = (
        shown for more in range(_MOST_DIGITS) if (shown := _shown(metric, value, more)) != _shown(metric, beside, more)
    )
    return next(differing, _shown(metric, value, _MOST_DIGITS))


def target_in_words(target: Target, metric: Metric) -> str:
    """“under 5 %”, “at least 4 of 5”."""
    return f"{_DIRECTIONS[target.direction]} {value_of(metric, target.value)}"


def change_in_points(metric: Metric, change: float) -> str:
    """By how much a value moved: “up 1.4 points”, “down 0.3 s”, “no change” where none is to be seen."""
    amount = amount_of(metric, change)
    if amount == amount_of(metric, 0.0):
        return NO_CHANGE
    return f"{'up' if change > 0 else 'down'} {amount}"


def amount_of(metric: Metric, difference: float) -> str:
    """How large a *difference* is, whichever its sign: “1.4 points”, “0.3 s”, “$0.50”."""
    size = abs(difference)
    if metric.unit is Unit.SHARE:
        points = number(100 * size, 1)
        return f"{points} point{'' if points == '1' else 's'}"
    return _shown(metric, size).removesuffix(" of 5")


def interval_in_words(metric: Metric, interval: Interval) -> str:
    """“between 5.1 % and 7.3 %”."""
    return f"between {value_of(metric, interval.low)} and {value_of(metric, interval.high)}"


def _shown(metric: Metric, value: float, more: int = 0) -> str:
    """*value* with its unit and *more* digits than usual."""
    if metric.unit is Unit.SHARE:
        return percent(value, 1 + more)
    if metric.unit is Unit.MONEY:
        return f"{metric.currency}{_money(value, more)}"
    return f"{number(value, 2 + more)}{_UNITS.get(metric.unit, '')}"


def _money(value: float, more: int) -> str:
    """Two decimals as money has them, four where it is about parts of a cent."""
    least = _CENTS if value == 0 or abs(value) >= _SMALL_MONEY else 2 * _CENTS
    whole, _, rest = number(value, least + more).partition(".")
    return f"{whole}.{rest.ljust(_CENTS, '0')}"
