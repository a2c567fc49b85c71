"""Heartbeats: the last turn of each loop of each process."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from bot.store.tables import HeartbeatRow


@dataclass(frozen=True, slots=True)
class Replica:
    """A process that runs Muster's loops: its own name, and the host it runs on."""

    name: str
    host: str


def beat(session: Session, replica: Replica, loop: str, now: datetime) -> None:
    """Say that *loop* of *replica* has just turned."""
    session.merge(HeartbeatRow(replica=replica.name, loop=loop, host=replica.host, at=now))
    session.flush()


def forget(session: Session, before: datetime) -> None:
    """Drop the heartbeats of processes that have long ended."""
    session.exec(delete(HeartbeatRow).where(col(HeartbeatRow.at) < before))


def leave(session: Session, replica: Replica) -> None:
    """Say good-bye: *replica* has ended in good order."""
    session.exec(delete(HeartbeatRow).where(col(HeartbeatRow.replica) == replica.name))


def latest(session: Session, loop: str) -> datetime | None:
    """When any replica last turned *loop*."""
    return session.exec(select(func.max(HeartbeatRow.at)).where(col(HeartbeatRow.loop) == loop)).one()


def other_hosts(session: Session, host: str, *, since: datetime) -> list[str]:
    """The other hosts on which a loop has turned since then."""
    statement = (
        select(HeartbeatRow.host)
        .where(col(HeartbeatRow.host) != host, col(HeartbeatRow.at) >= since)
        .distinct()
        .order_by(col(HeartbeatRow.host))
    )
    return list(session.exec(statement))
