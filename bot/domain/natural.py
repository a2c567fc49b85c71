"""Numbers and days as people say them who read no jargon: “38 of 100”, “half a dollar”, “2 to 8 November”."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from bot.domain.metrics import DOLLAR, Direction, Metric, Target, Unit
from bot.domain.text import number, percent
from bot.domain.window import Window, zone_named

_HUNDRED, _THOUSAND = 100, 1_000
_FEW = 0.01
_MOST_DIGITS = 4
_CENTS = 2
_ROUND_SUMS = {DOLLAR: {0.5: "half a dollar", 1.0: "a dollar"}}
_DIRECTIONS = {
    Direction.AT_LEAST: "at least",
    Direction.ABOVE: "over",
    Direction.AT_MOST: "at most",
    Direction.BELOW: "under",
}


def value_of(metric: Metric, value: float, *, beside: float | None = None) -> str:
    """*value* as it is said. *beside* is what it is compared with: two that differ never read the same."""
    if metric.name == "budget_spend":
        return percent(value)
    if beside is None or value == beside:
        return _least(lambda digits: _value(metric, value, digits), _is_told(metric.unit, value))
    return _least(
        lambda digits: _value(metric, value, digits),
        lambda shown, digits: shown != _value(metric, beside, digits) and _is_told(metric.unit, value)(shown, digits),
    )


def bare(metric: Metric, value: float) -> str:
    """*value* beside another of the same kind, where it need not be said of how many: “40”, “4.0”, “$5.00”."""
    said = value_of(metric, value)
    return said.removesuffix(" of 100").removesuffix(" of 5")


def target_in_words(metric: Metric, target: Target) -> str:
    """“at least 40”, “under 5”."""
    return f"{_DIRECTIONS[target.direction]} {bare(metric, target.value)}"


def amount_of(metric: Metric, difference: float, *, of: float) -> str:
    """How large a *difference* is, whichever its sign, to a value of *of*: “2”, “0.3 seconds”, “half a dollar”."""
    digits = _digits_of(metric.unit, of)
    return _least(
        lambda more: _amount(metric, abs(difference), digits + more),
        lambda shown, _digits: difference == 0 or not _is_nothing(shown),
    )


def change_in_words(metric: Metric, change: float, *, of: float, since: str) -> str:
    """How a value moved to *of*: “2 fewer than last week”, “half a dollar less than in October”."""
    amount = _amount(metric, abs(change), _digits_of(metric.unit, of))
    if _is_nothing(amount):
        return f"much as {since}"
    less = "fewer" if metric.unit in {Unit.SHARE, Unit.COUNT} else "less"
    return f"{amount} {'more' if change > 0 else less} than {since}"


def days_of(window: Window, zone: str) -> str:
    """The days of *window*, the last one included: “12 November”, “9 to 15 November”, “October” for all of it."""
    first = _day(window.start, zone)
    last = max(first, _day(window.end - timedelta.resolution, zone))
    if first == last:
        return day_of(first)
    if first.month != last.month:
        return f"{day_of(first)} to {day_of(last)}"
    if first.day == 1 and (last + timedelta(days=1)).month != last.month:
        return f"{first:%B}"
    return f"{first.day} to {day_of(last)}"


def day_of(day: date) -> str:
    """“9 November”."""
    return f"{day.day} {day:%B}"


def day_at(instant: datetime, zone: str) -> str:
    """The day of *instant* where the product is."""
    return day_of(_day(instant, zone))


def _day(instant: datetime, zone: str) -> date:
    return instant.astimezone(zone_named(zone)).date()


def _least(said: Callable[[int], str], is_enough: Callable[[str, int], bool]) -> str:
    """What is *said* with the fewest digits more than usual that are enough."""
    return next((said(more) for more in range(_MOST_DIGITS) if is_enough(said(more), more)), said(_MOST_DIGITS))


def _is_told(unit: Unit, value: float) -> Callable[[str, int], bool]:
    """Whether almost all does not read as all."""

    def enough(shown: str, _digits: int) -> bool:
        return unit is not Unit.SHARE or value >= 1 or shown != "100 of 100"

    return enough


def _value(metric: Metric, value: float, more: int) -> str:
    match metric.unit:
        case Unit.SHARE:
            return _share(value, more)
        case Unit.SCORE:
            return f"{_at_least(value, 1 + more, 1)} of 5"
        case Unit.MONEY:
            return _money(metric, value, more)
        case Unit.SECONDS | Unit.MINUTES:
            return f"{number(value, 1 + more)} {metric.unit}"
        case Unit.COUNT:
            return number(value, more)


def _share(value: float, more: int) -> str:
    if value > 1:
        return percent(value, more)
    if 0 < value < 1 / _THOUSAND:
        return "fewer than 1 of 1,000"
    if 0 < value < _FEW:
        return f"{number(_THOUSAND * value, more)} of 1,000"
    return f"{number(_HUNDRED * value, more + _digits_of(Unit.SHARE, value))} of 100"


def _digits_of(unit: Unit, value: float) -> int:
    """What is counted in single ones of a hundred is told to a tenth: 3.4 is not 3. Parts of a cent are told too."""
    is_small = abs(value) < 0.1  # noqa: PLR2004 one of ten, ten cents
    return {Unit.SHARE: 1, Unit.MONEY: _CENTS}.get(unit, 0) if is_small else 0


def _is_nothing(amount: str) -> bool:
    return not any(digit in amount for digit in "123456789") and amount not in _ROUND_SUMS[DOLLAR].values()


def _amount(metric: Metric, size: float, digits: int) -> str:
    match metric.unit:
        case Unit.SHARE:
            return number(_HUNDRED * size, digits)
        case Unit.MONEY:
            exact = f"{metric.currency}{_at_least(size, _CENTS + digits, _CENTS)}"
            return _ROUND_SUMS.get(metric.currency, {}).get(round(size, _CENTS), exact)
        case Unit.SECONDS | Unit.MINUTES:
            return f"{number(size, 1 + digits)} {metric.unit}"
        case Unit.SCORE | Unit.COUNT:
            return number(size, 1 + digits)


def _money(metric: Metric, value: float, more: int) -> str:
    """Two decimals as money has them, four where it is about parts of a cent."""
    digits = _digits_of(Unit.MONEY, value) if value else 0
    return f"{metric.currency}{_at_least(value, _CENTS + digits + more, _CENTS)}"


def _at_least(value: float, digits: int, least: int) -> str:
    """*value* with up to *digits* decimals, and at least so many."""
    whole, _, rest = number(value, digits).partition(".")
    return f"{whole}.{rest.ljust(least, '0')}"
