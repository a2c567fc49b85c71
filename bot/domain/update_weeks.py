"""Which week an update tells of, and when it is to be posted."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.planning import At, slots_after, window_of
from bot.domain.window import Window

_LONGEST_PERIOD = timedelta(days=32)


def week_near(at: At, zone: ZoneInfo, now: datetime) -> Window:
    """The seven days that end when the draft is due, of the two slots of *at* around *now* the nearer one's.

    On a Wednesday that is the week that ends tomorrow, on a Friday the one that ended yesterday.
    """
    before = None
    for slot in slots_after(at, zone, now - _LONGEST_PERIOD):
        if slot.due > now:
            nearer = slot if before is None or slot.due - now < now - before.due else before
            break
        before = slot
    return window_of(nearer, at, zone)


def post_due(at: At | None, zone: ZoneInfo, week: Window, made_at: datetime) -> datetime:
    """When the update of *week* is to be posted: at the first slot of *at* after the week. Where nothing posts it on a
    schedule (None), that is as soon as it is approved.
    """
    return made_at if at is None else next(slots_after(at, zone, week.end)).due
