"""Follow-ups of incidents: written down at once, and a fix as soon as the product has a review that it can join."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from bot.domain.fixes import FixKind, FixState
from bot.domain.follow_ups import FollowUp, NewFollowUp
from bot.store.tables import FixRow, FollowUpRow, IncidentRow


def add(session: Session, incident_id: int, new: NewFollowUp, *, by: str, now: datetime) -> FollowUp:
    """Write a follow-up of an incident down; it is no fix yet."""
    row = FollowUpRow(
        incident_id=incident_id,
        title=new.title,
        kind=new.kind,
        owner=new.owner,
        due=new.due,
        created_by=by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _follow_up(row, None)


def of_incidents(session: Session, incident_ids: Iterable[int]) -> list[FollowUp]:
    """The follow-ups of these incidents, the oldest first, each as its fix is now."""
    return _read(session, col(FollowUpRow.incident_id).in_(list(incident_ids)))


def waiting(session: Session, product_id: int) -> list[FollowUp]:
    """The follow-ups of a product that are no fix yet, the oldest first; nobody else gets them meanwhile."""
    rows = session.exec(
        select(FollowUpRow)
        .join(IncidentRow, col(IncidentRow.id) == col(FollowUpRow.incident_id))
        .where(col(IncidentRow.product_id) == product_id, col(FollowUpRow.fix_id).is_(None))
        .order_by(col(FollowUpRow.id))
        .with_for_update(of=FollowUpRow)
        .execution_options(populate_existing=True)
    )
    return [_follow_up(row, None) for row in rows]


def became(session: Session, follow_up_id: int, fix_id: int) -> None:
    """Say which fix a follow-up has become."""
    session.exec(
        update(FollowUpRow)
        .where(col(FollowUpRow.id) == follow_up_id)
        .values(fix_id=fix_id)
        .execution_options(synchronize_session="fetch")
    )


def take_back(session: Session, follow_up_id: int) -> bool:
    """Forget a follow-up; False where it is a fix already, or gone."""
    statement = delete(FollowUpRow).where(col(FollowUpRow.id) == follow_up_id, col(FollowUpRow.fix_id).is_(None))
    return session.exec(statement).rowcount == 1


def with_id(session: Session, follow_up_id: int) -> FollowUp | None:
    """The follow-up of this id, None where there is none."""
    return next(iter(_read(session, col(FollowUpRow.id) == follow_up_id)), None)


def _read(session: Session, *where: ColumnElement[bool]) -> list[FollowUp]:
    rows = session.exec(
        select(FollowUpRow, FixRow)
        .join(FixRow, col(FixRow.id) == col(FollowUpRow.fix_id), isouter=True)
        .where(*where)
        .order_by(col(FollowUpRow.id))
        .execution_options(populate_existing=True)
    )
    return [_follow_up(row, fix) for row, fix in rows]


def _follow_up(row: FollowUpRow, fix: FixRow | None) -> FollowUp:
    assert row.id is not None  # noqa: S101 a flushed row has its key
    now: FollowUpRow | FixRow = fix or row
    return FollowUp(
        id=row.id,
        incident_id=row.incident_id,
        title=now.title,
        kind=FixKind(now.kind),
        owner=now.owner,
        due=now.due,
        created_by=row.created_by,
        created_at=row.created_at,
        fix_id=row.fix_id,
        state=FixState(fix.state) if fix else None,
    )
