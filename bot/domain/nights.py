"""Who may be called when: by day everybody, at night only who accepted it or is up anyway."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.window import instant_of
from bot.domain.working_hours import FRIDAY, next_working

DAY_FROM, DAY_UNTIL = 8, 20
"""The hours of the day, on a person's own clock; all others are night, on weekends too."""

UP_FOR = timedelta(minutes=30)
"""How long somebody counts as awake after they did something."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """When a person can be called: their *zone*, whether they *accepted* to be called at night, and until when they
    are up in any case, having done something just now.
    """

    zone: ZoneInfo
    accepted: bool = False
    up_until: datetime | None = None


def is_night(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether *instant* lies in the night of *zone*; eight in the morning sharp does not, eight in the evening does."""
    return not DAY_FROM <= instant.astimezone(zone).hour < DAY_UNTIL


def may_be_called(reach: Reach, at: datetime, *, urgent: bool) -> bool:
    """Whether the person may be called *at* that instant. What is not *urgent* calls nobody at night or on a weekend,
    whatever they accepted.
    """
    asleep = is_night(at, reach.zone)
    if not urgent:
        return not asleep and at.astimezone(reach.zone).weekday() <= FRIDAY
    return not asleep or reach.accepted or (reach.up_until is not None and at < reach.up_until)


def day_begins(reach: Reach, at: datetime, *, urgent: bool) -> datetime:
    """From when on the person may be called by day: *at*, or the first such instant after it, in UTC. What is not
    *urgent* waits for their working hours.
    """
    if not urgent:
        return next_working(at, reach.zone)
    if not is_night(at, reach.zone):
        return at
    local = at.astimezone(reach.zone)
    day = local.date() + timedelta(days=1 if local.hour >= DAY_UNTIL else 0)
    return instant_of(datetime.combine(day, time(DAY_FROM)), reach.zone)
