"""The ticker: APScheduler holds one job in memory, the tick; the database owns what exists and what has run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.log import logger

EVERY = timedelta(seconds=5)


@asynccontextmanager
async def ticking(tick: Callable[[], Awaitable[object]], *, every: timedelta = EVERY) -> AsyncIterator[None]:
    """Call *tick* now and then *every* so often until the block ends; a tick that fails is logged and tried again.

    Ticks never overlap; what a slow one made late is one tick, not many.
    """
    turn = asyncio.Lock()

    async def guarded() -> None:
        if turn.locked():
            return
        try:
            async with turn:
                await tick()
        except Exception:  # noqa: BLE001 the ticker outlives every tick
            logger().exception("tick.failed")

    scheduler = AsyncIOScheduler(timezone="UTC")
    # Without a grace of its own APScheduler drops a tick that is over a second late.
    scheduler.add_job(
        guarded, "interval", seconds=every.total_seconds(), coalesce=True, max_instances=1, misfire_grace_time=None
    )
    scheduler.start()
    first = asyncio.create_task(guarded())
    try:
        yield
    finally:
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        scheduler.shutdown(wait=False)
