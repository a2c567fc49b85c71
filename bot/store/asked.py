"""When somebody was last written to about something, by how the keys of such posts begin."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from bot.store.tables import PostRow


@dataclass(frozen=True, kw_only=True, slots=True)
class LastPost:
    """The last post of its kind: its key, when it was written, and its place among all posts."""

    key: str
    written_at: datetime
    place: int


def last(session: Session, workspace: str, beginning: str, *, to: str) -> LastPost | None:
    """The last post to somebody whose key begins like this, whatever became of it; None where there is none."""
    return _last(session, workspace, beginning, col(PostRow.recipient) == to)


def last_after(session: Session, workspace: str, beginning: str, *, after: LastPost) -> LastPost | None:
    """The last post of those written after *after*, to anybody, whose key begins like this; None where none does."""
    return _last(session, workspace, beginning, col(PostRow.id) > after.place)


def together(session: Session, workspace: str, beginning: str, *, to: str) -> list[str]:
    """The keys of all posts to somebody that begin like this, the first one first."""
    found = select(PostRow.key).where(*_of(workspace, beginning), col(PostRow.recipient) == to)
    return list(session.exec(found.order_by(col(PostRow.id))))


def _last(session: Session, workspace: str, beginning: str, which: ColumnElement[bool]) -> LastPost | None:
    found = select(PostRow.key, PostRow.created_at, PostRow.id).where(*_of(workspace, beginning), which)
    row = session.exec(found.order_by(col(PostRow.id).desc()).limit(1)).first()
    return None if row is None else LastPost(key=row[0], written_at=row[1], place=row[2] or 0)


def _of(workspace: str, beginning: str) -> tuple[ColumnElement[bool], ...]:
    # LIKE would not tell small from capital letters on SQLite.
    return col(PostRow.workspace) == workspace, func.substr(PostRow.key, 1, len(beginning)) == beginning
