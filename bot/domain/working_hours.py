"""When people work: Monday to Friday, nine to five, on the clock where they are."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST, LAST = 9, 17
"""The hours between which people work."""

FRIDAY = 4


def is_working(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether *instant* lies within working hours in *zone*; five o'clock sharp does not."""
    local = instant.astimezone(zone)
    return local.weekday() <= FRIDAY and FIRST <= local.hour < LAST


def next_working(instant: datetime, zone: ZoneInfo) -> datetime:
    """*instant*, or the first working instant after it, in the zone of *instant*."""
    local = instant.astimezone(zone)
    while not is_working(local, zone):
        later = local.weekday() > FRIDAY or local.hour >= LAST
        day = (local + timedelta(days=1) if later else local).date()
        local = datetime.combine(day, time(FIRST), tzinfo=zone)
    return local.astimezone(instant.tzinfo)
