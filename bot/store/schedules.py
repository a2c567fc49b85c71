"""Schedules: when each ritual of each product is next due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, or_, select, update

from bot.domain import planning
from bot.domain.planning import At
from bot.domain.product import Product
from bot.domain.window import zone_named
from bot.errors import UserError
from bot.store import slots
from bot.store.tables import ProductRow, ScheduleRow


class NoScheduleError(UserError):
    """The product has no such ritual on a schedule."""

    def __init__(self, ritual: str, product: str) -> None:
        super().__init__(
            f"“{product}” has no schedule for {ritual}. Make one: "
            f'muster schedule set {ritual} --product {product} --at "mon 09:00"'
        )


class GoneScheduleError(UserError):
    """The schedule was there a moment ago."""

    def __init__(self) -> None:
        super().__init__("This schedule is not there any more.")


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Overdue:
    """A schedule that is due, as far as it can be read without understanding it."""

    id: int
    product_id: int
    ritual: str
    next_due: datetime
    failures: int


def put(
    session: Session,
    product: Product,
    ritual: str,
    *,
    at: At,
    next_due: datetime,
    options: Mapping[str, Any],
    now: datetime | None = None,
) -> Schedule:
    """Give a product's ritual this time, from *next_due* on; what ran at the old one stays on record.

    A slot that is due at *now* and has not run yet is not lost without a word: where the time on the wall stays, it
    still runs (in the product's new zone, if that changed); where the time changes, it is put on record as skipped.
    Without *now* nothing is taken to be due.
    """
    row = _row(session, product.id, ritual)
    if row is None:
        row = ScheduleRow(product_id=product.id, ritual=ritual, at=str(at), next_due=next_due)
    elif now is not None and row.next_due <= now and not row.paused:
        next_due = _settle_due(session, row, product, at, next_due=next_due, now=now)
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


def with_id(session: Session, schedule_id: int) -> Schedule:
    """The schedule with this id. Raises `UserError` when its time cannot be read, `GoneScheduleError`."""
    row = session.exec(select(ScheduleRow).where(col(ScheduleRow.id) == schedule_id)).first()
    if row is None:
        raise GoneScheduleError
    return _schedule(row)


def due(session: Session, now: datetime, *, limit: int = 1000) -> list[Overdue]:
    """What is due and may be tried now, the longest overdue first; nothing of archived products."""
    statement = (
        select(ScheduleRow)
        .join(ProductRow)
        .where(
            col(ScheduleRow.next_due) <= now,
            col(ScheduleRow.paused).is_(False),
            or_(col(ScheduleRow.retry_at).is_(None), col(ScheduleRow.retry_at) <= now),
            col(ProductRow.archived_at).is_(None),
            col(ProductRow.team_channel).is_not(None),
        )
        .order_by(col(ScheduleRow.next_due), col(ScheduleRow.id))
        .limit(limit)
    )
    return [
        Overdue(id=row.id, product_id=row.product_id, ritual=row.ritual, next_due=row.next_due, failures=row.failures)
        for row in session.exec(statement)
        if row.id is not None
    ]


def next_due(session: Session) -> datetime | None:
    """When the next schedule that does not rest is due, None where there is none."""
    running = (col(ScheduleRow.paused).is_(False), col(ProductRow.archived_at).is_(None))
    return session.exec(select(func.min(ScheduleRow.next_due)).join(ProductRow).where(*running)).one()


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


def note_failure(session: Session, overdue: Overdue, *, retry_at: datetime) -> bool:
    """Remember that a run broke, and not to try before *retry_at*; False when somebody settled or noted it before."""
    statement = (
        update(ScheduleRow)
        .where(
            col(ScheduleRow.id) == overdue.id,
            col(ScheduleRow.next_due) == overdue.next_due,
            col(ScheduleRow.failures) == overdue.failures,
        )
        .values(failures=overdue.failures + 1, retry_at=retry_at)
    )
    return session.exec(statement).rowcount == 1


def _settle_due(
    session: Session, row: ScheduleRow, product: Product, at: At, *, next_due: datetime, now: datetime
) -> datetime:
    """What becomes of the due slots of *row*, which is about to get another time; returns from when on it is due."""
    if row.at == str(at):
        return row.next_due
    old = _schedule(row)
    zone = zone_named(product.timezone)
    plan = planning.catch_up(old.at, zone, next_due=old.next_due, now=now, max_late=old.max_late)
    missed = [*plan.skipped, *([plan.run] if plan.run else [])]
    # The new time may make the very same slot due later: that one is not skipped, it is moved.
    ahead = next_due.astimezone(zone).replace(tzinfo=None)
    slots.skip(session, old.id, [slot for slot in missed if slot.nominal != ahead], now=now)
    return next_due


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
