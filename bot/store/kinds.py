"""Kinds of error in the team's own words; two can be merged, and history follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from bot.domain.text import one_line
from bot.store.tables import ErrorKindRow
from bot.store.upsert import insert_into, inserted


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorKind:
    """A kind of error as a team calls it."""

    id: int
    product_id: int
    name: str
    created_by: str
    created_at: datetime


def of_product(session: Session, product_id: int) -> list[ErrorKind]:
    """A product's kinds of error, those merged into others left out, the first one first."""
    rows = session.exec(
        select(ErrorKindRow)
        .where(col(ErrorKindRow.product_id) == product_id, col(ErrorKindRow.merged_into).is_(None))
        .order_by(col(ErrorKindRow.id))
    )
    return [_kind(row) for row in rows]


def called(session: Session, product_id: int, name: str, *, by: str, now: datetime) -> ErrorKind:
    """The kind with this name, made if there is none; case and white space do not matter, a merged one is followed."""
    shown, folded = one_line(name).strip(), " ".join(name.casefold().split())
    statement = insert_into(session, ErrorKindRow).on_conflict_do_nothing(index_elements=["product_id", "folded"])
    inserted(session, statement.values(product_id=product_id, name=shown, folded=folded, created_by=by, created_at=now))
    row = session.exec(
        select(ErrorKindRow).where(col(ErrorKindRow.product_id) == product_id, col(ErrorKindRow.folded) == folded)
    ).one()
    return _kind(_followed(session, row))


def merge(session: Session, merged: int, into: int) -> None:
    """Let the kind *merged* be *into* from now on, also in what was said before."""
    session.exec(
        update(ErrorKindRow)
        .where((col(ErrorKindRow.id) == merged) | (col(ErrorKindRow.merged_into) == merged))
        .values(merged_into=into)
        .execution_options(synchronize_session="fetch")
    )


def names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """What these kinds are called now, by their ids."""
    rows = session.exec(select(ErrorKindRow).where(col(ErrorKindRow.id).in_(list(ids))))
    return {row.id: _followed(session, row).name for row in rows if row.id is not None}


def _followed(session: Session, row: ErrorKindRow) -> ErrorKindRow:
    if row.merged_into is None:
        return row
    target = session.get(ErrorKindRow, row.merged_into)
    return row if target is None else target


def _kind(row: ErrorKindRow) -> ErrorKind:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return ErrorKind(
        id=row.id, product_id=row.product_id, name=row.name, created_by=row.created_by, created_at=row.created_at
    )
