"""The ticker: APScheduler holds one job in memory, the tick; the database owns what exists and what has run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.log import logger

EVERY = timedelta(seconds=5)
MOST_UNDER_WAY = 60
"""Ticks at the same time: five minutes' worth. Beyond that something is stuck, and more of them would not help."""


@asynccontextmanager
async def ticking(tick: Callable[[], Awaitable[object]], *, every: timedelta = EVERY) -> AsyncIterator[None]:
    """Call *tick* now and then *every* so often until the block ends; a tick that fails is logged and tried again.

    A tick does not wait for the one before it: whoever ticks knows what is still under way. At the end those under way
    are cancelled, and waited for until they have tidied up.
    """
    ticker = _Ticker(tick, every)
    try:
        yield
    finally:
        await ticker.stop()


class _Ticker:
    def __init__(self, tick: Callable[[], Awaitable[object]], every: timedelta) -> None:
        self._tick = tick
        self._every = every.total_seconds()
        self._under_way: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        # Without a grace of its own APScheduler drops a tick that is over a second late.
        self._job: Any = self._scheduler.add_job(
            self._begin, "interval", seconds=self._every, coalesce=True, misfire_grace_time=None
        )
        self._scheduler.start()
        self._begin_now()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
        ending = {*self._under_way, self._watching}
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def _begin(self) -> None:
        self._begin_now()

    def _begin_now(self) -> None:
        self._begun_at = asyncio.get_running_loop().time()
        if len(self._under_way) >= MOST_UNDER_WAY:
            logger().error("tick.stuck", under_way=len(self._under_way))
            return
        task = asyncio.create_task(self._guarded())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _guarded(self) -> None:
        try:
            await self._tick()
        except Exception:  # noqa: BLE001 the ticker outlives every tick
            logger().exception("tick.failed")

    async def _watch(self) -> None:
        """APScheduler goes by the clock on the wall: where that is set back, it would sleep until it is caught up."""
        while True:
            await asyncio.sleep(self._every)
            silent = asyncio.get_running_loop().time() - self._begun_at
            if silent > 1.5 * self._every:
                logger().warning("tick.clock_was_set", silent_s=round(silent, 1))
                self._job.reschedule("interval", seconds=self._every)
                self._begin_now()
