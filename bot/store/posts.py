"""The outbox: what is written into it, who takes what next, and what can be read of it. Steps are in `settling`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, update
from sqlmodel import Session, col, select

from bot.domain.delivery import Patience, PostState, StoredPost
from bot.errors import PermanentError
from bot.store import edits, post_rows
from bot.store.session import now_in
from bot.store.settling import HEAD_NOT_DELIVERED, LOST
from bot.store.tables import PostRow
from bot.store.upsert import insert_into, inserted

ON_THE_WAY = (PostState.PENDING, PostState.SENDING, PostState.UNKNOWN)


class NoSuchPostError(PermanentError):
    """A post refers to one that was never written."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no post “{key}” to refer to.")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPost:
    """What goes into the outbox. *key* is unique in the workspace: the same post written twice is one post.

    *parent_key* names the post whose thread it joins, *about_key* the post that this one reports on.
    """

    workspace: str
    key: str
    recipient: str
    text: str
    blocks: Sequence[dict[str, Any]] = ()
    product_id: int | None = None
    parent_key: str | None = None
    about_key: str | None = None


def add(session: Session, new: NewPost, now: datetime) -> None:
    """Write a post into the outbox, in the transaction of what it tells; nothing happens if its key is there.

    A reply shares the lot of its head: it is parked where that one is parked or dropped, and held where that one is.
    Raises `NoSuchPostError`.
    """
    statement = insert_into(session, PostRow).on_conflict_do_nothing(index_elements=["workspace", "key"])
    inserted(
        session,
        statement.values(
            workspace=new.workspace,
            key=new.key,
            delivery_key=delivery_key(new.workspace, new.key),
            product_id=new.product_id,
            recipient=new.recipient,
            about_id=_id_of(session, new.workspace, new.about_key),
            text=new.text,
            blocks=list(new.blocks),
            text_only=False,
            fence=0,
            attempts=0,
            lookups=0,
            created_at=now,
            **_lot_of_head(session, new.workspace, new.parent_key),
        ),
    )


def revise(session: Session, workspace: str, key: str, *, text: str, blocks: Sequence[dict[str, Any]]) -> None:
    """Let the post with this key show something else: a message that is there already is edited in place, without a
    new post and without a sound. Nothing happens where there is no such post, or where it shows that already.
    """
    row = session.exec(
        select(PostRow)
        .where(col(PostRow.workspace) == workspace, col(PostRow.key) == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is not None and (row.text, row.blocks) != (text, list(blocks)):
        row.text, row.blocks, row.revision = text, list(blocks), row.revision + 1
        row.edit_attempts, row.edit_not_before = 0, None
        session.add(row)
        session.flush()


def delivery_key(workspace: str, key: str) -> str:
    """The 32 hex digits by which a message of ours is known again in Slack; they tell a reader nothing."""
    return sha256(f"{workspace}\n{key}".encode()).hexdigest()[:32]


def claim(session: Session, workspace: str, *, now: datetime, patience: Patience, limit: int) -> list[StoredPost]:
    """Take up to *limit* posts to send, at most one a channel, in the order they were written.

    A post waits for every earlier one of its channel that is still on its way, for the message whose thread it
    joins, and for the channel's pace. Each claim raises the fence.
    """
    if not _is_any(session, workspace, PostState.PENDING):
        return []
    statement = (
        select(PostRow.id)
        .where(
            col(PostRow.workspace) == workspace,
            _on_the_way(PostRow),
            col(PostRow.state) == PostState.PENDING,
            col(PostRow.held).is_(False),
            or_(col(PostRow.not_before).is_(None), col(PostRow.not_before) <= now),
            ~_earlier_on_the_way(workspace),
            ~_sent_since(now - patience.pace),
            _parent_is_there(),
        )
        .order_by(col(PostRow.id))
        .limit(limit)
        # A reply or a report that is just being written refers to this row; that need not keep it.
        .with_for_update(skip_locked=True, key_share=True, of=PostRow)
    )
    ids = list(session.exec(statement))
    session.execute(
        update(PostRow)
        .where(col(PostRow.id).in_(ids))
        .values(
            state=PostState.SENDING,
            fence=PostRow.fence + 1,
            attempts=PostRow.attempts + 1,
            lease_until=now + patience.lease,
            # The look-up reads Slack's history from the first attempt on.
            claimed_at=func.coalesce(PostRow.claimed_at, now),
        )
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return post_rows.read(session, col(PostRow.id).in_(ids))


def expire(session: Session, workspace: str, *, now: datetime, patience: Patience) -> int:
    """Make every post whose lease ended while sending *unknown*, never pending; return how many."""
    statement = (
        update(PostRow)
        .where(
            col(PostRow.workspace) == workspace,
            _on_the_way(PostRow),
            col(PostRow.state) == PostState.SENDING,
            col(PostRow.lease_until) < now,
        )
        .values(state=PostState.UNKNOWN, not_before=now + patience.settle, reason="the sender was lost on the way")
    )
    return session.connection().execute(statement).rowcount


def claim_unknown(
    session: Session, workspace: str, *, now: datetime, patience: Patience, limit: int
) -> list[StoredPost]:
    """Take up to *limit* posts of unknown outcome to look up, the oldest first: those whose settle time is over, but
    for those that wait for a person and those that another replica is looking up.

    The fence stays: a sender that comes back late still knows best.
    """
    if not _is_any(session, workspace, PostState.UNKNOWN):
        return []
    statement = (
        select(PostRow.id)
        .where(
            col(PostRow.workspace) == workspace,
            _on_the_way(PostRow),
            col(PostRow.state) == PostState.UNKNOWN,
            col(PostRow.held).is_(False),
            col(PostRow.not_before) <= now,
            or_(col(PostRow.lease_until).is_(None), col(PostRow.lease_until) < now),
        )
        .order_by(col(PostRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    ids = list(session.exec(statement))
    session.execute(
        update(PostRow)
        .where(col(PostRow.id).in_(ids))
        .values(lease_until=now + patience.lease)
        .execution_options(synchronize_session=False)
    )
    return post_rows.read(session, col(PostRow.id).in_(ids))


def named(session: Session, workspace: str, key: str) -> StoredPost | None:
    """The post with this key."""
    return next(iter(post_rows.read(session, col(PostRow.workspace) == workspace, col(PostRow.key) == key)), None)


def standing_at(session: Session, workspace: str, channel: str, ts: str) -> StoredPost | None:
    """The post that became this message, None where the message is none of ours."""
    where = (col(PostRow.workspace) == workspace, col(PostRow.channel) == channel, col(PostRow.ts) == ts)
    return next(iter(post_rows.read(session, *where)), None)


def everything(session: Session, workspace: str, states: Iterable[PostState]) -> list[StoredPost]:
    """All posts in these states, the oldest first."""
    return post_rows.read(session, col(PostRow.workspace) == workspace, col(PostRow.state).in_(list(states)))


def about(session: Session, post: StoredPost) -> StoredPost | None:
    """The post that *post* reports on, None when it is no report."""
    about_id = session.exec(select(PostRow.about_id).where(col(PostRow.id) == post.id)).one()
    return None if about_id is None else post_rows.read(session, col(PostRow.id) == about_id)[0]


def reports_on(session: Session, post: StoredPost) -> list[StoredPost]:
    """The posts that report on *post*, the first one first."""
    return post_rows.read(session, col(PostRow.about_id) == post.id)


def oldest_open(session: Session, workspace: str) -> datetime | None:
    """When the oldest post that is on its way, and waits for nobody, might have been sent; None if there is none.

    A message that is to be edited is open since now: when its post was revised nobody notes. One whose edit Slack did
    not take waits for its next try and is not open until then.
    """
    statement = select(func.min(func.coalesce(PostRow.not_before, PostRow.created_at))).where(
        col(PostRow.workspace) == workspace, _on_the_way(PostRow), col(PostRow.held).is_(False)
    )
    oldest: datetime | None = session.exec(statement).one()
    now = now_in(session)
    return now if oldest is None and edits.are_open(session, workspace, now) else oldest


def _is_any(session: Session, workspace: str, state: PostState) -> bool:
    """Whether there is any post in *state*: a look that costs next to nothing, before one that does not."""
    found = select(PostRow.id).where(
        col(PostRow.workspace) == workspace, _on_the_way(PostRow), col(PostRow.state) == state
    )
    return session.exec(found.limit(1)).first() is not None


def _earlier_on_the_way(workspace: str) -> ColumnElement[bool]:
    """Whether an earlier post of the same channel may still arrive; a reply to what will not holds up nobody."""
    earlier, head = post_rows.other("earlier"), post_rows.other("head")
    lost = [PostState.PARKED, PostState.DROPPED]
    return exists().where(
        col(earlier.recipient) == col(PostRow.recipient),
        col(earlier.id) < col(PostRow.id),
        col(earlier.workspace) == workspace,
        _on_the_way(earlier),
        col(earlier.held).is_(False),
        or_(
            col(earlier.parent_id).is_(None),
            exists().where(col(head.id) == col(earlier.parent_id), col(head.state).not_in(lost)),
        ),
    )


def _sent_since(instant: datetime) -> ColumnElement[bool]:
    recent = post_rows.other("recent")
    return exists().where(col(recent.recipient) == col(PostRow.recipient), col(recent.sent_at) > instant)


def _parent_is_there() -> ColumnElement[bool]:
    parent = post_rows.other("parent")
    return or_(
        col(PostRow.parent_id).is_(None),
        exists().where(col(parent.id) == col(PostRow.parent_id), col(parent.state) == PostState.SENT),
    )


def _on_the_way(row: type[PostRow]) -> ColumnElement[bool]:
    # Written out, not bound: SQLite uses the partial index only when it reads the very same words.
    states: Any = bindparam("on_the_way", ON_THE_WAY, expanding=True, literal_execute=True, unique=True)
    return col(row.state).in_(states)


def _id_of(session: Session, workspace: str, key: str | None) -> int | None:
    if key is None:
        return None
    found = session.exec(select(PostRow.id).where(col(PostRow.workspace) == workspace, col(PostRow.key) == key)).first()
    if found is None:
        raise NoSuchPostError(key)
    return found


def _lot_of_head(session: Session, workspace: str, key: str | None) -> dict[str, Any]:
    """What a new reply takes over from the head with this key; without a head it is simply pending."""
    pending = {"parent_id": None, "state": PostState.PENDING, "held": False, "reason": None}
    if key is None:
        return pending
    statement = (
        select(PostRow.id, PostRow.state, PostRow.held)
        .where(col(PostRow.workspace) == workspace, col(PostRow.key) == key)
        # Shared, so that the head is not parked or held between our look and our end.
        .with_for_update(read=True)
    )
    head = session.exec(statement).first()
    if head is None:
        raise NoSuchPostError(key)
    head_id, state, held = head
    if state in LOST:
        return {"parent_id": head_id, "state": PostState.PARKED, "held": False, "reason": HEAD_NOT_DELIVERED}
    return pending | {"parent_id": head_id, "held": held}
