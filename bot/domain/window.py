"""The seven days that a review looks at, exact across clock changes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import UsageError, UserError


class UnknownZoneError(UsageError):
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
    wall = wall.replace(fold=0)
    while _is_skipped(wall, zone):
        wall = wall.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def days_before(end: datetime, *, days: int, zone: ZoneInfo, wall: datetime | None = None) -> Window:
    """The window of *days* calendar days in *zone* that ends at *end* (aware).

    It starts at the same wall time that many days earlier. A schedule passes the *wall* time (naive) that it meant:
    when a spring gap moved this week's 02:30 to 03:00, the window still starts where last week's ended, at 02:30.
    """
    meant = wall or end.astimezone(zone).replace(tzinfo=None)
    try:
        start = instant_of(meant - timedelta(days=days), zone)
    except OverflowError:
        raise UserError(f"{days} days before {meant:%Y-%m-%d} is before the calendar begins.") from None
    return Window(start, end.astimezone(UTC))


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """The UTC instant that ISO 8601 *text* names; wall time in *zone* where it has no offset. Raises `UsageError`."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"“{text}” is not a time. Write it like 2026-11-16T09:00 (or with an offset, 2026-11-16T09:00+01:00)."
        ) from None
    try:
        return instant_of(parsed, zone) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"“{text}” is too near to the end of the calendar.") from None


def _is_skipped(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of *zone* jump over *wall* (naive)."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall
