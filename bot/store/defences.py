"""What a team has in place against made-up facts."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from bot.domain.defences import Defence, all_layers
from bot.domain.failure_modes import Layer
from bot.errors import UserError
from bot.store.tables import DefenceRow
from bot.store.upsert import insert_into, inserted


class DefenceChangedError(UserError):
    """Somebody else changed this layer of defence after it was read; *by* is who."""

    def __init__(self, by: str | None) -> None:
        super().__init__("Somebody was faster; yours was not saved. Look at it again, then repeat it.")
        self.by = by


def of_product(session: Session, product_id: int) -> tuple[Defence, ...]:
    """The four layers in their order, those nobody spoke of too."""
    rows = session.exec(
        select(DefenceRow).where(col(DefenceRow.product_id) == product_id).execution_options(populate_existing=True)
    )
    return all_layers(_defence(row) for row in rows)


def save(session: Session, product_id: int, defence: Defence, *, by: str, now: datetime) -> None:
    """Keep *defence* in place of what it was read as. Raises `DefenceChangedError` where somebody was first."""
    values: dict[str, Any] = {
        "in_place": defence.in_place,
        "what": defence.what,
        "owner": defence.owner,
        "changed_by": by,
        "changed_at": now,
        "version": defence.version + 1,
    }
    if not _written(session, product_id, defence, values):
        raise DefenceChangedError(changed_by(session, product_id, defence.layer))


def changed_by(session: Session, product_id: int, layer: Layer) -> str | None:
    """Who spoke of a layer last; None where nobody did."""
    asked = select(DefenceRow.changed_by).where(
        col(DefenceRow.product_id) == product_id, col(DefenceRow.layer) == layer
    )
    return session.exec(asked).first()


def _written(session: Session, product_id: int, defence: Defence, values: dict[str, Any]) -> bool:
    if defence.version == 0:
        new = insert_into(session, DefenceRow).values(product_id=product_id, layer=defence.layer, **values)
        return inserted(session, new.on_conflict_do_nothing()) == 1
    changed = (
        update(DefenceRow)
        .where(
            col(DefenceRow.product_id) == product_id,
            col(DefenceRow.layer) == defence.layer,
            col(DefenceRow.version) == defence.version,
        )
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(changed).rowcount == 1


def _defence(row: DefenceRow) -> Defence:
    return Defence(layer=Layer(row.layer), in_place=row.in_place, what=row.what, owner=row.owner, version=row.version)
