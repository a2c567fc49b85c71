"""User groups as Slack last described them: who stands for them when one of them owns something."""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.people import Group
from bot.store.tables import GroupRow
from bot.store.upsert import insert_into


def keep(session: Session, workspace: str, group: Group, now: datetime) -> None:
    """Write down how Slack describes *group* now."""
    values = {"handle": group.handle, "name": group.name, "members": list(group.members), "seen_at": now}
    session.execute(
        insert_into(session, GroupRow)
        .values(workspace=workspace, group_id=group.id, **values)
        .on_conflict_do_update(index_elements=["workspace", "group_id"], set_=values)
    )


def known(session: Session, workspace: str, group_id: str) -> Group | None:
    """A group as Slack last described it, however long ago; None where nobody asked yet."""
    row = session.exec(_of(workspace).where(col(GroupRow.group_id) == group_id)).first()
    return _group(row) if row else None


def everything(session: Session, workspace: str) -> list[Group]:
    """Every group that was ever asked for, by its handle."""
    return [_group(row) for row in session.exec(_of(workspace).order_by(col(GroupRow.handle), col(GroupRow.group_id)))]


def _of(workspace: str) -> SelectOfScalar[GroupRow]:
    # Written by a statement beside the session: what the session remembers may be older.
    return select(GroupRow).where(col(GroupRow.workspace) == workspace).execution_options(populate_existing=True)


def _group(row: GroupRow) -> Group:
    return Group(id=row.group_id, handle=row.handle, name=row.name, members=tuple(row.members))
