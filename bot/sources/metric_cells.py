"""The cells of a row of readings: a value in its metric's unit, a sample size, a time."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from bot.domain.metrics import ImpossibleTargetError, Metric, Unit, require_possible
from bot.domain.text import bounded, one_line
from bot.domain.words import nearest
from bot.errors import UserError
from bot.sources.dialect import is_number

LONGEST_SHOWN = 60
MOST_N = 2**31 - 1
"""The largest sample that a database's integer holds."""


class NoNumberError(UserError):
    """A cell that was to hold a number does not."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(f"{field} is “{shown(value)}”, which is no finite number like 0.93.")


class UnknownMetricError(UserError):
    """Nobody said what this counts."""

    def __init__(self, name: object, known: Iterable[str]) -> None:
        names = list(known)
        near = nearest(str(name)[:LONGEST_SHOWN], names)
        meant = f"Did you mean “{near}”?" if near else f"There are: {', '.join(names)}."
        super().__init__(f"“{shown(name)}” is no metric that is known here. {meant}")


class AboveOneError(UserError):
    """A share above 1 is a percentage or a mistake, and nobody said which."""

    def __init__(self, metric: Metric, value: object) -> None:
        said = shown(value)
        super().__init__(
            f"{metric.name} is a share from 0 to 1 and {said} is above that: write the unit percent beside it if"
            f" {said} % is meant, else the share."
        )


class WrongUnitError(UserError):
    """A unit in which the metric is not measured."""

    def __init__(self, metric: Metric, unit: str) -> None:
        near = nearest(unit, _SPELLED[metric.unit])
        meant = f" Did you mean “{near}”?" if near else ""
        takes = ", ".join([*_SPELLED[metric.unit], *_written(metric)])
        super().__init__(f"{metric.name} is not measured in “{shown(unit)}”.{meant} It takes: {takes}.")


class ImpossibleValueError(UserError):
    """A number that this metric cannot have."""

    def __init__(self, metric: Metric, value: object) -> None:
        room = {Unit.SHARE: "a share from 0 to 1", Unit.SCORE: "a score from 1 to 5"}
        super().__init__(
            f"{metric.name} cannot be {shown(value)}: it is {room.get(metric.unit, 'a number of 0 or more')}."
        )


class Amount(NamedTuple):
    """A value in its metric's unit, and how its column's numbers become ones of that unit."""

    value: float
    scale: "Scale"


class Scale(NamedTuple):
    """From a unit as it was written to a metric's own: times one number, divided by another."""

    times: int = 1
    over: int = 1

    def of(self, value: float) -> float:
        """*value* in the metric's unit: 92.3 % is the very 0.923 that people write, not the double beside it."""
        return float(Decimal(repr(value)) * self.times / self.over)


def shown(value: object) -> str:
    """*value* as a sentence may repeat it: one clean line, not long."""
    return bounded(one_line(str(value)), LONGEST_SHOWN)


def amount(metric: Metric, value: object, unit: object) -> Amount:
    """*value* as a number in the unit of *metric*; without *unit* it is in that already. Raises `UserError`."""
    text, said = str(value).strip(), "" if unit is None else str(unit).strip()
    if text.endswith("%") and metric.unit is Unit.SHARE:
        text, said = text[:-1].strip(), said or "percent"
    found = number("value", text)
    scale = _scale(metric, said)
    if metric.unit is Unit.SHARE and not said and found > 1:
        raise AboveOneError(metric, value)
    try:
        return Amount(require_possible(metric, scale.of(found)), scale)
    except ImpossibleTargetError:
        raise ImpossibleValueError(metric, value) from None


def number(field: str, value: object) -> float:
    """The finite number in a cell. Raises `NoNumberError`, naming *field*."""
    text = str(value).strip()
    found = float(text) if is_number(text) else float("nan")
    if not isfinite(found):
        raise NoNumberError(field, value)
    return found


def spread(value: object, scale: Scale) -> float:
    """A standard deviation, in the unit of the value beside it. Raises `UserError`."""
    found = scale.of(number("sd", value))
    if not isfinite(found) or found < 0:
        raise UserError(f"sd is “{shown(value)}”; a standard deviation is 0 or more.")
    return found


def sample_size(value: object) -> int:
    """A whole number of 0 or more. Raises `UserError`."""
    found = number("n", value)
    if found < 0 or found != int(found):
        raise UserError(f"n is “{shown(value)}”; a sample size is a whole number of 0 or more.")
    if found > MOST_N:
        raise UserError(f"n is “{shown(value)}”, which is more than {MOST_N:,}.")
    return int(found)


def metric_named(name: object, known: Mapping[str, Metric]) -> Metric:
    """The metric called so; case and dashes do not matter. Raises `UserError` with the nearest name."""
    wanted = _plain(str(name))
    found = next((metric for one, metric in known.items() if _plain(one) == wanted), None)
    if found is None:
        raise UnknownMetricError(name, known)
    return found


def as_text(value: object) -> object:
    """A cell as files have it, whatever a database's driver makes of it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bytes():
            return value.decode(errors="replace")
        case _:
            return value


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing; a NaN is nothing only where a value is optional."""
    return value is None or (isinstance(value, str) and not value.strip())


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def _scale(metric: Metric, unit: str) -> Scale:
    if not unit:
        return Scale()
    spelled = _SPELLED[metric.unit]
    if unit.upper() in _written(metric):
        return Scale()
    found = spelled.get(unit.casefold())
    if found is None:
        raise WrongUnitError(metric, unit)
    return found


def _written(metric: Metric) -> tuple[str, ...]:
    """How the money of *metric* is written: it is in the product's own currency, and nothing is converted."""
    return (metric.currency, _CODES[metric.currency]) if metric.unit is Unit.MONEY else ()


_CODES: Mapping[str, str] = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
"""How a product's currency is written in letters."""

_SPELLED: Mapping[Unit, Mapping[str, Scale]] = {
    Unit.SHARE: {
        **dict.fromkeys(("share", "ratio", "fraction", "proportion"), Scale()),
        **dict.fromkeys(("percent", "%", "pct", "percentage"), Scale(over=100)),
    },
    Unit.SECONDS: {
        **dict.fromkeys(("seconds", "second", "sec", "s"), Scale()),
        **dict.fromkeys(("milliseconds", "millisecond", "msec", "ms"), Scale(over=1000)),
        **dict.fromkeys(("minutes", "minute", "min"), Scale(times=60)),
    },
    Unit.MINUTES: {
        **dict.fromkeys(("minutes", "minute", "min"), Scale()),
        **dict.fromkeys(("seconds", "second", "sec", "s"), Scale(over=60)),
        **dict.fromkeys(("hours", "hour", "h"), Scale(times=60)),
    },
    Unit.SCORE: dict.fromkeys(("score", "points", "stars", "1-5"), Scale()),
    Unit.MONEY: {"money": Scale()},
    Unit.COUNT: dict.fromkeys(("count", "number"), Scale()),
}
"""How a unit is written, and what makes it the metric's own."""
