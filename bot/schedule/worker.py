"""A worker process: its name, its heartbeat, and its loop."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

from sqlmodel import Session

from bot.errors import UserError
from bot.log import logger
from bot.store import heartbeats
from bot.store.heartbeats import Replica
from bot.store.session import Database, Moment

IDLE_PAUSE = timedelta(seconds=1)
LAST_TURN = timedelta(seconds=8)
"""How long a turn under way may still take once the process was told to stop."""

STILL_ALIVE = timedelta(minutes=2)
FORGOTTEN = timedelta(days=7)


class SecondHostError(UserError):
    """SQLite serves one host, and another one is using the file."""

    def __init__(self, hosts: list[str]) -> None:
        super().__init__(
            f"This SQLite database is in use by a worker on {', '.join(hosts)}. SQLite serves one host: stop that"
            " worker, or put DATABASE_URL on Postgres, which serves any number."
        )


class Worker:
    """One process of possibly many on a database."""

    def __init__(self, *, database: Database, moment: Moment, host: str | None = None) -> None:
        self._database = database
        self._moment = moment
        host = host or socket.gethostname()
        self._replica = Replica(name=f"{host}/{os.getpid()}/{uuid4().hex[:8]}", host=host)

    async def enlist(self) -> None:
        """Make this worker known. Raises `SecondHostError`."""
        await self._database.run(self._enlist)

    async def leave(self) -> None:
        """Make it known that this worker has ended, so that another host may follow at once."""
        await self._database.run(lambda session: heartbeats.leave(session, self._replica))

    def beating(self, loop: str, turn: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
        """*turn* with a heartbeat of *loop* after each time it went well."""

        async def turn_and_beat() -> int:
            done = await turn()
            await self._database.run(lambda session: self._beat(session, loop))
            return done

        return turn_and_beat

    async def until(self, stop: asyncio.Event, turn: Callable[[], Awaitable[int]]) -> None:
        """Take turns until *stop* is set, resting when there was nothing to do; one that fails is logged.

        A turn under way at the end gets some seconds; what it leaves unfinished its lease settles later.
        """
        while not stop.is_set():
            turning = asyncio.create_task(self._guarded(turn))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({turning, stopping}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({turning}, timeout=LAST_TURN.total_seconds())
            if turning.done() and turning.result() == 0:
                await asyncio.wait({stopping}, timeout=IDLE_PAUSE.total_seconds())
            turning.cancel()
            stopping.cancel()

    async def _guarded(self, turn: Callable[[], Awaitable[int]]) -> int:
        try:
            return await turn()
        except Exception:  # noqa: BLE001 the loop outlives every turn
            logger().exception("turn.failed")
            return 0

    def _enlist(self, session: Session) -> None:
        now = self._moment(session)
        if self._database.is_sqlite:
            others = heartbeats.other_hosts(session, self._replica.host, since=now - STILL_ALIVE)
            if others:
                raise SecondHostError(others)
        heartbeats.forget(session, now - FORGOTTEN)
        heartbeats.beat(session, self._replica, "start", now)

    def _beat(self, session: Session, loop: str) -> None:
        heartbeats.beat(session, self._replica, loop, self._moment(session))
