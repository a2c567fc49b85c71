"""Looks that end: whatever hangs or breaks while the doctor looks becomes a finding."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from bot.errors import MusterError
from bot.wiring.findings import Finding, wrong

T = TypeVar("T")

LIMIT_S = 4.5
"""How long one look may take."""


async def taken(check: str, look: Awaitable[list[Finding]], *, step: str) -> list[Finding]:
    """What *look* found, or in its place what kept it from looking; *step* mends that."""
    try:
        return await asyncio.wait_for(look, LIMIT_S)
    except TimeoutError:
        return [wrong(check, f"no answer within {LIMIT_S} seconds.", step)]
    except MusterError as error:
        return [wrong(check, str(error), step)]
    except Exception as error:  # noqa: BLE001 the other looks are still worth taking
        # The kind alone: what an unforeseen error says may hold an address with its password.
        return [wrong(check, f"it cannot be looked at ({type(error).__name__}).", step)]


async def aside(work: Callable[[], T]) -> T:
    """Do *work* on a thread of its own, which nobody waits for at the end: what hangs there keeps no process alive."""
    future: Future[T] = Future()

    def do() -> None:
        # From here on giving up on the answer leaves the future open, and nothing breaks when it comes late.
        future.set_running_or_notify_cancel()
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 raised again where the answer is awaited
            future.set_exception(error)

    Thread(target=do, name="doctor", daemon=True).start()
    return await asyncio.wrap_future(future)
