"""Messages that no longer show what their posts say: who edits which next, and what became of it.

Whoever edits a message has it alone until its row's `lease_until`, which also keeps the next edit at its distance.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, update
from sqlmodel import Session, col, select

from bot.domain.delivery import Patience, PostState, StoredPost
from bot.store import post_rows
from bot.store.tables import PostRow


def claim(session: Session, workspace: str, *, now: datetime, patience: Patience, limit: int) -> list[StoredPost]:
    """Take up to *limit* messages to edit, each as it is to look by now, oldest first. Each claim raises the fence."""
    statement = (
        select(PostRow.id)
        .where(
            _stale(workspace),
            _may_be_tried(now),
            or_(col(PostRow.lease_until).is_(None), col(PostRow.lease_until) <= now),
        )
        .order_by(col(PostRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    ids = list(session.exec(statement))
    if not ids:
        return []
    session.execute(
        update(PostRow)
        .where(col(PostRow.id).in_(ids))
        .values(fence=PostRow.fence + 1, edit_attempts=PostRow.edit_attempts + 1, lease_until=now + patience.lease)
        .execution_options(synchronize_session=False)
    )
    return post_rows.read(session, col(PostRow.id).in_(ids))


def are_open(session: Session, workspace: str, now: datetime) -> bool:
    """Whether a message is to be edited and nothing that Slack said makes it wait."""
    return bool(session.exec(select(exists().where(_stale(workspace), _may_be_tried(now)))).one())


def tries(session: Session, post: StoredPost) -> int:
    """How often the message was edited in vain since its post was last revised."""
    return session.exec(select(PostRow.edit_attempts).where(col(PostRow.id) == post.id)).one()


# Each step is a compare-and-set on the fence: False means that another replica has taken the message over.


def made(session: Session, post: StoredPost, *, next_at: datetime) -> bool:
    """Slack shows what *post* says. A later revision is edited in at *next_at*, no earlier."""
    return _step(
        session, post, shown=_at_least(post.revision), edit_attempts=0, edit_not_before=None, lease_until=next_at
    )


def put_off(session: Session, post: StoredPost, *, not_before: datetime) -> bool:
    """Slack did not take it: again at *not_before*, or as soon as the post is revised once more."""
    return _step(session, post, edit_not_before=not_before, lease_until=None)


def doubt(session: Session, post: StoredPost, *, settled_at: datetime) -> bool:
    """Slack may take it yet: nobody edits before *settled_at*, so that nothing older arrives after something newer."""
    return _step(session, post, lease_until=settled_at)


def give_up(session: Session, post: StoredPost) -> bool:
    """Slack never will take it: the message stays as it is, unless its post is revised once more."""
    return _step(session, post, shown=_at_least(post.revision), edit_attempts=0, edit_not_before=None, lease_until=None)


def overtaken(session: Session, post: StoredPost, *, next_at: datetime) -> None:
    """An edit arrived after its lease had ended, and may stand over a newer one: the newest is shown once more, no
    earlier than *next_at*.

    Whoever edits the message just now cannot tell either who was last, and loses the claim.
    """
    row = col(PostRow.lease_until)
    session.execute(
        update(PostRow)
        .where(col(PostRow.id) == post.id)
        .values(
            shown=case((col(PostRow.shown) > post.revision, post.revision), else_=col(PostRow.shown)),
            fence=PostRow.fence + 1,
            lease_until=case((row > next_at, row), else_=next_at),
        )
        .execution_options(synchronize_session=False)
    )


def _step(session: Session, post: StoredPost, **values: Any) -> bool:
    statement = (
        update(PostRow)
        .where(col(PostRow.id) == post.id, col(PostRow.fence) == post.fence)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return session.connection().execute(statement).rowcount == 1


def _at_least(revision: int) -> ColumnElement[int]:
    return case((col(PostRow.shown) < revision, revision), else_=col(PostRow.shown))


def _stale(workspace: str) -> ColumnElement[bool]:
    # The comparison stands as it does in the partial index, which holds no others.
    return and_(
        col(PostRow.workspace) == workspace,
        col(PostRow.shown) < col(PostRow.revision),
        col(PostRow.state) == PostState.SENT,
    )


def _may_be_tried(now: datetime) -> ColumnElement[bool]:
    return or_(col(PostRow.edit_not_before).is_(None), col(PostRow.edit_not_before) <= now)
