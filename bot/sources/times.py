"""Times as sources write them: ISO 8601 texts and wall times, turned into instants."""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.window import Window, instant_of
from bot.errors import UserError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_DATE_AND_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
AWARE_TEXT = rf"^{_DATE_AND_TIME}(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?))$"
"""Texts that name an instant. The same expression in Python, Postgres and DuckDB."""
NAIVE_TEXT = rf"^{_DATE_AND_TIME})?$"
"""Texts that name a wall time; a date alone is its midnight."""

_AWARE = re.compile(AWARE_TEXT)
_NAIVE = re.compile(NAIVE_TEXT)
_FINER = re.compile(r"([.][0-9]{6})[0-9]+")

NAME_THE_ZONE = "name the zone they were written in with --source-tz, for example --source-tz UTC."
WRITE_THE_OFFSET = "write their offset too, like 2026-11-16T09:00:00+01:00."
"""What to do about times that carry no zone, for who has flags and for who sends rows."""


class NaiveTimesError(UserError):
    """Times without an offset mean nothing until somebody says where the clock hung."""

    def __init__(self, column: str, example: str = "") -> None:
        seen = f" (for example “{example[:60]}”)" if example else ""
        super().__init__(f"The times in “{column}” carry no time zone{seen}; {NAME_THE_ZONE}")


class UnreadableTimeError(UserError):
    """A cell that was to hold a time does not."""

    def __init__(self, column: str, example: str) -> None:
        super().__init__(
            f"The column “{column}” holds “{example[:60]}”, which is no time: ISO 8601 was expected,"
            " like 2026-11-16T09:00:00Z."
        )


def micros(instant: datetime) -> int:
    """*instant* (aware) as microseconds since 1970, exact."""
    return (instant - EPOCH) // MICROSECOND


def instant(micros_since_1970: int) -> datetime:
    """The other way round, in UTC."""
    return EPOCH + timedelta(microseconds=micros_since_1970)


def parsed(text: str, column: str, zone: ZoneInfo | None) -> int | None:
    """The instant that *text* names, in microseconds; None for a blank. Raises `UserError`, naming *column*."""
    text = text.strip(" ")
    if not text:
        return None
    try:
        if _AWARE.match(text):
            return micros(datetime.fromisoformat(_FINER.sub(r"\1", text)))
        if _NAIVE.match(text):
            wall = datetime.fromisoformat(_FINER.sub(r"\1", text))
            if zone is None:
                raise NaiveTimesError(column, text)
            return micros(instant_of(wall, zone))
    except (ValueError, OverflowError):
        pass
    raise UnreadableTimeError(column, text)


def instant_sql(wall: str, zone: ZoneInfo, window: Window) -> str:
    """SQL for the instant at which the clocks of *zone* show *wall*, both in microseconds, right around *window*.

    The same rule as `window.instant_of`: the first pass of an ambiguous time, the end of the gap for a skipped one.
    """
    first, *rest = _stretches(zone, window)
    branches = [f"WHEN {wall} < {until} THEN {value.format(wall=wall)}" for until, value in (first, *rest[:-1])]
    last = (rest[-1] if rest else first)[1].format(wall=wall)
    return f"CASE {' '.join(branches)} ELSE {last} END" if rest else last


def _stretches(zone: ZoneInfo, window: Window) -> list[tuple[int, str]]:
    """Upper bounds of wall time, each with the SQL of the instant below it; the last bound is not used."""
    stretches: list[tuple[int, str]] = []
    offset = _offset(zone, _begin(window))
    for change in _changes(zone, window):
        stretches.append((change.at + change.before, f"({{wall}} - ({change.before}))"))
        if change.after > change.before:
            stretches.append((change.at + change.after, f"{change.at}"))
        offset = change.after
    return [*stretches, (0, f"({{wall}} - ({offset}))")]


@dataclass(frozen=True, slots=True)
class _Change:
    """The clocks are put from one UTC offset to another; all in microseconds."""

    at: int
    before: int
    after: int


def _changes(zone: ZoneInfo, window: Window) -> Iterator[_Change]:
    day = timedelta(days=1)
    here, end = _begin(window), min(window.end, datetime(2200, 1, 1, tzinfo=UTC)) + 2 * day
    while here < end:
        before, after = _offset(zone, here), _offset(zone, here + day)
        if before != after:
            yield _Change(_moment_of_change(zone, here), before, after)
        here += day


def _moment_of_change(zone: ZoneInfo, day_start: datetime) -> int:
    """The second of the day after *day_start* at which the offset is no longer what it was."""
    before = _offset(zone, day_start)
    seconds = [day_start + timedelta(seconds=second) for second in range(24 * 60 * 60 + 1)]
    return micros(seconds[bisect(seconds, 0, key=lambda at: int(_offset(zone, at) != before))])


def _begin(window: Window) -> datetime:
    return max(window.start, datetime(1900, 1, 1, tzinfo=UTC)) - timedelta(days=2)


def _offset(zone: ZoneInfo, at: datetime) -> int:
    return (at.astimezone(zone).utcoffset() or timedelta()) // MICROSECOND
