"""A second opinion on wall times: walks UTC minute by minute and looks at the clock, knowing no rule of its own."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)

CHANGES = (
    ("Europe/Berlin", "2027-03-28"),  # 02:00 becomes 03:00
    ("Europe/Berlin", "2026-10-25"),  # 02:00 to 03:00 twice
    ("America/New_York", "2027-03-14"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-10-04"),  # half an hour
    ("Australia/Lord_Howe", "2027-04-04"),
    ("Africa/Cairo", "2027-04-30"),  # midnight is skipped
    ("Africa/Cairo", "2026-10-30"),
    ("America/Santiago", "2026-09-06"),  # midnight is skipped
    ("America/Santiago", "2027-04-04"),
    ("America/Nuuk", "2027-03-28"),  # the gap ends at midnight
    ("America/Havana", "2026-11-01"),
    ("Antarctica/Troll", "2027-03-28"),  # two hours
    ("Pacific/Apia", "2011-12-30"),  # a whole day is skipped
    ("Asia/Kathmandu", "2026-11-01"),  # nothing changes, at an odd offset
    ("UTC", "2026-11-01"),
)
"""Days around which clocks do something worth getting right."""


@cache
def walk(zone: ZoneInfo, around: str, days: int = 10) -> tuple[datetime, list[datetime]]:
    """The first minute (UTC) of a walk over *days* before and after, and the latest wall time seen up to each minute."""
    first = datetime.fromisoformat(around).replace(tzinfo=UTC) - timedelta(days=days)
    shown = ((first + MINUTE * n).astimezone(zone).replace(tzinfo=None) for n in range(2 * days * 24 * 60))
    return first, list(accumulate(shown, max))


def first_minute_at(wall: datetime, zone: ZoneInfo, around: str) -> datetime:
    """The first minute at which the clock shows *wall* or, for a skipped one, has passed it."""
    first, latest_shown = walk(zone, around)
    return first + MINUTE * bisect_left(latest_shown, wall)
