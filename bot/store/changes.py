"""Change marks of products."""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from bot.domain.changing import Change, ChangeKind
from bot.store.tables import ChangeRow
from bot.store.upsert import insert_into, inserted


def note(session: Session, product_id: int, change: Change) -> bool:
    """Write *change* down, once for its key; False where it was there."""
    statement = insert_into(session, ChangeRow).values(
        product_id=product_id,
        key=change.key,
        at=change.at,
        what=change.what,
        kind=change.kind,
        noted_by=change.noted_by,
        noted_at=change.noted_at,
    )
    return inserted(session, statement.on_conflict_do_nothing()) == 1


def forget(session: Session, product_id: int, key: str) -> bool:
    """Take the change with this key back; False where it was not there any more."""
    statement = delete(ChangeRow).where(col(ChangeRow.product_id) == product_id, col(ChangeRow.key) == key)
    return session.exec(statement).rowcount == 1


def of_product(session: Session, product_id: int, *, since: datetime, until: datetime) -> list[Change]:
    """The changes from *since* to *until*, both included, oldest first."""
    rows = session.exec(
        select(ChangeRow)
        .where(col(ChangeRow.product_id) == product_id, col(ChangeRow.at) >= since, col(ChangeRow.at) <= until)
        .order_by(col(ChangeRow.at), col(ChangeRow.id))
    )
    return [
        Change(
            key=row.key,
            at=row.at,
            what=row.what,
            kind=ChangeKind(row.kind),
            noted_by=row.noted_by,
            noted_at=row.noted_at,
        )
        for row in rows
    ]
