"""The front desk: what is answered at once, what is written down first, and what a form becomes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlmodel import Session

from bot.domain.incoming import Incoming
from bot.domain.people import Person, Standing
from bot.domain.text import clip
from bot.errors import MusterError, TransientError
from bot.kit.command import AnyModal, Effect, FieldError, Outside
from bot.kit.permission import OutsiderError, StrangerError, require_member
from bot.kit.reply import ForbiddenError, Reply, View
from bot.kit.threads import HangsError, Threads
from bot.log import logger
from bot.slack import saying
from bot.slack.directory import People
from bot.slack.handling import House, Meant
from bot.store import audit, directory, inbox
from bot.store.session import Database

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How long each thing may take, in seconds, before the person is told to try again: Slack waits 3 s for an answer.

    *writing*: writing down, or looking. *looking*: a form's look at the outside, before it is taken without it.
    *submitting*: taking a form in all. *noting*: what an answer waits for the audit log.
    """

    writing: float = 2.0
    looking: float = 1.5
    submitting: float = 2.2
    noting: float = 0.5


class NotWrittenDownError(TransientError):
    """The database did not take it in time, and will not take it later."""

    def __init__(self) -> None:
        super().__init__("The database did not answer in time.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What becomes of something that came in: the *reply* to give at once, if any; whether a form is *wanted*, which
    is opened after the acknowledgement.
    """

    reply: Reply | None = None
    wanted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """What a submitted form became: nothing to mend and closed, another *view* in its place, or *errors* by field."""

    view: View | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


class Desk:
    """Takes what comes in, within the three seconds that Slack waits. *wake* is called when the inbox has work."""

    def __init__(
        self,
        *,
        database: Database,
        house: House,
        people: People,
        outside: Outside,
        wake: Callable[[], None],
        limits: Limits,
    ) -> None:
        self._database = database
        self._house = house
        self._people = people
        self._outside = outside
        self._wake = wake
        self._limits = limits
        self._threads = Threads()

    async def take(self, incoming: Incoming) -> Taken:
        """Answer *incoming* if looking is enough, else write it down. Raises only where Slack should send it again."""
        try:
            meant = self._house.meant(incoming)
            match meant.effect:
                case Effect.READ:
                    return Taken(reply=await _at_most(self._limits.writing, self._looked(incoming, meant)))
                case Effect.OPEN:
                    return Taken(wanted=True)
                case Effect.CHANGE:
                    await self.write_down(incoming)
                    return Taken()
        except Exception as error:  # noqa: BLE001 whatever goes wrong, the person hears of it
            await self._note(incoming, error)
            return Taken(reply=explained(error, incoming))

    async def write_down(self, incoming: Incoming) -> None:
        """Keep *incoming* for the inbox's workers, once. Raises `NotWrittenDownError` and keeps nothing then."""
        await self._in_time(lambda session: self._written(session, incoming), within=self._limits.writing)
        self._wake()

    async def hear(self, incoming: Incoming, person: Person | None = None) -> None:
        """Keep an event for every happening that listens to it, once, and with it *person* as Slack describes them now.

        Raises `NotWrittenDownError` and keeps nothing then.
        """
        heard = self._house.heard(incoming)
        if heard or person:
            work = partial(self._heard, heard=heard, person=person)
            await self._in_time(work, within=self._limits.writing)
            self._wake()

    async def view_for(self, incoming: Incoming) -> View | Reply:
        """The form that *incoming* asks for, or the reply that stands in its place."""
        try:
            reply = await _at_most(self._limits.writing, self._asked(incoming))
        except Exception as error:  # noqa: BLE001 whatever goes wrong, the person hears of it
            await self._note(incoming, error)
            return explained(error, incoming)
        return reply.view or reply

    async def submit(self, incoming: Incoming) -> Accepted:
        """Take a form: everything it changes is committed when this returns without errors."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._limits.submitting
        try:
            modal = self._house.modal(incoming)
            person = await _at_most(until - clock(), self.member(incoming))
            seen = await _at_most(until - clock(), self._seen(modal, incoming, person))
            work = partial(self._submitted, incoming=incoming, modal=modal, seen=seen, person=person)
            view = await self._in_time(work, within=until - clock())
        except FieldError as error:
            return Accepted(errors=error.sentences)
        except Exception as error:  # noqa: BLE001 whatever goes wrong, the person hears of it, and the form stays open
            await self._note(incoming, error)
            return Accepted(errors={"": explained(error, incoming).text})
        self._wake()
        return Accepted(view=view)

    async def member(self, incoming: Incoming) -> Person:
        """The person, who may act here. Raises `ForbiddenError`, which stands in the audit log then."""
        person = await self._people.who(incoming.user)
        try:
            require_member(person)
        except ForbiddenError as error:
            await self._database.run(partial(self._refused, incoming=incoming, error=error))
            raise
        return person

    async def tell_directly(self, incoming: Incoming, reply: Reply) -> None:
        """Send *reply* as a direct message: there is no place beside the gesture any more."""
        now = self._house.moment
        await self._database.run(lambda session: self._house.keep(session, incoming, reply, now(session)))

    async def home(self, user: str, incoming: Incoming) -> list[dict[str, Any]]:
        """What *user*'s App Home shows."""
        person = await self._people.who(user)
        return await self._database.look(
            lambda session: self._house.registry.home(self._house.ask(session, incoming, person))
        )

    async def require_insider(self, incoming: Incoming) -> None:
        """Raise `StrangerError` where the person belongs to another company."""
        if await self._people.is_from_elsewhere(incoming.user, incoming.team):
            raise StrangerError

    async def _looked(self, incoming: Incoming, meant: Meant) -> Reply:
        if meant.inside:
            await self.require_insider(incoming)
        return await self._database.look(lambda session: meant.answer(self._house.ask(session, incoming)))

    async def _asked(self, incoming: Incoming) -> Reply:
        person = await self.member(incoming)
        meant = self._house.meant(incoming)
        return await self._database.look(lambda session: meant.answer(self._house.ask(session, incoming, person)))

    async def _seen(self, modal: AnyModal, incoming: Incoming, person: Person) -> Any:
        """What the form's look at the outside found, None where there is nothing to look at or it takes too long."""
        fetch = modal.fetch
        if fetch is None:
            return None
        question = await self._database.look(lambda session: modal.ask(self._house.ask(session, incoming, person)))
        if question is None:
            return None
        try:
            return await self._threads.call(
                partial(fetch, question, self._outside), name=modal.name, limit=timedelta(seconds=self._limits.looking)
            )
        except HangsError:
            return None

    def _submitted(
        self, session: Session, incoming: Incoming, modal: AnyModal, seen: object, person: Person
    ) -> View | None:
        now = self._house.moment(session)
        if not inbox.write(session, self._house.workspace, incoming, now, state=inbox.State.DONE):
            return None
        reply = modal.submit(self._house.ask(session, incoming, person), seen)
        told = self._house.keep(session, incoming, reply, now)
        inbox.keep_answer(session, self._house.workspace, incoming.key, told)
        return reply.view

    def _written(self, session: Session, incoming: Incoming) -> bool:
        return inbox.write(session, self._house.workspace, incoming, self._house.moment(session))

    def _heard(self, session: Session, heard: Sequence[Incoming], person: Person | None) -> None:
        if person is None or _is_news(session, self._house.workspace, person, self._house.moment(session)):
            for one in heard:
                self._written(session, one)

    async def _note(self, incoming: Incoming, error: Exception) -> None:
        """Put a refusal into the audit log; `member` put those of outsiders there."""
        if isinstance(error, ForbiddenError) and not isinstance(error, OutsiderError):
            try:
                await self._in_time(partial(self._refused, incoming=incoming, error=error), within=self._limits.noting)
            except MusterError as trouble:
                logger().warning("refusal.unwritten", user=incoming.user, reason=str(trouble))

    def _refused(self, session: Session, incoming: Incoming, error: MusterError) -> None:
        note_refusal(session, incoming, error, self._house.moment(session))

    async def _in_time(self, work: Callable[[Session], T], *, within: float) -> T:
        """*work* done within the time a person waits, or not at all."""
        given_up = asyncio.Event()

        def unless_given_up(session: Session) -> T:
            done = work(session)
            if given_up.is_set():
                # The person was told to try again: what they were told holds.
                raise NotWrittenDownError
            return done

        doing = asyncio.ensure_future(self._database.run(unless_given_up))
        done, _ = await asyncio.wait({doing}, timeout=within)
        if done:
            return await doing
        given_up.set()
        doing.add_done_callback(_forget)
        raise NotWrittenDownError


async def _at_most(seconds: float, doing: Awaitable[T]) -> T:
    """What *doing* gives, if it takes no longer. Raises `NotWrittenDownError`."""
    try:
        return await asyncio.wait_for(doing, seconds)
    except TimeoutError:
        raise NotWrittenDownError from None


def _is_news(session: Session, workspace: str, person: Person, now: datetime) -> bool:
    """Keep *person*, and say whether something changed about them: Slack tells of every status that members set."""
    before = directory.known(session, workspace, person.user)
    directory.keep(session, workspace, person, now)
    return before != person or person.standing is not Standing.MEMBER


def _forget(doing: asyncio.Future[Any]) -> None:
    """Nobody waits for *doing* any more: however it ends, it changed nothing."""
    if not doing.cancelled():
        doing.exception()


def explained(error: Exception, incoming: Incoming) -> Reply:
    """What the person is told of *error*; what nobody foresaw goes into the log under its reference."""
    if not isinstance(error, MusterError):
        logger().error(
            "gesture.broke",
            kind=incoming.kind,
            name=incoming.name,
            reference=saying.reference(incoming),
            exc_info=error,
        )
    return saying.spoken(error, incoming)


def note_refusal(session: Session, incoming: Incoming, error: MusterError, now: datetime) -> None:
    """Put into the audit log that somebody was not let do something."""
    what = clip(incoming.text or incoming.name, 200)
    audit.refused(session, user=incoming.user, what=what, reason=str(error), now=now)
