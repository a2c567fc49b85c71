"""Chore runs: who is doing which piece of outside work for a slot, until when, and how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from bot.store.tables import ChoreRunRow
from bot.store.upsert import insert_into, inserted

LOOKED_AT = 20
"""So many of the latest runs are looked at for one that failed."""


class ChoreState(StrEnum):
    """Where a chore run stands. A run whose lease ended is free again."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoreRun:
    """One piece of outside work for the slot (schedule, nominal time)."""

    schedule_id: int
    nominal: str
    chore: str


def claim(session: Session, run: ChoreRun, *, now: datetime, lease: timedelta) -> int | None:
    """Take a chore run for *lease* and return its fence; None while somebody else holds it, and once it ended."""
    if _insert(session, run, now + lease):
        return 1
    taken = update(ChoreRunRow).where(*_is(run), col(ChoreRunRow.state) == ChoreState.RUNNING)
    statement = taken.where(col(ChoreRunRow.lease_until) < now).values(
        fence=ChoreRunRow.fence + 1, lease_until=now + lease
    )
    if session.exec(statement).rowcount == 0:
        return None
    return session.exec(select(ChoreRunRow.fence).where(*_is(run))).one()


def end(session: Session, run: ChoreRun, *, fence: int, reason: str | None = None) -> bool:
    """Say how a run ended: well, or badly for *reason*. False when another took over meanwhile."""
    statement = (
        update(ChoreRunRow)
        .where(*_is(run), col(ChoreRunRow.fence) == fence, col(ChoreRunRow.state) == ChoreState.RUNNING)
        .values(state=ChoreState.FAILED if reason else ChoreState.DONE, reason=reason)
    )
    return session.exec(statement).rowcount == 1


def state_of(session: Session, run: ChoreRun) -> tuple[ChoreState, str | None]:
    """How a run that somebody began stands and, if it failed, why."""
    row = session.exec(select(ChoreRunRow).where(*_is(run))).one()
    return ChoreState(row.state), row.reason


def last_failures(session: Session, schedule_ids: Iterable[int]) -> list[str]:
    """Why the chores of these schedules failed, each chore once; one that was done since did not fail."""
    ids = sorted(schedule_ids)
    ended = select(ChoreRunRow).where(
        col(ChoreRunRow.schedule_id).in_(ids), col(ChoreRunRow.state) != ChoreState.RUNNING
    )
    rows = session.exec(ended.order_by(col(ChoreRunRow.id).desc()).limit(LOOKED_AT))
    latest: dict[str, ChoreRunRow] = {}
    for row in rows:
        latest.setdefault(row.chore, row)
    return [row.reason for row in latest.values() if row.state == ChoreState.FAILED and row.reason]


def _insert(session: Session, run: ChoreRun, lease_until: datetime) -> bool:
    statement = insert_into(session, ChoreRunRow).values(
        schedule_id=run.schedule_id,
        nominal=run.nominal,
        chore=run.chore,
        state=ChoreState.RUNNING,
        fence=1,
        lease_until=lease_until,
    )
    nothing_if_there = statement.on_conflict_do_nothing(index_elements=["schedule_id", "nominal", "chore"])
    return bool(inserted(session, nothing_if_there))


def _is(run: ChoreRun) -> tuple[ColumnElement[bool], ...]:
    return (
        col(ChoreRunRow.schedule_id) == run.schedule_id,
        col(ChoreRunRow.nominal) == run.nominal,
        col(ChoreRunRow.chore) == run.chore,
    )
