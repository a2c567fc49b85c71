"""Threads for what may hang: a call that does not come back keeps neither its neighbours nor the end of the process."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import TypeVar

from bot.errors import TransientError
from bot.log import logger

T = TypeVar("T")


class HangsError(TransientError):
    """The call did not end within its limit."""

    def __init__(self, limit: timedelta) -> None:
        super().__init__(f"the source did not answer within {limit.total_seconds():.0f} seconds.")


class Threads:
    """Runs calls to the outside on threads of their own; a process may end while they are under way."""

    def __init__(self) -> None:
        # Counted on the loop's thread only.
        self._hung = 0

    async def call(self, work: Callable[[], T], *, name: str, limit: timedelta) -> T:
        """The answer to *work*. Raises what it raises, and `HangsError` past *limit*; then its thread is left alone."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        thread = Thread(target=self._work, args=(work, loop, answer), name=f"outside {name}", daemon=True)
        thread.start()
        # Not `wait_for`: a time-out that the source itself raises is an answer.
        await asyncio.wait({answer}, timeout=limit.total_seconds())
        if answer.done():
            return answer.result()
        answer.cancel()
        self._hung += 1
        logger().warning("source.hangs", name=name, hung=self._hung)
        raise HangsError(limit)

    def _work(self, work: Callable[[], T], loop: asyncio.AbstractEventLoop, answer: "asyncio.Future[T]") -> None:
        try:
            found = work()
        except Exception as error:  # noqa: BLE001 handed over to whoever waits
            self._hand_over(loop, answer, partial(answer.set_exception, error))
        else:
            self._hand_over(loop, answer, partial(answer.set_result, found))

    def _hand_over(
        self, loop: asyncio.AbstractEventLoop, answer: "asyncio.Future[T]", settle: Callable[[], None]
    ) -> None:
        def unless_given_up() -> None:
            if answer.done():
                self._hung -= 1
            else:
                settle()

        if not loop.is_closed():
            loop.call_soon_threadsafe(unless_given_up)
