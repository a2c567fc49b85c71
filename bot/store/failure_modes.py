"""What a team said of its product's failure modes."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from bot.domain.failure_modes import FailureMode, Level, business_of, modes_of
from bot.domain.product import Product
from bot.errors import UserError
from bot.store.tables import FailureModeRow
from bot.store.upsert import insert_into, inserted


class FailureModeChangedError(UserError):
    """Somebody else changed this failure mode after it was read; *by* is who."""

    def __init__(self, by: str | None) -> None:
        super().__init__("Somebody was faster; yours was not saved. Look at it again, then repeat it.")
        self.by = by


def of_product(session: Session, product: Product) -> tuple[FailureMode, ...]:
    """The failure modes of a product: the start set as the team put it right, and their own."""
    return modes_of(product.record, said(session, product.id))


def said(session: Session, product_id: int) -> list[FailureMode]:
    """What the team said, as it was said, the retired ones too; the start set is not in it."""
    rows = session.exec(
        select(FailureModeRow)
        .where(col(FailureModeRow.product_id) == product_id)
        .order_by(col(FailureModeRow.id))
        .execution_options(populate_existing=True)
    )
    return [_mode(row) for row in rows]


def save(session: Session, product_id: int, mode: FailureMode, *, by: str, now: datetime) -> None:
    """Keep *mode* in place of what it was read as. Raises `FailureModeChangedError` where somebody was first."""
    values: dict[str, Any] = {
        "name": mode.name,
        "severity": mode.severity,
        "likelihood": mode.likelihood,
        "blocking": mode.blocking,
        "seen": mode.seen,
        "recovery": mode.recovery,
        "fallback": mode.fallback,
        "below_confidence": mode.below_confidence,
        "owner": mode.owner,
        "retired": mode.retired,
        "changed_by": by,
        "changed_at": now,
        "version": mode.version + 1,
    }
    if not _written(session, product_id, mode, values):
        raise FailureModeChangedError(changed_by(session, product_id, mode.key))


def changed_by(session: Session, product_id: int, key: str) -> str | None:
    """Who changed a failure mode last; None where it is as the start set has it."""
    asked = select(FailureModeRow.changed_by).where(
        col(FailureModeRow.product_id) == product_id, col(FailureModeRow.key) == key
    )
    return session.exec(asked).first()


def _written(session: Session, product_id: int, mode: FailureMode, values: dict[str, Any]) -> bool:
    if mode.version == 0:
        new = insert_into(session, FailureModeRow).values(product_id=product_id, key=mode.key, **values)
        return inserted(session, new.on_conflict_do_nothing()) == 1
    changed = (
        update(FailureModeRow)
        .where(
            col(FailureModeRow.product_id) == product_id,
            col(FailureModeRow.key) == mode.key,
            col(FailureModeRow.version) == mode.version,
        )
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(changed).rowcount == 1


def _mode(row: FailureModeRow) -> FailureMode:
    return FailureMode(
        key=row.key,
        name=row.name,
        severity=Level(row.severity),
        likelihood=Level(row.likelihood) if row.likelihood else None,
        blocking=row.blocking,
        seen=row.seen,
        recovery=row.recovery,
        fallback=row.fallback,
        below_confidence=row.below_confidence,
        owner=row.owner,
        business=business_of(row.key),
        retired=row.retired,
        version=row.version,
    )
