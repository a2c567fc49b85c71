"""Which values people still have to type for the period that is over, and who is asked for them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.health import Watched
from bot.domain.people import Assignment, Role
from bot.domain.planning import Period
from bot.domain.readings import Reading
from bot.domain.window import instant_of

WEEK = timedelta(days=7)


def missing(
    watched: Iterable[Watched], readings: Sequence[Reading], *, typed: Collection[str], as_of: datetime, zone: ZoneInfo
) -> tuple[Watched, ...]:
    """Those of *watched* that were *typed* before and have no reading yet for the current cadence, in their order.

    What is read daily or weekly is due once a week: people are asked weekly. What is read monthly is due once the month
    is over. A metric that never had a value typed is off, and nobody is asked for it.
    """
    return tuple(
        one
        for one in watched
        if one.metric.name in typed and not _is_there(one, readings, _due(one.metric.layer.cadence, as_of, zone))
    )


def by_owner(
    several: Iterable[Watched], people: Iterable[Assignment], gone: Collection[str]
) -> dict[str, tuple[Watched, ...]]:
    """Who is asked for what: the owner of each, the PM where nobody owns it or the owner is gone. What nobody is left
    for is asked of nobody.
    """
    pm = next((one.user for one in people if one.role is Role.PM and one.user not in gone), None)
    asked: dict[str, tuple[Watched, ...]] = {}
    for one in several:
        user = one.owner if one.owner is not None and one.owner not in gone else pm
        if user is not None:
            asked[user] = (*asked.get(user, ()), one)
    return asked


def _is_there(watched: Watched, readings: Iterable[Reading], since: datetime) -> bool:
    return any(one.metric == watched.metric.name and one.window.end >= since for one in readings)


def _due(cadence: Period, as_of: datetime, zone: ZoneInfo) -> datetime:
    """The instant at or after which a reading must end to speak for the current period."""
    if cadence is not Period.MONTHLY:
        return as_of - WEEK
    first = as_of.astimezone(zone).date().replace(day=1)
    return instant_of(datetime.combine(first, time()), zone)
