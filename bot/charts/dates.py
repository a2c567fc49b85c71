"""Where the dates of a chart stand, and what they are called: days begin at midnight in the chart's zone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EARLIEST, LATEST = datetime(3, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)
"""What is earlier or later is drawn here: no calendar can count on from its last day."""

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH, _YEAR = 30.44, 365.25
_HOURS = (1, 2, 3, 6, 12)
_DAYS = (1, 2, 7, 14)
_FEW_MONTHS = (1, 2, 3, 6)
_FEW_YEARS = (1, 2, 5)

_Name = Callable[[datetime], tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A date on the axis: *words* beside the time, and *below* them what they belong to, where that is new."""

    at: datetime
    words: str
    below: str = ""


def instant(at: datetime) -> datetime:
    """*at* in UTC, as far as a calendar reaches."""
    if at.replace(tzinfo=UTC) < EARLIEST:
        return EARLIEST
    return LATEST if at.replace(tzinfo=UTC) > LATEST else at.astimezone(UTC)


def ticks(begin: datetime, end: datetime, zone: tzinfo, *, most: int) -> list[Tick]:
    """Round dates from *begin* to *end*, at most about *most* of them, the earliest first."""
    days = (end - begin) / DAY
    for hours in _HOURS:
        if days * 24 / hours <= most:
            return _named(_every_hours(begin, end, zone, hours), zone, _of_day)
    for count in _DAYS:
        if days / count <= most:
            return _named(_every_days(begin, end, zone, count), zone, _of_year)
    for count in _FEW_MONTHS:
        if days / _MONTH / count <= most:
            return _named(_every_months(begin, end, zone, count), zone, _month_of_year)
    return _named(_every_months(begin, end, zone, 12 * _years(days / _YEAR, most)), zone, _only_year)


def day_of(at: datetime, zone: tzinfo) -> str:
    """The day of *at* in *zone*: 3 Nov 2026."""
    there = instant(at).astimezone(zone)
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year}"


def _years(span: float, most: int) -> int:
    size = 1
    while True:
        for one in _FEW_YEARS:
            if span / (one * size) <= most:
                return one * size
        size *= 10


def _every_hours(begin: datetime, end: datetime, zone: tzinfo, hours: int) -> Iterator[datetime]:
    for midnight in _midnights(begin, end, zone):
        for hour in range(0, 24, hours):
            # A wall time that the clocks skip or repeat stands where it would first have been.
            at = midnight.replace(hour=hour).astimezone(UTC)
            if begin <= at <= end:
                yield at


def _every_days(begin: datetime, end: datetime, zone: tzinfo, count: int) -> Iterator[datetime]:
    for midnight in _midnights(begin, end, zone):
        # 1 January of the year 1 was a Monday, so weeks begin on Mondays.
        if midnight.date().toordinal() % count == 1 % count and begin <= midnight.astimezone(UTC) <= end:
            yield midnight.astimezone(UTC)


def _every_months(begin: datetime, end: datetime, zone: tzinfo, count: int) -> Iterator[datetime]:
    first, last = begin.astimezone(zone), end.astimezone(zone)
    start = (first.year * 12 + first.month - 1) // count * count
    for month in range(start, last.year * 12 + last.month, count):
        if month >= 12:  # noqa: PLR2004 before the year 1 there are no dates
            at = datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).astimezone(UTC)
            if begin <= at <= end:
                yield at


def _midnights(begin: datetime, end: datetime, zone: tzinfo) -> Iterator[datetime]:
    day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        yield datetime.combine(day, time(), zone)
        day = date.fromordinal(day.toordinal() + 1)


def _named(found: Iterator[datetime], zone: tzinfo, name: _Name) -> list[Tick]:
    named: list[Tick] = []
    before = ""
    for at in found:
        words, below = name(at.astimezone(zone))
        named.append(Tick(at=at, words=words, below="" if below == before else below))
        before = below
    return named


def _of_day(there: datetime) -> tuple[str, str]:
    return f"{there.hour:02}:{there.minute:02}", f"{there.day} {_MONTHS[there.month - 1]}"


def _of_year(there: datetime) -> tuple[str, str]:
    return f"{there.day} {_MONTHS[there.month - 1]}", str(there.year)


def _month_of_year(there: datetime) -> tuple[str, str]:
    return _MONTHS[there.month - 1], str(there.year)


def _only_year(there: datetime) -> tuple[str, str]:
    return str(there.year), ""
