"""Who accepted to be called at night; nobody is, unless they said so."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.store.tables import NightCallRow
from bot.store.upsert import insert_into


def say(session: Session, workspace: str, user: str, *, accepted: bool, now: datetime) -> None:
    """Write down whether *user* may be called at night from now on."""
    values = {"accepted": accepted, "said_at": now}
    session.execute(
        insert_into(session, NightCallRow)
        .values(workspace=workspace, user_id=user, **values)
        .on_conflict_do_update(index_elements=["workspace", "user_id"], set_=values)
    )


def said(session: Session, workspace: str, user: str) -> bool | None:
    """Whether *user* may be called at night; None where they never said."""
    row = session.get(NightCallRow, (workspace, user), populate_existing=True)
    return row.accepted if row else None


def accepted(session: Session, workspace: str) -> frozenset[str]:
    """Everybody who may be called at night."""
    rows = session.exec(
        select(NightCallRow.user_id).where(
            col(NightCallRow.workspace) == workspace, col(NightCallRow.accepted).is_(True)
        )
    )
    return frozenset(rows)
