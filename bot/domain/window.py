"""The seven days that a review looks at, exact across clock changes."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import UserError


class UnknownZoneError(UserError):
    """No such IANA time zone."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is not a time zone. Name one like Europe/Berlin or America/New_York.")


class EmptyWindowError(UserError):
    """A window that ends before it starts."""

    def __init__(self, start: datetime, end: datetime) -> None:
        super().__init__(f"The window starts at {start:%Y-%m-%d %H:%M} UTC but ends at {end:%Y-%m-%d %H:%M} UTC.")


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span [start, end) of instants, both aware and in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise EmptyWindowError(self.start, self.end)

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


def zone_named(name: str) -> ZoneInfo:
    """The time zone called *name*. Raises `UnknownZoneError`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZoneError(name) from None


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the clocks of *zone* show *wall* (naive).

    An ambiguous wall time is its first pass; a skipped one is the first valid minute after it.
    """
    first_pass = wall.replace(tzinfo=zone, fold=0)
    instant = first_pass.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _end_of_gap(first_pass)


def days_before(end: datetime, *, days: int, zone: ZoneInfo, wall_time: time | None = None) -> Window:
    """The window of *days* calendar days in *zone* that ends at *end* (aware).

    It starts at the same wall time that many days earlier. A schedule passes its own *wall_time*: when a spring gap
    moved this week's 02:30 to 03:00, the window still starts where last week's ended, at 02:30.
    """
    wall = end.astimezone(zone).replace(tzinfo=None, fold=0)
    start_wall = wall - timedelta(days=days)
    if wall_time is not None:
        start_wall = datetime.combine(start_wall.date(), wall_time)
    return Window(instant_of(start_wall, zone), end.astimezone(UTC))


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """The UTC instant that ISO 8601 *text* names; wall time in *zone* where it has no offset. Raises `UserError`."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UserError(
            f"“{text}” is not a time. Write it like 2026-11-16T09:00 (or with an offset, 2026-11-16T09:00+01:00)."
        ) from None
    return instant_of(parsed, zone) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _end_of_gap(skipped: datetime) -> datetime:
    """The first instant after the clocks jumped over *skipped* (aware, non-existent)."""
    # The gap is as long as the offset grew; the skipped wall time read with the old offset lies past the jump,
    # read with the new one before it: the jump itself is between, to the minute.
    after = skipped.replace(fold=0).astimezone(UTC)
    before = skipped.replace(fold=1).astimezone(UTC)
    zone = skipped.tzinfo
    offset_before = before.astimezone(zone).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset_before:
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)
