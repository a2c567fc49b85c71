"""The inbox's workers: what was written down is acted on once, and the person is told; a crash delays, no more."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.domain.window import zone_named
from bot.errors import MusterError, PermanentError, TransientError, UserError
from bot.kit import later
from bot.kit.command import Effect, Outside
from bot.kit.permission import OutsiderError
from bot.kit.reply import ForbiddenError, Reply
from bot.kit.threads import HangsError, Threads
from bot.log import logger
from bot.slack import saying
from bot.slack.answers import Answers
from bot.slack.desk import Desk, explained, note_refusal
from bot.slack.handling import House
from bot.store import inbox
from bot.store.inbox import Entry, State
from bot.store.session import Database

AT_ONCE = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=2)

ACTED_ON, TOLD = 8, 5
"""How often acting and telling are tried before they are given up."""

KEPT, SWEEP_EVERY = timedelta(days=7), timedelta(hours=1)
"""How long what was done is remembered, so that Slack may deliver it again, and how often it is cleared out."""


Work = Callable[[Session], Reply]
"""What is left to do in a transaction once everything outside has been asked."""


class TooSlowError(UserError):
    """Something outside did not answer in time."""

    def __init__(self, limit: timedelta) -> None:
        super().__init__(
            f"That took longer than {limit.total_seconds():.0f} seconds, so I stopped; nothing was changed."
        )


class LostLeaseError(MusterError):
    """Another worker has taken this over: what was done here is thrown away."""


class Inbox:
    """One worker of possibly many on the inbox."""

    def __init__(
        self,
        *,
        database: Database,
        house: House,
        desk: Desk,
        answers: Answers,
        outside: Outside,
        at_once: int = AT_ONCE,
    ) -> None:
        self._at_once = at_once
        self._database = database
        self._house = house
        self._desk = desk
        self._answers = answers
        self._outside = outside
        self._busy: set[asyncio.Task[None]] = set()
        self._next_sweep = 0.0
        self._threads = Threads()

    async def turn(self) -> int:
        """Start on what waits, as much as fits, and return how much that was."""
        await self._sweep_now_and_then()
        room = self._at_once - len(self._busy)
        if room <= 0:
            await asyncio.wait(self._busy, return_when=asyncio.FIRST_COMPLETED)
            return 1
        entries = await self._database.run(
            lambda session: inbox.claim(session, self._house.workspace, self._house.moment(session), limit=room)
        )
        for entry in entries:
            task = asyncio.create_task(self._work(entry))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        return len(entries)

    async def rest(self) -> None:
        """Wait for what is under way."""
        while self._busy:
            await asyncio.wait(self._busy)

    async def _sweep_now_and_then(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._next_sweep:
            self._next_sweep = now + SWEEP_EVERY.total_seconds()
            await self.sweep()

    async def sweep(self) -> int:
        """Forget what was done long ago, and lay down what comes each day; return how much was forgotten."""
        return await self._database.run(self._swept)

    def _swept(self, session: Session) -> int:
        now = self._house.moment(session)
        later.lay_down_days(session, self._house.registry.laters.values(), zone=zone_named(self._house.zone), now=now)
        return inbox.forget(session, now - KEPT)

    async def _work(self, entry: Entry) -> None:
        try:
            reply = await self._act(entry) if entry.state is State.NEW else entry.reply
            await self._refresh_home(entry.incoming)
            if reply is not None:
                await self._answers.tell(entry.incoming, reply)
                await self._database.run(lambda session: inbox.settle(session, entry, State.DONE))
        except LostLeaseError:
            logger().info("inbox.overtaken", entry=entry.id)
        except TransientError as error:
            await self._later(entry, error)
        except PermanentError as error:
            logger().warning("inbox.untold", entry=entry.id, reason=str(error))
            await self._database.run(lambda session: inbox.settle(session, entry, State.DONE))
        except Exception:  # noqa: BLE001 one entry must not stop the others; its lease lets somebody try again
            logger().exception("inbox.broke", entry=entry.id)

    async def _refresh_home(self, incoming: Incoming) -> None:
        """Where somebody acted in App Home, they see there what became of it."""
        if incoming.channel is None and incoming.user and incoming.was_asked:
            await self._answers.publish_home(incoming.user, await self._desk.home(incoming.user, incoming))

    async def _act(self, entry: Entry) -> Mapping[str, Any] | None:
        """Do what the entry asks for, once, and return what the person is to be told."""
        try:
            work = await (self._errand(entry) if entry.incoming.kind is Kind.ERRAND else self._gesture(entry))
            return await self._database.run(lambda session: self._settled(session, entry, work(session)))
        except LostLeaseError:
            raise
        except Exception as error:
            if isinstance(error, TransientError) and entry.attempts < ACTED_ON:
                raise
            reply = explained(error, entry.incoming) if entry.incoming.was_asked else _unheard(error, entry)
            await self._database.run(partial(self._note_refusal, entry=entry, error=error))
            return await self._database.run(lambda session: self._settled(session, entry, reply))

    async def _gesture(self, entry: Entry) -> Work:
        incoming = entry.incoming
        meant = self._house.meant(incoming)
        if meant.inside:
            await self._desk.require_insider(incoming)
        free = meant.effect is Effect.READ or not incoming.was_asked
        person = None if free else await self._desk.member(incoming)
        if meant.effect is Effect.OPEN:
            return lambda _session: saying.instead_of_form(incoming)
        return lambda session: meant.answer(self._house.ask(session, incoming, person))

    async def _errand(self, entry: Entry) -> Work:
        incoming = entry.incoming
        errand = self._house.errand(incoming)
        person = await self._desk.member(incoming) if incoming.was_asked else None
        ask = partial(self._house.ask, incoming=incoming, person=person)
        await self._database.run(
            lambda session: inbox.postpone(session, entry, self._house.moment(session) + errand.limit + inbox.LEASE)
        )
        question = await self._database.look(lambda session: errand.ask(ask(session)))
        fetch = partial(errand.fetch, question, self._outside)
        try:
            answer = await self._threads.call(fetch, name=errand.name, limit=errand.limit)
        except HangsError as error:
            raise TooSlowError(errand.limit) from error
        return lambda session: errand.keep(ask(session), question, answer)

    def _settled(self, session: Session, entry: Entry, reply: Reply) -> Mapping[str, Any] | None:
        """Everything that acting on *entry* changes, in one transaction."""
        told = self._house.keep(session, entry.incoming, reply, self._house.moment(session))
        if not inbox.settle(session, entry, State.DONE if told is None else State.ANSWERING, reply=told):
            raise LostLeaseError
        return told

    def _note_refusal(self, session: Session, entry: Entry, error: Exception) -> None:
        # Outsiders were noted by the desk already.
        if isinstance(error, ForbiddenError) and not isinstance(error, OutsiderError):
            note_refusal(session, entry.incoming, error, self._house.moment(session))

    async def _later(self, entry: Entry, error: TransientError) -> None:
        """Let somebody try again after a while; telling is given up in the end, what was done stays done."""
        if entry.state is State.ANSWERING and entry.attempts >= TOLD:
            logger().warning("inbox.untold", entry=entry.id, reason=str(error))
            await self._database.run(lambda session: inbox.settle(session, entry, State.DONE))
            return
        pause = error.after or min(FIRST_PAUSE * (1 << min(entry.attempts, 10)), LONGEST_PAUSE)
        await self._database.run(lambda session: inbox.postpone(session, entry, self._house.moment(session) + pause))


def _unheard(error: Exception, entry: Entry) -> Reply:
    """Nobody asked, so nobody is told of *error*: it goes into the log."""
    logger().error("unasked.failed", name=entry.incoming.name, entry=entry.id, exc_info=error)
    return Reply()
