"""Slots: which nominal time of a schedule was settled, once and for all."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from sqlmodel import Session, col, select, update

from bot.domain.planning import Slot
from bot.store.chores import ChoreRun, ChoreState
from bot.store.tables import ChoreRunRow, SlotRow
from bot.store.upsert import insert_into, inserted

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class SlotState(StrEnum):
    """How a slot was settled."""

    RAN = "ran"
    SKIPPED = "skipped"


def claim(session: Session, schedule_id: int, slot: Slot, *, now: datetime, late: bool) -> bool:
    """Make this slot ours; False when it was settled before, by whomever.

    No savepoint: on SQLite one would survive the outer rollback.
    """
    return _insert(session, schedule_id, [slot], SlotState.RAN, now=now, late=late) == 1


def skip(session: Session, schedule_id: int, slots: Iterable[Slot], *, now: datetime) -> int:
    """Record slots that will never run, and return how many were not settled before."""
    return _insert(session, schedule_id, slots, SlotState.SKIPPED, now=now, late=False)


def settled(session: Session, schedule_id: int) -> list[tuple[str, SlotState, bool]]:
    """Every settled slot: nominal time, how, and whether late; oldest first."""
    rows = session.exec(
        select(SlotRow).where(col(SlotRow.schedule_id) == schedule_id).order_by(col(SlotRow.due), col(SlotRow.nominal))
    )
    return [(row.nominal, SlotState(row.state), row.late) for row in rows]


def let_go_of_chore(session: Session, run: ChoreRun, *, fence: int) -> bool:
    """End the lease of a chore run that is not finished: it is free at once. False when another took over meanwhile."""
    statement = (
        update(ChoreRunRow)
        .where(
            col(ChoreRunRow.schedule_id) == run.schedule_id,
            col(ChoreRunRow.nominal) == run.nominal,
            col(ChoreRunRow.chore) == run.chore,
            col(ChoreRunRow.fence) == fence,
            col(ChoreRunRow.state) == ChoreState.RUNNING,
        )
        .values(lease_until=_LONG_AGO)
    )
    return session.exec(statement).rowcount == 1


def nominal_text(slot: Slot) -> str:
    """The nominal time as the database keeps it: 2026-11-16T09:00."""
    return slot.nominal.isoformat(timespec="minutes")


def _insert(
    session: Session, schedule_id: int, slots: Iterable[Slot], state: SlotState, *, now: datetime, late: bool
) -> int:
    statement = insert_into(session, SlotRow).on_conflict_do_nothing(index_elements=["schedule_id", "nominal"])
    return sum(
        inserted(
            session,
            statement.values(
                schedule_id=schedule_id,
                nominal=nominal_text(slot),
                due=slot.due,
                state=state,
                late=late,
                settled_at=now,
            ),
        )
        for slot in slots
    )
