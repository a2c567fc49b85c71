"""The steps of a post in the outbox, each a compare-and-set on its state and fence: False means somebody was first.

The relay takes most of them; `arrived`, `send_again` and `drop` are also what a person may decide.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import Session, col, select

from bot.domain.delivery import PostState, Receipt, StoredPost
from bot.errors import UserError
from bot.store.tables import PostRow

LOST = (PostState.PARKED, PostState.DROPPED)
HEAD_NOT_DELIVERED = "the message whose thread it joins was not delivered"


class HeadFirstError(UserError):
    """A reply cannot be sent into the thread of a message that is not there."""

    def __init__(self, key: str, head: str, state: str) -> None:
        advice = (
            f"Send that one first, this one follows by itself: muster outbox retry {head}"
            if state == PostState.PARKED
            else f"Give this one up too: muster outbox drop {key}"
        )
        super().__init__(f"“{key}” joins the thread of “{head}”, which is {state}. {advice}")


def arrived(session: Session, post: StoredPost, receipt: Receipt, now: datetime, *, shown: int = 0) -> bool:
    """Record that a post is in Slack, and let its thread follow; False when somebody else settled it after the claim
    that *post* carries, and for a post that nobody ever tried to send.

    Also right for a sender whose lease had ended, and for a person: they know what the others only wonder about. So it
    counts in every state but the final ones. *shown* is the revision that was sent; whoever only found the message does
    not know, and a revised one is then edited once, perhaps for nothing.
    """
    open_again = [PostState.SENDING, PostState.UNKNOWN, PostState.PENDING, PostState.PARKED]
    done = post.fence > 0 and _step(
        session,
        post,
        open_again,
        state=PostState.SENT,
        held=False,
        channel=receipt.channel,
        ts=receipt.ts,
        sent_at=now,
        shown=shown,
        lease_until=None,
        reason=None,
    )
    if done:
        parked = col(PostRow.state) == PostState.PARKED
        waiting = and_(col(PostRow.state) == PostState.PENDING, col(PostRow.held).is_(True))
        _thread(session, post, or_(parked, waiting), state=PostState.PENDING, held=False, reason=None)
    return done


def put_back(session: Session, post: StoredPost, *, not_before: datetime, reason: str) -> bool:
    """Slack certainly does not have it: try again at *not_before*."""
    return _step(
        session,
        post,
        [PostState.SENDING, PostState.UNKNOWN],
        state=PostState.PENDING,
        not_before=not_before,
        lease_until=None,
        reason=reason,
    )


def doubt(session: Session, post: StoredPost, *, look_at: datetime, reason: str) -> bool:
    """Slack may have it: look for it at *look_at*."""
    return _step(
        session,
        post,
        [PostState.SENDING],
        state=PostState.UNKNOWN,
        not_before=look_at,
        lease_until=None,
        reason=reason,
    )


def look_again(session: Session, post: StoredPost, *, look_at: datetime, reason: str) -> bool:
    """The look-up got no answer: look once more at *look_at*."""
    return _step(
        session,
        post,
        [PostState.UNKNOWN],
        not_before=look_at,
        lookups=post.lookups + 1,
        lease_until=None,
        reason=reason,
    )


def hold(session: Session, post: StoredPost, reason: str) -> bool:
    """Slack cannot say whether it has it: it waits for a person, and its thread with it."""
    done = _step(session, post, [PostState.UNKNOWN], held=True, lease_until=None, reason=reason)
    if done:
        _thread(session, post, col(PostRow.state) == PostState.PENDING, held=True)
    return done


def park(session: Session, post: StoredPost, reason: str) -> bool:
    """Put a post aside for good, and what would have joined its thread."""
    done = _step(
        session,
        post,
        [PostState.PENDING, PostState.SENDING, PostState.UNKNOWN],
        state=PostState.PARKED,
        lease_until=None,
        reason=reason,
    )
    if done:
        pending = col(PostRow.state) == PostState.PENDING
        _thread(session, post, pending, state=PostState.PARKED, held=False, reason=HEAD_NOT_DELIVERED)
    return done


def plain(session: Session, post: StoredPost, reason: str) -> bool:
    """Slack refused the blocks: send the text alone, once, under the same key."""
    return _step(
        session, post, [PostState.SENDING], state=PostState.PENDING, text_only=True, lease_until=None, reason=reason
    )


def send_again(session: Session, post: StoredPost) -> bool:
    """A person says: it is not there, send it, and what waits in its thread. For what is parked or of unknown fate.

    Raises `HeadFirstError` for a reply to a message that is parked or given up.
    """
    _require_head(session, post)
    done = _step(
        session,
        post,
        [PostState.PARKED, PostState.UNKNOWN],
        state=PostState.PENDING,
        held=False,
        not_before=None,
        attempts=0,
        lookups=0,
        claimed_at=None,
        lease_until=None,
        reason=None,
    )
    if done:
        _thread(session, post, _not_under_way(), state=PostState.PENDING, held=False, reason=None)
    return done


def drop(session: Session, post: StoredPost, reason: str) -> bool:
    """A person says: never mind, and never mind its thread."""
    done = _step(
        session,
        post,
        [PostState.PENDING, PostState.PARKED, PostState.UNKNOWN],
        state=PostState.DROPPED,
        held=False,
        reason=reason,
    )
    if done:
        _thread(session, post, _not_under_way(), state=PostState.DROPPED, held=False, reason=reason)
    return done


def _step(session: Session, post: StoredPost, states: Sequence[PostState], **values: Any) -> bool:
    """The compare-and-set: only if the post is where it was when *post* was read.

    One that was held meanwhile is a person's: of what is not about `held` itself, only an arrival still counts.
    """
    unless_held = () if "held" in values else (col(PostRow.held) == post.held,)
    statement = (
        update(PostRow)
        .where(col(PostRow.id) == post.id, col(PostRow.fence) == post.fence, col(PostRow.state).in_(states))
        .where(*unless_held)
        .values(**values)
    )
    return session.connection().execute(statement).rowcount == 1


def _thread(session: Session, head: StoredPost, which: ColumnElement[bool], **values: Any) -> None:
    session.execute(update(PostRow).where(col(PostRow.parent_id) == head.id, which).values(**values))


def _not_under_way() -> ColumnElement[bool]:
    return col(PostRow.state).in_([PostState.PARKED, PostState.PENDING])


def _require_head(session: Session, post: StoredPost) -> None:
    statement = select(PostRow.key, PostRow.state).where(
        col(PostRow.id) == post.parent_id, col(PostRow.state).in_(LOST)
    )
    lost = session.exec(statement).first()
    if lost is not None:
        raise HeadFirstError(post.key, *lost)
