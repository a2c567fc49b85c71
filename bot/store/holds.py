"""Holds: methods of Slack that nobody may call for a while. Met by one replica, kept by all."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.store.tables import HoldRow
from bot.store.upsert import insert_into

EVERYTHING = "*"
"""The method name that stands for all of them: the whole workspace is out of reach."""


def put(session: Session, workspace: str, method: str, until: datetime) -> None:
    """Nobody calls *method* before *until*; a hold that ends later stays."""
    statement = insert_into(session, HoldRow).values(workspace=workspace, method=method, until=until)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace", "method"],
            set_={"until": until},
            where=col(HoldRow.until) < until,
        )
    )


def until(session: Session, workspace: str, method: str, now: datetime) -> datetime | None:
    """When *method* may be called again, None if it may be called now."""
    statement = select(func.max(HoldRow.until)).where(
        col(HoldRow.workspace) == workspace, col(HoldRow.method).in_([method, EVERYTHING]), col(HoldRow.until) > now
    )
    return session.exec(statement).one()
