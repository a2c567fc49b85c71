"""Who answers for what; every change is kept beside it, and of two who change the same at once one wins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from bot.domain.ownership import Did, Happened, Origin, Ownership
from bot.errors import UserError
from bot.store.tables import OwnershipEventRow, OwnershipRow, ProductRow
from bot.store.upsert import insert_into, inserted


class OwnershipChangedError(UserError):
    """Somebody else changed this after it was read: *now* is how it stands, *by* who did it."""

    def __init__(self, now: Ownership | None, by: str | None) -> None:
        super().__init__("Somebody was faster; yours was not saved. Look at it again, then repeat it.")
        self.now = now
        self.by = by


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnershipEvent:
    """What happened to an ownership. *before* and *after*: its owners, backup, yeses and absences, as plain data."""

    at: datetime
    by: str
    what: Did
    origin: Origin
    responsibility: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


def of_product(session: Session, product_id: int) -> dict[str, Ownership]:
    """Everything that somebody was ever named for in a product, by responsibility."""
    rows = session.exec(
        select(OwnershipRow)
        .where(col(OwnershipRow.product_id) == product_id)
        .order_by(col(OwnershipRow.id))
        .execution_options(populate_existing=True)
    )
    return {row.responsibility: _ownership(row) for row in rows}


def one(session: Session, product_id: int, responsibility: str) -> Ownership | None:
    """One ownership as it is now; None where nobody was ever named."""
    return of_product(session, product_id).get(responsibility)


def naming(session: Session, holder: str) -> list[Ownership]:
    """Every ownership of a product that was not put away which names *holder*, a person or a group."""
    return [one for one in everything(session) if holder in one.named]


def everything(session: Session) -> list[Ownership]:
    """Every ownership of every product that was not put away, by product."""
    rows = session.exec(
        select(OwnershipRow)
        .join(ProductRow, col(ProductRow.id) == col(OwnershipRow.product_id))
        .where(col(ProductRow.archived_at).is_(None))
        .order_by(col(OwnershipRow.product_id), col(OwnershipRow.id))
        .execution_options(populate_existing=True)
    )
    return [_ownership(row) for row in rows]


def save(session: Session, after: Ownership, happened: Happened) -> Ownership:
    """Keep *after* in place of what it was read as, and write down what happened.

    Raises `OwnershipChangedError` where somebody was first; then nothing is kept.
    """
    before = one(session, after.product_id, after.responsibility)
    if not _written(session, after):
        now = one(session, after.product_id, after.responsibility)
        raise OwnershipChangedError(now, _last_by(session, after))
    session.add(
        OwnershipEventRow(
            product_id=after.product_id,
            responsibility=after.responsibility,
            at=happened.at,
            user_id=happened.by,
            what=happened.what,
            origin=happened.origin,
            before=_plain(before) if before else None,
            after=_plain(after),
        )
    )
    session.flush()
    kept = one(session, after.product_id, after.responsibility)
    assert kept is not None  # noqa: S101 it was written in this transaction
    return kept


def history(session: Session, product_id: int, responsibility: str | None = None) -> list[OwnershipEvent]:
    """What happened to a product's ownerships (or to one of them), the first thing first."""
    asked = select(OwnershipEventRow).where(col(OwnershipEventRow.product_id) == product_id)
    if responsibility is not None:
        asked = asked.where(col(OwnershipEventRow.responsibility) == responsibility)
    return [_event(row) for row in session.exec(asked.order_by(col(OwnershipEventRow.id)))]


def _written(session: Session, after: Ownership) -> bool:
    values = {
        "owners": list(after.owners),
        "backup": after.backup,
        "since": after.since,
        "set_by": after.set_by,
        "set_at": after.set_at,
        "confirmed_at": after.confirmed_at,
        "accepted": list(after.accepted),
        "away": dict(after.away),
        "version": after.version + 1,
    }
    if after.version == 0:
        new = insert_into(session, OwnershipRow).values(
            product_id=after.product_id, responsibility=after.responsibility, **values
        )
        return inserted(session, new.on_conflict_do_nothing()) == 1
    changed = (
        update(OwnershipRow)
        .where(
            col(OwnershipRow.product_id) == after.product_id,
            col(OwnershipRow.responsibility) == after.responsibility,
            col(OwnershipRow.version) == after.version,
        )
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(changed).rowcount == 1


def _last_by(session: Session, of: Ownership) -> str | None:
    return session.exec(
        select(OwnershipEventRow.user_id)
        .where(
            col(OwnershipEventRow.product_id) == of.product_id,
            col(OwnershipEventRow.responsibility) == of.responsibility,
        )
        .order_by(col(OwnershipEventRow.id).desc())
    ).first()


def _plain(ownership: Ownership) -> dict[str, Any]:
    return {
        "owners": list(ownership.owners),
        "backup": ownership.backup,
        "accepted": list(ownership.accepted),
        "away": dict(ownership.away),
    }


def _ownership(row: OwnershipRow) -> Ownership:
    return Ownership(
        product_id=row.product_id,
        responsibility=row.responsibility,
        owners=tuple(row.owners),
        backup=row.backup,
        since=row.since,
        set_by=row.set_by,
        set_at=row.set_at,
        confirmed_at=row.confirmed_at,
        accepted=tuple(row.accepted),
        away=row.away,
        version=row.version,
    )


def _event(row: OwnershipEventRow) -> OwnershipEvent:
    return OwnershipEvent(
        at=row.at,
        by=row.user_id,
        what=Did(row.what),
        origin=Origin(row.origin),
        responsibility=row.responsibility,
        before=row.before,
        after=row.after,
    )
