"""Rows of the outbox, read as the posts they are."""

from functools import cache

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bot.domain.delivery import PostState, StoredPost
from bot.store.tables import PostRow

_OF_THE_ROW_ONLY = {"blocks", "state", "about_id", "shown", "edit_attempts", "edit_not_before"}


@cache
def other(part: str) -> type[PostRow]:
    """Another row of the outbox in the same statement, by the part it plays there; to make a new alias each time takes
    longer than most statements.
    """
    return aliased(PostRow, name=part)


def read(session: Session, *where: ColumnElement[bool]) -> list[StoredPost]:
    """The posts of which all of this holds, each with the ts of the message whose thread it joins, oldest first."""
    parent = other("parent")
    statement = (
        select(PostRow, col(parent.ts))
        .outerjoin(parent, col(parent.id) == col(PostRow.parent_id))
        .where(*where)
        .order_by(col(PostRow.id))
        .execution_options(populate_existing=True)
    )
    return [_post(row, parent_ts) for row, parent_ts in session.exec(statement)]


def _post(row: PostRow, parent_ts: str | None) -> StoredPost:
    kept = row.model_dump(exclude=_OF_THE_ROW_ONLY)
    return StoredPost(**kept, blocks=tuple(row.blocks), state=PostState(row.state), parent_ts=parent_ts)
