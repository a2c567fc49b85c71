"""The inbox: what came in, written down before it is acknowledged, handled once by its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, delete, func, or_, select, update

from bot.domain.incoming import Incoming
from bot.store.json import dumped, loaded
from bot.store.tables import InboxRow
from bot.store.upsert import insert_into, inserted

LEASE = timedelta(seconds=60)
"""How long one worker has a row to itself; after that its worker is taken for dead."""


class State(StrEnum):
    """NEW: to be acted on. ANSWERING: it was, and the person is still to be told. DONE: both."""

    NEW = "new"
    ANSWERING = "answering"
    DONE = "done"


OPEN = (State.NEW, State.ANSWERING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Something from the inbox that one worker has to itself as long as *fence* is the latest.

    `reply` is what the person is still to be told, as plain data.
    """

    id: int
    incoming: Incoming
    received_at: datetime
    state: State
    fence: int
    attempts: int
    reply: Mapping[str, Any] | None


def write(
    session: Session,
    workspace: str,
    incoming: Incoming,
    now: datetime,
    *,
    state: State = State.NEW,
    not_before: datetime | None = None,
) -> bool:
    """Write *incoming* down; False when it was there already, that is, delivered before. Nobody acts on it earlier
    than *not_before*.
    """
    statement = insert_into(session, InboxRow).on_conflict_do_nothing(index_elements=["workspace", "key"])
    return (
        inserted(
            session,
            statement.values(
                workspace=workspace,
                key=incoming.key,
                payload=dumped(incoming),
                received_at=now,
                state=state,
                fence=0,
                attempts=0,
                not_before=not_before,
            ),
        )
        == 1
    )


def claim(session: Session, workspace: str, now: datetime, *, limit: int) -> list[Entry]:
    """Take up to *limit* rows that nobody works on, oldest first."""
    ids = list(
        session.exec(
            select(InboxRow.id)
            .where(
                col(InboxRow.workspace) == workspace,
                col(InboxRow.state).in_(OPEN),
                or_(col(InboxRow.lease_until).is_(None), col(InboxRow.lease_until) <= now),
                or_(col(InboxRow.not_before).is_(None), col(InboxRow.not_before) <= now),
            )
            .order_by(col(InboxRow.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    if not ids:
        return []
    session.execute(
        update(InboxRow)
        .where(col(InboxRow.id).in_(ids))
        .values(fence=InboxRow.fence + 1, attempts=InboxRow.attempts + 1, lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    rows = session.exec(select(InboxRow).where(col(InboxRow.id).in_(ids)).order_by(col(InboxRow.id)))
    return [_entry(row) for row in rows]


def settle(session: Session, entry: Entry, state: State, *, reply: Mapping[str, Any] | None = None) -> bool:
    """Move *entry* on; False when another worker has taken it over meanwhile. Its lease goes on, for the telling."""
    return _set(session, entry, state=state, reply=reply, attempts=0)


def keep_answer(session: Session, workspace: str, key: str, reply: Mapping[str, Any] | None) -> None:
    """Let the person be told *reply* of what was written down under *key* in this very transaction."""
    state = State.DONE if reply is None else State.ANSWERING
    session.execute(
        update(InboxRow)
        .where(col(InboxRow.workspace) == workspace, col(InboxRow.key) == key)
        .values(state=state, reply=reply)
        .execution_options(synchronize_session=False)
    )


def postpone(session: Session, entry: Entry, until: datetime) -> bool:
    """Let go of *entry* until then; False when another worker has it."""
    return _set(session, entry, lease_until=until)


def oldest_open(session: Session, workspace: str) -> datetime | None:
    """When the oldest thing could have been acted on that is not acted on or told of yet, None when there is none."""
    return session.exec(
        select(func.min(func.coalesce(InboxRow.not_before, InboxRow.received_at))).where(
            col(InboxRow.workspace) == workspace, col(InboxRow.state).in_(OPEN)
        )
    ).one()


def forget(session: Session, before: datetime) -> int:
    """Remove what was done and came in before then; return how much. Slack delivers again for a day at most."""
    statement = delete(InboxRow).where(col(InboxRow.state) == State.DONE, col(InboxRow.received_at) < before)
    return session.exec(statement).rowcount


def _set(session: Session, entry: Entry, **values: Any) -> bool:
    statement = (
        update(InboxRow)
        .where(col(InboxRow.id) == entry.id, col(InboxRow.fence) == entry.fence)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return session.exec(statement).rowcount == 1


def _entry(row: InboxRow) -> Entry:
    assert row.id is not None  # noqa: S101 a flushed row has its key
    return Entry(
        id=row.id,
        incoming=loaded(Incoming, row.payload),
        received_at=row.received_at,
        state=State(row.state),
        fence=row.fence,
        attempts=row.attempts,
        reply=row.reply,
    )
