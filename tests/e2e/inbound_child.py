"""`muster run`, for a process that can be told to die at a step of acting on what came in."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from bot.kit.command import Outside
from bot.slack.answers import Answers
from bot.slack.inbox import Inbox
from bot.store.inbox import Entry
from bot.wiring import registry
from tests.support.processes import die, muster

ACKED_S = 0.5
"""Long enough for an acknowledgement to have left."""


def dying_muster(step: str) -> None:
    """`muster run` that dies at *step*."""
    prepare(step)
    muster("run")


async def die_claimed(self: Inbox, entry: Entry) -> None:
    """After the acknowledgement, with the row claimed and nothing done."""
    await asyncio.sleep(ACKED_S)
    die()


def dying_first(method: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    """*method*, which is never reached."""

    async def dies(*_given: object, **_named: object) -> None:
        await asyncio.sleep(ACKED_S)
        die()
        await method()

    return dies


def die_in_errand(*, after: bool) -> None:
    """Let the errand's wait for the outside be the end, before or after what it does there."""
    errands = registry().errands
    for name, errand in list(errands.items()):

        def fetch(question: object, outside: Outside, do: Callable[..., object] = errand.fetch) -> Any:
            if after:
                do(question, outside)
            die()

        errands[name] = replace(errand, fetch=fetch)


def prepare(step: str) -> None:
    """Arrange for the death at *step*."""
    match step:
        case "claimed":
            Inbox._work = die_claimed  # type: ignore[method-assign]
        case "answering":
            Answers.tell = dying_first(Answers.tell)  # type: ignore[method-assign]
        case "errand-begun" | "errand-done":
            die_in_errand(after=step == "errand-done")
        case _:
            raise SystemExit(f"no step {step}")
