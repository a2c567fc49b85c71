"""People of the demo at work: what they press, say and fill in goes the way it goes from Slack, but for the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Standing
from bot.wiring.parts import registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from bot.clock import SetClock
    from bot.kit.asking import Ask
    from bot.kit.reply import Reply
    from bot.slack.handling import House
    from bot.store.session import Database


@dataclass(frozen=True, kw_only=True)
class Hands:
    """The hands of the demo's people, over its database; *clock* is the demo's, *names* what they are called."""

    database: Database
    clock: SetClock
    names: Mapping[str, str]
    numbers: Iterator[int]

    def press(self, user: str, name: str, value: str) -> Reply:
        """Press a button that carries *value*."""
        return self._act(Incoming(kind=Kind.CLICK, key=self._key(), user=user, name=name, value=value))

    def say(self, user: str, text: str) -> Reply:
        """Say *text* after the slash command."""
        return self._act(Incoming(kind=Kind.COMMAND, key=self._key(), user=user, text=text))

    def fill(
        self, user: str, opened: Reply, values: Mapping[str, str | Sequence[str]], *, seen: object = None
    ) -> Reply:
        """Fill in the form that was opened, and send it; *seen* is what a look at the outside would have found."""
        view = opened.view
        assert view is not None, opened.text  # noqa: S101 the story opens a form before it fills it in
        given = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in values.items()}
        return self._act(
            Incoming(
                kind=Kind.SUBMISSION, key=self._key(), user=user, name=view.name, values=given, carries=view.carries
            ),
            seen,
        )

    def _moment(self, _session: Session) -> datetime:
        return self.clock.now()

    def _key(self) -> str:
        return f"story/{next(self.numbers)}"

    def _act(self, incoming: Incoming, seen: object = None) -> Reply:
        return self.database.do(lambda session: self._done(session, incoming, seen))

    def _done(self, session: Session, incoming: Incoming, seen: object) -> Reply:
        from bot.store import directory
        from bot.store.products import LOCAL_WORKSPACE

        house = self._house()
        person = Person(user=incoming.user, name=self.names[incoming.user], standing=Standing.MEMBER)
        directory.keep(session, LOCAL_WORKSPACE, person, self.clock.now())
        reply = _answer(house, incoming, house.ask(session, incoming, person), seen)
        house.keep(session, incoming, _unheard(reply), self.clock.now())
        return reply

    def _house(self) -> House:
        from bot.slack.handling import House
        from bot.store.products import LOCAL_WORKSPACE

        return House(registry=registry(), moment=self._moment, workspace=LOCAL_WORKSPACE)


def hands(database: Database, clock: SetClock) -> Hands:
    """The demo's people, with nothing done yet."""
    from bot.demo import story

    names = {one.id: one.name for one in story.EVERYBODY}
    return Hands(database=database, clock=clock, names=names, numbers=count(1))


def _answer(house: House, incoming: Incoming, ask: Ask, seen: object) -> Reply:
    if incoming.kind is Kind.SUBMISSION:
        return house.modal(incoming).submit(ask, seen)
    return house.meant(incoming).answer(ask)


def _unheard(reply: Reply) -> Reply:
    """*reply* without the private words: in the story nobody reads them."""
    from dataclasses import replace

    return replace(reply, text="", blocks=(), view=None)
