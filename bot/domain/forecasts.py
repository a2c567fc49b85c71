"""Forecasts: what somebody expects of a metric, with a range, a span of weeks, and the chance that it levels off.

Source: LLM product management 33.2, section 6: false precision costs trust.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil, floor

from bot.domain import natural
from bot.domain.metrics import Direction, Metric
from bot.domain.updates import Figure
from bot.errors import UserError

WEEK = timedelta(weeks=1)
LONGEST = 52
"""Weeks that a forecast may look ahead."""


COUNTED: Mapping[str, str] = {
    "accuracy": "answers correct",
    "hallucination_rate": "answers with a factual error",
    "adoption_rate": "people using it",
    "edit_rate": "drafts changed before use",
    "resolution_rate": "tickets solved without escalation",
    "deflection_rate": "requests handled without a person",
}
"""What a forecast of so many of 100 is about; any other names its metric first."""


class ForecastState(StrEnum):
    """What became of a forecast. HELD: when its time came, the value was no worse than the range said."""

    OPEN = "open"
    HELD = "held"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


class NoRangeError(UserError):
    """A single number is more than anybody knows."""

    def __init__(self, metric: Metric) -> None:
        super().__init__(
            f"A forecast for {metric.title} needs a range: “between LOW and HIGH”, or where it may level off:"
            " “may level off at NUMBER”. A single number promises more than anybody knows."
        )


class BadRangeError(UserError):
    """The numbers do not fit together."""

    def __init__(self, metric: Metric, low: float, target: float, high: float) -> None:
        shown = [natural.bare(metric, value) for value in (low, target, high)]
        super().__init__(
            f"The range goes from {shown[0]} to {shown[2]}, but {shown[1]} is to be within it, and it is to be"
            " wider than one number."
        )


class NoSpanError(UserError):
    """A single day is more than anybody knows."""

    def __init__(self) -> None:
        super().__init__(
            f"A forecast needs a span of weeks, like “in 4-6 weeks”: from 1 to {LONGEST}, and two different numbers."
        )


class BadChanceError(UserError):
    """No share."""

    def __init__(self) -> None:
        super().__init__("How likely it levels off is a number between 1 and 99 %. Leave it out where nobody knows.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What is expected: *target*, within *low* to *high*, in *weeks* from the first to the second number.

    *plateau*: where it may level off; *chance* of that is a share between 0 and 1, None where nobody said.
    """

    target: float
    low: float
    high: float
    weeks: tuple[int, int]
    plateau: float | None = None
    chance: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """A forecast as it is kept. *started_from* is the value when it was made; *outcome* the one when its time came.

    `version` grows with every change.
    """

    id: int
    product_id: int
    metric: str
    started_from: float | None
    target: float
    low: float
    high: float
    due_from: date
    due_to: date
    plateau: float | None
    plateau_chance: float | None
    made_by: str
    made_at: datetime
    state: ForecastState = ForecastState.OPEN
    outcome: float | None = None
    checked_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackRecord:
    """How often forecasts held, among those whose time has come."""

    held: int
    whole: int


def expected(
    metric: Metric,
    *,
    target: float,
    span: tuple[int, int] | None,
    low: float | None = None,
    high: float | None = None,
    plateau: float | None = None,
    chance: float | None = None,
) -> Expected:
    """A forecast of these numbers. Without *low* and *high* it ranges from the *plateau* to the *target*.

    Raises `NoRangeError`, `BadRangeError`, `NoSpanError`, `BadChanceError`.
    """
    if low is None or high is None:
        if plateau is None or plateau == target:
            raise NoRangeError(metric)
        low, high = min(plateau, target), max(plateau, target)
    if not low <= target <= high or low == high:
        raise BadRangeError(metric, low, target, high)
    if span is None or not 0 < span[0] < span[1] <= LONGEST:
        raise NoSpanError
    if chance is not None and not 0 < chance < 1:
        raise BadChanceError
    return Expected(target=target, low=low, high=high, weeks=span, plateau=plateau, chance=chance)


def due(weeks: tuple[int, int], today: date) -> tuple[date, date]:
    """From which day to which a forecast of so many *weeks* made *today* comes due."""
    return today + weeks[0] * WEEK, today + weeks[1] * WEEK


def judged(forecast: Forecast, value: float, direction: Direction) -> ForecastState:
    """Whether *forecast* held: *value* is no worse than its range. Better than expected is held too (ours)."""
    held = value >= forecast.low if direction.higher_is_better else value <= forecast.high
    return ForecastState.HELD if held else ForecastState.MISSED


def track_record(forecasts: Iterable[Forecast]) -> TrackRecord:
    """How often those of *forecasts* held whose time has come; withdrawn ones do not count."""
    over = [one.state for one in forecasts if one.state in {ForecastState.HELD, ForecastState.MISSED}]
    return TrackRecord(held=over.count(ForecastState.HELD), whole=len(over))


def when_in_words(forecast: Forecast, today: date) -> str:
    """“in 4 to 6 weeks” as seen from *today*; “by 20 December” once its span has begun."""
    first, last = (forecast.due_from - today) / WEEK, (forecast.due_to - today) / WEEK
    soonest, latest = max(floor(first + 0.5), 0), max(ceil(last - 0.5), 0)
    return f"in {soonest} to {latest} weeks" if 0 < soonest < latest else f"by {natural.day_of(forecast.due_to)}"


def range_in_words(metric: Metric, forecast: Forecast) -> str:
    """“between 90 and 93”; empty where the range is what the plateau says already."""
    if forecast.plateau is not None and {forecast.low, forecast.high} == {forecast.plateau, forecast.target}:
        return ""
    return f"between {natural.bare(metric, forecast.low)} and {natural.bare(metric, forecast.high)}"


def plateau_in_words(metric: Metric, forecast: Forecast) -> str:
    """“it may level off at 90”, with how likely that is where somebody said; empty where it is not expected to."""
    if forecast.plateau is None:
        return ""
    chance = "" if forecast.plateau_chance is None else f" ({_chance(forecast.plateau_chance)})"
    return f"it may level off at {natural.bare(metric, forecast.plateau)}{chance}"


def in_words(metric: Metric, forecast: Forecast, today: date) -> str:
    """“92 of 100 answers correct in 4 to 6 weeks; it may level off at 90”, as seen from *today*."""
    bounds = range_in_words(metric, forecast)
    shown = natural.value_of(metric, forecast.target)
    counted = COUNTED.get(metric.name)
    head = f"{shown} {counted}" if counted else f"{metric.business[:1].upper()}{metric.business[1:]}: {shown}"
    levels = plateau_in_words(metric, forecast)
    when = when_in_words(forecast, today)
    return f"{head}{f' ({bounds})' if bounds else ''} {when}" + (f"; {levels}" if levels else "")


def figures_of(metric: Metric, forecast: Forecast) -> Iterator[Figure]:
    """The numbers that `in_words` may say, and what is stored behind them."""
    what = f"Forecast of {forecast.made_at:%Y-%m-%d}: {metric.business}"
    for value in (forecast.target, forecast.low, forecast.high, forecast.plateau):
        if value is not None:
            shown = {natural.value_of(metric, value), natural.bare(metric, value)}
            yield from (Figure(shown=one, what=what, metric=metric.name) for one in sorted(shown))
    if forecast.plateau_chance is not None:
        yield Figure(shown=_chance(forecast.plateau_chance), what=what, metric=metric.name)


def _chance(chance: float) -> str:
    return f"{round(10 * chance)} in 10" if 0.05 <= chance <= 0.95 else f"{round(100 * chance)} in 100"  # noqa: PLR2004 told in tenths where that is not all or nothing
