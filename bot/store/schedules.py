"""Schedules: when each ritual of each product is next due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select, update

from bot.domain.planning import At
from bot.domain.product import Product
from bot.errors import UserError
from bot.store.tables import ProductRow, ScheduleRow


class NoScheduleError(UserError):
    """The product has no such ritual on a schedule."""

    def __init__(self, ritual: str, product: str) -> None:
        super().__init__(
            f"“{product}” has no schedule for {ritual}. Make one: "
            f'muster schedule set {ritual} --product {product} --at "mon 09:00"'
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """When a ritual of a product runs. `max_late` None: the default of its period. `failures` counts runs that broke
    since the last that went well; until `retry_at` nobody tries again.
    """

    id: int
    product_id: int
    ritual: str
    at: At
    next_due: datetime
    max_late: timedelta | None
    paused: bool
    options: Mapping[str, Any]
    failures: int


def put(
    session: Session, product: Product, ritual: str, *, at: At, next_due: datetime, options: Mapping[str, Any]
) -> Schedule:
    """Give a product's ritual this time; what ran at the old one stays on record."""
    row = _row(session, product.id, ritual) or ScheduleRow(
        product_id=product.id, ritual=ritual, at=str(at), next_due=next_due
    )
    row.at, row.next_due, row.options = str(at), next_due, dict(options)
    row.failures, row.retry_at = 0, None
    session.add(row)
    session.flush()
    return _schedule(row)


def pause(session: Session, product: Product, ritual: str) -> Schedule:
    """Let a ritual rest. Raises `NoScheduleError`."""
    return _set(session, product, ritual, paused=True)


def resume(session: Session, product: Product, ritual: str, *, next_due: datetime) -> Schedule:
    """Let a ritual run again from *next_due* on: its rest is not caught up. Raises `NoScheduleError`."""
    return _set(session, product, ritual, paused=False, next_due=next_due, failures=0, retry_at=None)


def named(session: Session, product: Product, ritual: str) -> Schedule:
    """The schedule of a product's ritual. Raises `NoScheduleError`."""
    row = _row(session, product.id, ritual)
    if row is None:
        raise NoScheduleError(ritual, product.key)
    return _schedule(row)


def of_product(session: Session, product_id: int) -> list[Schedule]:
    """All schedules of a product, by ritual."""
    rows = session.exec(
        select(ScheduleRow).where(col(ScheduleRow.product_id) == product_id).order_by(col(ScheduleRow.ritual))
    )
    return [_schedule(row) for row in rows]


def due(session: Session, now: datetime, *, limit: int = 1000) -> list[Schedule]:
    """What is due and may be tried now, the longest overdue first; nothing of archived products."""
    statement = (
        select(ScheduleRow)
        .join(ProductRow)
        .where(
            col(ScheduleRow.next_due) <= now,
            col(ScheduleRow.paused).is_(False),
            or_(col(ScheduleRow.retry_at).is_(None), col(ScheduleRow.retry_at) <= now),
            col(ProductRow.archived_at).is_(None),
        )
        .order_by(col(ScheduleRow.next_due), col(ScheduleRow.id))
        .limit(limit)
    )
    return [_schedule(row) for row in session.exec(statement)]


def advance(session: Session, schedule: Schedule, next_due: datetime) -> bool:
    """Move on to *next_due* after a slot was settled; False when somebody changed or paused the schedule meanwhile."""
    statement = (
        update(ScheduleRow)
        .where(
            col(ScheduleRow.id) == schedule.id,
            col(ScheduleRow.next_due) == schedule.next_due,
            col(ScheduleRow.at) == str(schedule.at),
            col(ScheduleRow.paused).is_(False),
        )
        .values(next_due=next_due, failures=0, retry_at=None)
    )
    return session.exec(statement).rowcount == 1


def note_failure(session: Session, schedule: Schedule, *, retry_at: datetime) -> None:
    """Remember that a run broke, and not to try before *retry_at*."""
    session.exec(
        update(ScheduleRow)
        .where(col(ScheduleRow.id) == schedule.id)
        .values(failures=schedule.failures + 1, retry_at=retry_at)
    )


def _set(session: Session, product: Product, ritual: str, **values: Any) -> Schedule:
    schedule = named(session, product, ritual)
    session.exec(update(ScheduleRow).where(col(ScheduleRow.id) == schedule.id).values(**values))
    session.expire_all()
    return named(session, product, ritual)


def _row(session: Session, product_id: int, ritual: str) -> ScheduleRow | None:
    return session.exec(
        select(ScheduleRow).where(col(ScheduleRow.product_id) == product_id, col(ScheduleRow.ritual) == ritual)
    ).first()


def _schedule(row: ScheduleRow) -> Schedule:
    assert row.id is not None  # noqa: S101 a flushed row has its key
    return Schedule(
        id=row.id,
        product_id=row.product_id,
        ritual=row.ritual,
        at=At.parse(row.at),
        next_due=row.next_due,
        max_late=None if row.max_late_s is None else timedelta(seconds=row.max_late_s),
        paused=row.paused,
        options=row.options,
        failures=row.failures,
    )
