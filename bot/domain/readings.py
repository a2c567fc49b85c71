"""A reading: one value of one metric over one window, and where it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from bot.domain.metrics import Unit
from bot.domain.planning import Period
from bot.domain.window import Window


class Origin(StrEnum):
    """How a reading came in."""

    LOADED = "loaded"
    TYPED = "typed"
    SOURCE = "source"
    COMPUTED = "computed"
    SENT = "sent"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewReading:
    """A reading before it is kept. *value* is in *unit* (shares 0..1); *n* is the sample size, None where nobody said.

    *sd* is the standard deviation of the single values, for means. *low* and *high* bound the value where whoever
    computed it knows better than a formula (a bootstrap). *source* says where it came from, in words.
    """

    metric: str
    value: float
    unit: Unit
    window: Window
    n: int | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    origin: Origin
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading(NewReading):
    """A reading as it is kept. *entered_by* is a Slack user id, or the name of what entered it."""

    id: int
    entered_by: str
    entered_at: datetime
    replaced_at: datetime | None = None

    @property
    def read_at(self) -> datetime:
        """What people read as its date: the end of its window."""
        return self.window.end


_CADENCE = {Period.DAILY: timedelta(days=1), Period.WEEKLY: timedelta(days=7), Period.MONTHLY: timedelta(days=31)}
_LEEWAY = timedelta(hours=3)
"""How far the windows of two periods may overlap: clocks change, and a check does not begin on the second."""


def is_fresh(reading: NewReading, cadence: Period, as_of: datetime, zone: tzinfo = UTC) -> bool:
    """Whether it still speaks for *as_of*: not older than two of its cadences (ours), on the clocks of *zone*."""
    now, ended = (instant.astimezone(zone).replace(tzinfo=None) for instant in (as_of, reading.window.end))
    return now - ended <= 2 * _CADENCE[cadence]


def latest(readings: Iterable[Reading], cadence: Period, as_of: datetime) -> Reading | None:
    """The reading that speaks for *as_of*: of those whose window is over the one that ended last.

    Where several end together, the one whose window is nearest to its cadence, then the one entered last.
    """
    over = [one for one in readings if one.window.end <= as_of]
    return max(over, key=lambda one: _precedence(one, cadence), default=None)


def before(readings: Iterable[Reading], current: Reading) -> Reading | None:
    """The reading of the period before *current*: it ends by the time *current* begins, and is about as long."""
    length = current.window.end - current.window.start
    earlier = [
        one
        for one in readings
        if one.window.start < current.window.start
        and one.window.end <= current.window.start + min(_LEEWAY, length / 4)
        and current.window.start - one.window.end <= length
    ]
    return max(earlier, key=lambda one: (_alike(one, length), one.window.end, one.id), default=None)


def apart(readings: Sequence[Reading], current: Reading) -> list[Reading]:
    """*current* and the readings before it, period by period as far back as they go, oldest first: no two overlap."""
    found = [current]
    while (one := before(readings, found[-1])) is not None:
        found.append(one)
    return found[::-1]


def _precedence(reading: Reading, cadence: Period) -> tuple[datetime, float, int]:
    length = reading.window.end - reading.window.start
    return reading.window.end, -abs((length - _CADENCE[cadence]).total_seconds()), reading.id


def _alike(reading: NewReading, length: timedelta) -> bool:
    return abs((reading.window.end - reading.window.start) - length) <= length / 4
