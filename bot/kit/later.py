"""What is to be looked at again at a set time: a reminder, a deadline, a daily round. It survives restarts and happens
once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.domain.window import instant_of
from bot.kit.asking import Ask
from bot.kit.reply import Reply
from bot.store import inbox
from bot.store.products import LOCAL_WORKSPACE


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """What happens when the time comes. *run* looks first whether it still matters: much may have changed meanwhile.

    Its `Ask` names the person it concerns as `user` and what it was told as `value`; nobody is checked to be a member.
    *daily* is a time on the wall, in the workspace's zone: then it runs each day, once, without being asked for and
    with neither user nor value. Of the days on which no process was up, it makes up for the first.
    """

    name: str
    run: Callable[[Ask], Reply]
    daily: time | None = None


def at(
    session: Session, instant: datetime, *, name: str, key: str, now: datetime, user: str = "", value: str = ""
) -> None:
    """Let the `Later` of this name run at *instant*, once for each *key*; the same key again changes nothing."""
    incoming = Incoming(kind=Kind.LATER, key=f"later/{name}/{key}", user=user, name=name, value=value)
    inbox.write(session, LOCAL_WORKSPACE, incoming, now, not_before=instant)


def lay_down_days(session: Session, laters: Iterable[Later], *, zone: ZoneInfo, now: datetime) -> None:
    """Let each daily one of *laters* run the next time it is due; what was laid down for that day already stays."""
    for one in laters:
        if one.daily is not None:
            wall = next_daily(one.daily, zone=zone, now=now)
            at(session, instant_of(wall, zone), name=one.name, key=f"{wall.date()}", now=now)


def next_daily(daily: time, *, zone: ZoneInfo, now: datetime) -> datetime:
    """The first wall time *daily* whose instant comes after *now*.

    A time that the clocks skip counts as the instant they skip to, one that they show twice as the first.
    """
    today = datetime.combine(now.astimezone(zone).date(), daily)
    days = (today + timedelta(days=ahead) for ahead in count())
    return next(wall for wall in days if instant_of(wall, zone) > now)
