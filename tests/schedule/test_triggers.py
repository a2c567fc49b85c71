"""The ticker goes on: past a slow tick, a broken one, and a clock that is set back."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from freezegun import freeze_time

from bot.schedule.triggers import ticking

EVERY = timedelta(seconds=0.05)


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not reached():  # noqa: ASYNC110 a count, no event
            await asyncio.sleep(0.01)


async def test_a_tick_that_takes_long_does_not_delay_the_next() -> None:
    begun = 0

    async def tick() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            await asyncio.sleep(60)

    async with ticking(tick, every=EVERY):
        await until(lambda: begun > 3)


async def test_a_tick_that_breaks_is_followed_by_the_next() -> None:
    begun = 0

    async def tick() -> None:
        nonlocal begun
        begun += 1
        raise ValueError("broken")

    async with ticking(tick, every=EVERY):
        await until(lambda: begun > 3)


async def test_at_the_end_a_tick_under_way_is_cancelled_and_may_tidy_up() -> None:
    tidied = False

    async def tick() -> None:
        nonlocal tidied
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            tidied = True

    async with ticking(tick, every=timedelta(seconds=30)):
        await asyncio.sleep(0.01)

    assert tidied


async def test_a_clock_that_is_set_back_an_hour_does_not_stop_the_tick() -> None:
    """slack.md C4."""
    begun = 0

    async def tick() -> None:
        nonlocal begun
        begun += 1

    with freeze_time("2026-11-16 09:00", real_asyncio=True) as clock:
        async with ticking(tick, every=EVERY):
            clock.tick(timedelta(seconds=1))
            await until(lambda: begun > 1)
            clock.tick(timedelta(hours=-1))
            before = begun
            await until(lambda: begun > before + 2)
