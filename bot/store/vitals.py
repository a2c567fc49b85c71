"""How the work goes, in the numbers that an operator watches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from bot.domain.delivery import PostState
from bot.store import heartbeats, inbox, posts, schedules
from bot.store.tables import PostRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Vitals:
    """*posts*: how many are in each state. *overdue*: schedules that are due and not settled yet, *failing* those of
    them that broke. The ages are how long ago the schedule was last looked at, the oldest unsent post was written, and
    the oldest request that nobody answered came in; None: never, or there is none.
    """

    posts: Mapping[PostState, int]
    overdue: int
    failing: int
    tick_age: timedelta | None
    post_age: timedelta | None
    request_age: timedelta | None


def read(session: Session, workspace: str, now: datetime) -> Vitals:
    """The vitals at *now*."""
    overdue = schedules.due(session, now)
    counted = select(PostRow.state, func.count()).where(col(PostRow.workspace) == workspace).group_by(PostRow.state)
    found = {PostState(state): count for state, count in session.exec(counted)}
    return Vitals(
        posts={state: found.get(state, 0) for state in PostState},
        overdue=len(overdue),
        failing=sum(one.failures > 0 for one in overdue),
        tick_age=_age(heartbeats.latest(session, "tick"), now),
        post_age=_age(posts.oldest_open(session, workspace), now),
        request_age=_age(inbox.oldest_open(session, workspace), now),
    )


def _age(instant: datetime | None, now: datetime) -> timedelta | None:
    return None if instant is None else max(now - instant, timedelta())
