"""The steps of a post in the outbox, each a compare-and-set on its state and fence: False means somebody was first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from bot.domain.delivery import PostState, Receipt, StoredPost
from bot.store.tables import PostRow


def arrived(session: Session, post: StoredPost, receipt: Receipt, now: datetime) -> bool:
    """Record that a post is in Slack. False when somebody else settled it after the claim that *post* carries.

    Also right for a sender whose lease had ended: it knows what the others only wonder about.
    """
    open_again = [PostState.SENDING, PostState.UNKNOWN, PostState.PENDING]
    done = _step(
        session,
        post,
        open_again,
        state=PostState.SENT,
        held=False,
        channel=receipt.channel,
        ts=receipt.ts,
        sent_at=now,
        lease_until=None,
        reason=None,
    )
    if done:
        _release_thread(session, post)
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
    return _step(session, post, [PostState.UNKNOWN], not_before=look_at, lookups=post.lookups + 1, reason=reason)


def hold(session: Session, post: StoredPost, reason: str) -> bool:
    """Slack cannot say whether it has it: it waits for a person, and its thread with it."""
    done = _step(session, post, [PostState.UNKNOWN], held=True, reason=reason)
    if done:
        session.execute(update(PostRow).where(col(PostRow.parent_id) == post.id).values(held=True))
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
        session.execute(
            update(PostRow)
            .where(col(PostRow.parent_id) == post.id, col(PostRow.state) == PostState.PENDING)
            .values(state=PostState.PARKED, held=False, reason="the message whose thread it joins was not delivered")
        )
    return done


def plain(session: Session, post: StoredPost, reason: str) -> bool:
    """Slack refused the blocks: send the text alone, once, under the same key."""
    return _step(
        session, post, [PostState.SENDING], state=PostState.PENDING, text_only=True, lease_until=None, reason=reason
    )


def retry(session: Session, post: StoredPost) -> bool:
    """A person says: send it (again), and what waits in its thread."""
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
        reason=None,
    )
    if done:
        session.execute(
            update(PostRow)
            .where(col(PostRow.parent_id) == post.id, col(PostRow.state).in_([PostState.PARKED, PostState.PENDING]))
            .values(state=PostState.PENDING, held=False, reason=None)
        )
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
        session.execute(
            update(PostRow)
            .where(col(PostRow.parent_id) == post.id, col(PostRow.state).in_([PostState.PARKED, PostState.PENDING]))
            .values(state=PostState.DROPPED, held=False, reason=reason)
        )
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


def _release_thread(session: Session, post: StoredPost) -> None:
    session.execute(update(PostRow).where(col(PostRow.parent_id) == post.id).values(held=False))
