"""Errands: a ritual's chores, done once per slot however many workers there are."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.sourcing import OpenSource
from bot.errors import MusterError
from bot.kit.ritual import Chore, Ritual, Turn
from bot.kit.threads import Threads
from bot.log import logger
from bot.store import chores, slots
from bot.store.chores import ChoreRun, ChoreState
from bot.store.session import Database

LEASE_MARGIN = timedelta(seconds=30)
"""A chore's lease outlives its limit by this: saving the answer takes a moment too."""

AT_ONCE = 8
"""How many chores are done at the same time; one that hangs gives its place up at its limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """What a chore would ask and be told, or the reason why it would fail."""

    chore: Chore[Any, Any]
    ask: Any
    answer: Any
    reason: str | None


class Errands:
    """Does chores: reads what to ask in one transaction, fetches in none, keeps the answer in another."""

    def __init__(self, *, database: Database, open_source: OpenSource) -> None:
        self._database = database
        self._open_source = open_source
        self._outside = Threads()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self, ritual: Ritual, schedule_id: int, turn_of: Callable[[Session], Turn]) -> dict[str, str] | None:
        """Do all chores of *ritual* for a slot, and say which failed and why.

        None: another worker is at one of them; its slot is that worker's business for now.
        """
        failed: dict[str, str] = {}
        for chore in ritual.chores:
            # Waited for before the lease begins, so that a queue does not use it up.
            async with self._room:
                state, reason = await self._once(chore, schedule_id, turn_of)
            if state is ChoreState.RUNNING:
                return None
            if reason is not None:
                failed[chore.name] = reason
        return failed

    def rehearse(self, ritual: Ritual, turn_of: Callable[[Session], Turn]) -> Iterator[Rehearsed]:
        """Do all chores of *ritual* for nobody: each is asked and fetched, nothing is claimed or kept."""
        for chore in ritual.chores:
            try:
                with self._database.reading() as session:
                    ask = chore.ask(turn_of(session))
                answer = None if ask is None else chore.fetch(ask, self._open_source)
            except MusterError as error:
                yield Rehearsed(chore=chore, ask=None, answer=None, reason=str(error))
            else:
                yield Rehearsed(chore=chore, ask=ask, answer=answer, reason=None)

    def close(self) -> None:
        """Nothing is kept open: what hangs outside ends with the process."""

    async def _once(
        self, chore: Chore[Any, Any], schedule_id: int, turn_of: Callable[[Session], Turn]
    ) -> tuple[ChoreState, str | None]:
        def claim(session: Session) -> tuple[ChoreRun, int | None, tuple[ChoreState, str | None]]:
            turn = turn_of(session)
            run = ChoreRun(schedule_id=schedule_id, nominal=slots.nominal_text(turn.slot), chore=chore.name)
            fence = chores.claim(session, run, now=turn.now, lease=chore.limit + LEASE_MARGIN)
            return run, fence, chores.state_of(session, run)

        run, fence, state = await self._database.run(claim)
        if fence is None:
            return state
        reason = await self._do(chore, run, fence, turn_of)
        if reason is not None:
            logger().warning("chore.failed", chore=chore.name, schedule=schedule_id, reason=reason)
            await self._database.run(lambda session: chores.end(session, run, fence=fence, reason=reason))
        # Not what we did but what stands: whoever took over while we were away is still at it.
        return await self._database.run(lambda session: chores.state_of(session, run))

    async def _do(
        self, chore: Chore[Any, Any], run: ChoreRun, fence: int, turn_of: Callable[[Session], Turn]
    ) -> str | None:
        """Ask, fetch, keep; the reason if that failed."""
        ask: Any = None
        answer: Any = None

        def keep(session: Session) -> None:
            if chores.end(session, run, fence=fence) and ask is not None:
                chore.keep(turn_of(session), ask, answer)

        try:
            ask = await self._database.run(lambda session: chore.ask(turn_of(session)))
            answer = None if ask is None else await self._fetch(chore, ask)
            await self._database.run(keep)
        except asyncio.CancelledError:
            # The process was told to stop: whoever comes next need not wait for our lease.
            await asyncio.shield(self._let_go(chore, run, fence))
            raise
        except TimeoutError:
            return "the source gave up waiting: it timed out by itself."
        except MusterError as error:
            return str(error)
        except Exception:  # noqa: BLE001 whatever a source does, the review still comes and says so
            logger().exception("chore.broke", chore=chore.name)
            return "something unexpected happened while reading the source; the log has the details."
        return None

    async def _fetch(self, chore: Chore[Any, Any], ask: Any) -> Any:
        return await self._outside.call(lambda: chore.fetch(ask, self._open_source), name=chore.name, limit=chore.limit)

    async def _let_go(self, chore: Chore[Any, Any], run: ChoreRun, fence: int) -> None:
        await self._database.run(lambda session: slots.let_go_of_chore(session, run, fence=fence))
        logger().info("chore.let_go", chore=chore.name, schedule=run.schedule_id)
