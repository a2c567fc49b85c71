"""Calls to a pager: written in the transaction of what they tell, made once each, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, or_, select, update

from bot.store.tables import WebhookRow
from bot.store.upsert import insert_into, inserted

LEASE = timedelta(seconds=60)
"""How long one worker has a call to itself; after that its worker is taken for dead, and another makes it again."""


class CallState(StrEnum):
    """PENDING: to be made. SENT: taken. PARKED: never to be made again; its reason says why."""

    PENDING = "pending"
    SENT = "sent"
    PARKED = "parked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call that one worker has to itself as long as *fence* is the latest. *stream*: what must be told in order."""

    id: int
    key: str
    stream: str
    payload: Mapping[str, Any]
    created_at: datetime
    fence: int
    attempts: int


def write(session: Session, *, key: str, stream: str, payload: Mapping[str, Any], now: datetime) -> bool:
    """Write a call down, once for each *key*; False when it was there already."""
    statement = insert_into(session, WebhookRow).on_conflict_do_nothing(index_elements=["key"])
    values = {"key": key, "stream": stream, "payload": dict(payload), "created_at": now}
    return inserted(session, statement.values(**values, state=CallState.PENDING, fence=0, attempts=0)) == 1


def latest(session: Session, stream: str) -> Mapping[str, Any] | None:
    """What was written down last for *stream*, made or not; None where nothing was."""
    of_stream = select(WebhookRow.payload).where(col(WebhookRow.stream) == stream)
    return session.exec(of_stream.order_by(col(WebhookRow.id).desc()).limit(1)).first()


def claim(session: Session, now: datetime, *, limit: int) -> list[Call]:
    """Take up to *limit* calls that nobody makes, the oldest first, and of each stream only the first still to make."""
    firsts = select(func.min(WebhookRow.id)).where(_is_pending()).group_by(WebhookRow.stream)
    ids = list(
        session.exec(
            select(WebhookRow.id)
            .where(
                col(WebhookRow.id).in_(firsts),
                # Asked again of a row that another worker held while this one looked.
                _is_pending(),
                or_(col(WebhookRow.lease_until).is_(None), col(WebhookRow.lease_until) <= now),
                or_(col(WebhookRow.not_before).is_(None), col(WebhookRow.not_before) <= now),
            )
            .order_by(col(WebhookRow.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    session.execute(
        update(WebhookRow)
        .where(col(WebhookRow.id).in_(ids))
        .values(fence=WebhookRow.fence + 1, attempts=WebhookRow.attempts + 1, lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return _read(session, ids)


def sent(session: Session, call: Call, now: datetime) -> bool:
    """The pager took it; False when another worker has taken it over meanwhile."""
    return _set(session, call, state=CallState.SENT, sent_at=now, lease_until=None, reason=None)


def postpone(session: Session, call: Call, until: datetime, *, reason: str) -> bool:
    """Let it be made again then; False when another worker has it."""
    return _set(session, call, not_before=until, lease_until=None, reason=reason)


def park(session: Session, call: Call, *, reason: str) -> bool:
    """Let it never be made again; False when another worker has it."""
    return _set(session, call, state=CallState.PARKED, lease_until=None, reason=reason)


def _is_pending() -> Any:
    return col(WebhookRow.state) == CallState.PENDING


def _set(session: Session, call: Call, **values: Any) -> bool:
    statement = (
        update(WebhookRow)
        .where(col(WebhookRow.id) == call.id, col(WebhookRow.fence) == call.fence, _is_pending())
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return session.exec(statement).rowcount == 1


def _read(session: Session, ids: list[int | None]) -> list[Call]:
    statement = select(WebhookRow).where(col(WebhookRow.id).in_(ids)).order_by(col(WebhookRow.id))
    return [_call(row) for row in session.exec(statement.execution_options(populate_existing=True))]


def _call(row: WebhookRow) -> Call:
    assert row.id is not None  # noqa: S101 a flushed row has its key
    return Call(
        id=row.id,
        key=row.key,
        stream=row.stream,
        payload=row.payload,
        created_at=row.created_at,
        fence=row.fence,
        attempts=row.attempts,
    )
