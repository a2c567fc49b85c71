"""The audit log: who did what, and what was refused. Rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from bot.domain.product import Product
from bot.store.products import LOCAL_WORKSPACE
from bot.store.tables import AuditRow


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something a person did, or was refused.

    `before` is how the thing looked before, as plain data, where that can be brought back; `version` is the product's
    version that it led to.
    """

    id: int
    at: datetime
    user: str
    what: str
    outcome: Outcome
    product_id: int | None
    detail: str
    before: dict[str, Any] | None
    version: int | None


def done(
    session: Session,
    *,
    user: str,
    what: str,
    now: datetime,
    product: Product | None = None,
    detail: str = "",
    before: dict[str, Any] | None = None,
) -> int:
    """Write down what *user* did and return its id; *product* as it is now."""
    row = AuditRow(
        workspace=LOCAL_WORKSPACE,
        at=now,
        user_id=user,
        what=what,
        outcome=Outcome.DONE,
        product_id=product.id if product else None,
        detail=detail,
        before=before,
        version=product.version if product else None,
    )
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 a flushed row has its key
    return row.id


def did(session: Session, *, user: str, what: str) -> bool:
    """Whether *user* ever did *what*."""
    found = select(AuditRow.id).where(
        col(AuditRow.user_id) == user, col(AuditRow.what) == what, col(AuditRow.outcome) == Outcome.DONE
    )
    return session.exec(found.limit(1)).first() is not None


def refused(session: Session, *, user: str, what: str, reason: str, now: datetime) -> None:
    """Write down that *user* was not let do *what*."""
    session.add(
        AuditRow(workspace=LOCAL_WORKSPACE, at=now, user_id=user, what=what, outcome=Outcome.REFUSED, detail=reason)
    )


def with_id(session: Session, deed_id: int) -> Deed | None:
    """The deed of this id, None where there is none."""
    row = session.get(AuditRow, deed_id)
    return _deed(row) if row else None


def of_product(session: Session, product_id: int, *, since_version: int = 0) -> list[Deed]:
    """What was done to a product, oldest first; only what led to a version after *since_version*."""
    rows = session.exec(
        select(AuditRow)
        .where(col(AuditRow.product_id) == product_id, col(AuditRow.version) > since_version)
        .order_by(col(AuditRow.id))
    )
    return [_deed(row) for row in rows]


def latest(session: Session, product_id: int, what: str, *, detail: str | None = None) -> Deed | None:
    """The last time that *what* was done to a product, with this *detail* if one is given; None where it never was."""
    found = select(AuditRow).where(col(AuditRow.product_id) == product_id, col(AuditRow.what) == what)
    if detail is not None:
        found = found.where(col(AuditRow.detail) == detail)
    row = session.exec(found.order_by(col(AuditRow.id).desc()).limit(1)).first()
    return _deed(row) if row else None


def everything(session: Session) -> list[Deed]:
    """The whole log, oldest first."""
    return [_deed(row) for row in session.exec(select(AuditRow).order_by(col(AuditRow.id)))]


def _deed(row: AuditRow) -> Deed:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return Deed(
        id=row.id,
        at=row.at,
        user=row.user_id,
        what=row.what,
        outcome=Outcome(row.outcome),
        product_id=row.product_id,
        detail=row.detail,
        before=row.before,
        version=row.version,
    )
