"""A workspace that people leave and come back to, as Slack's events and its answers tell of it, and who heard what."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, cast

from sqlmodel import Session

from bot.clock import SetClock
from bot.domain.delivery import PostState
from bot.domain.incoming import Incoming, Kind
from bot.domain.ownership import Did, Happened, Origin, Ownership, assigned, nobody_yet
from bot.domain.people import Group, Person, Standing
from bot.domain.product import Product
from bot.errors import PermanentError, UserError
from bot.kit.asking import Ask
from bot.kit.feature import Feature, Registry
from bot.kit.reply import Reply, View
from bot.slack.handling import House
from bot.slack.inbox import AT_ONCE, Inbox
from bot.store import directory, inbox, ownerships, posts
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.office import read

ANA, RAJ, LI, MIA = "U0PM", "U0ML", "U0LI", "U0MIA"
"""The PM and the ML lead of the product, and two others."""

TEAM, CALLED = "C0TEAM", "S0CALL"
NOBODY = cast("Any", None)


@dataclass
class Slack:
    """What Slack answers when it is asked: who is what, who is in which channel, and in which group."""

    standings: dict[str, Standing] = field(default_factory=dict)
    channels: dict[str, set[str]] = field(default_factory=lambda: {TEAM: {ANA, RAJ, LI, MIA}})
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    looks: int = 0
    """How often it was asked about people."""

    def person(self, user: str) -> Person:
        return Person(
            user=user, name=user.title(), standing=self.standings.get(user, Standing.MEMBER), timezone="Europe/Berlin"
        )

    def people(self, users: Collection[str]) -> dict[str, Person]:
        self.looks += 1
        return {user: self.person(user) for user in users}

    def members(self, channel: str) -> frozenset[str]:
        if channel not in self.channels:
            raise PermanentError("That channel is out of reach.")
        return frozenset(self.channels[channel])

    def group(self, group_id: str) -> Group:
        return Group(id=group_id, handle="on-call", name="On call", members=self.groups[group_id])

    def user_groups(self, group_ids: Collection[str]) -> dict[str, Group]:
        return {one: self.group(one) for one in group_ids if one in self.groups}


class Workspace:
    """Muster at work with *feature* alone, on a clock that is set, and a Slack that answers."""

    def __init__(self, database: Database, feature: Feature, *, now: datetime = MONDAY) -> None:
        self.database, self.slack, self.clock = database, Slack(), SetClock(now)
        self._events = count(1)
        self._house = House(
            registry=Registry((feature,)),
            moment=lambda _session: self.clock.now(),
            workspace=LOCAL_WORKSPACE,
            zone="Europe/Berlin",
        )

    def becomes(self, user: str, standing: Standing, *, lost: bool = False, times: int = 1) -> None:
        """A person is something else from now on, and Slack tells of it so many times (*lost*: never)."""
        self.slack.standings[user] = standing
        if not lost:
            self._told("user_change", times, user=user)

    def leaves(self, user: str, channel: str = TEAM, *, lost: bool = False) -> None:
        """A person leaves a channel."""
        self.slack.channels[channel].discard(user)
        if not lost:
            self._told("member_left_channel", 1, user=user, channel=channel)

    def joins(self, user: str, channel: str = TEAM, *, lost: bool = False) -> None:
        """A person joins a channel."""
        self.slack.channels[channel].add(user)
        if not lost:
            self._told("member_joined_channel", 1, user=user, channel=channel)

    def passes(self, span: timedelta, *, workers: int = 1) -> None:
        """Time goes by, and what comes each day happens."""
        self.until(self.clock.now() + span, workers=workers)

    def until(self, instant: datetime, *, workers: int = 1) -> None:
        """Time goes by until then; only where something is due is looked."""
        while self.clock.now() < instant:
            self.clock.at = min(self._next_due(), instant)
            self.work(workers=workers)

    def is_known_as(self, user: str, standing: Standing, *, timezone: str = "Europe/Berlin") -> None:
        """Slack said once that this is what somebody is."""
        person = Person(user=user, name=user.title(), standing=standing, timezone=timezone)
        self.database.do(lambda session: directory.keep(session, LOCAL_WORKSPACE, person, self.clock.now()))

    def work(self, *, workers: int = 1) -> None:
        """Let so many workers at once do everything that is due."""
        asyncio.run(self._worked(workers))

    def told(self) -> list[tuple[str, str]]:
        """Everything that was ever posted: to whom, and what they read."""
        with self.database.reading() as session:
            known = posts.everything(session, LOCAL_WORKSPACE, PostState)
        for one in known:
            assert_accepted(one.blocks)
        return [(one.recipient, read({"blocks": list(one.blocks), "text": one.text})) for one in known]

    def hear(self, name: str, *, times: int = 1, **about: str) -> None:
        """Slack tells of something, so many times."""
        self._told(name, times, **about)

    def press(self, user: str, action: str, value: str) -> Reply:
        """What a person is told who presses a button."""
        incoming = Incoming(kind=Kind.CLICK, key=f"click/{next(self._events)}", user=user, name=action, value=value)
        return self.database.do(lambda session: self._done(session, incoming, self._house.meant(incoming).answer))

    def fill(self, user: str, form: View | None, **values: str) -> Reply:
        """What a person is told who fills in a form that was opened for them."""
        assert form is not None
        incoming = Incoming(
            kind=Kind.SUBMISSION,
            key=f"form/{next(self._events)}",
            user=user,
            name=form.name,
            values={name: (value,) for name, value in values.items()},
            carries=form.carries,
        )
        return self.database.do(lambda session: self._done(session, incoming, self._filled))

    def _filled(self, ask: Ask) -> Reply:
        modal = self._house.modal(ask.incoming)
        question = modal.ask(ask)
        seen = modal.fetch(question, cast("Any", self.slack)) if modal.fetch else None
        return modal.submit(ask, seen)

    def _done(self, session: Session, incoming: Incoming, answer: Callable[[Ask], Reply]) -> Reply:
        try:
            reply = answer(self._house.ask(session, incoming, self.slack.person(incoming.user)))
        except UserError as error:
            return Reply(text=str(error))
        self._house.keep(session, incoming, replace(reply, text="", blocks=()), self.clock.now())
        return reply

    def _told(self, event: str, times: int, **about: str) -> None:
        key = f"event/{next(self._events)}"
        for _ in range(times):
            self.database.do(partial(self._written, incoming=_event(key, event, **about)))
        self.work()

    def _written(self, session: Session, incoming: Incoming) -> None:
        # As the Slack layer does: how somebody is now is known before anybody acts on it.
        if incoming.name == "user_change":
            directory.keep(session, LOCAL_WORKSPACE, self.slack.person(incoming.user), self.clock.now())
        for one in self._house.heard(incoming):
            inbox.write(session, LOCAL_WORKSPACE, one, self.clock.now())

    def _next_due(self) -> datetime:
        """When something is to be looked at next: what comes each day is laid down by the first look."""
        soon = self.clock.now() + timedelta(minutes=1)
        with self.database.reading() as session:
            return max(inbox.oldest_open(session, LOCAL_WORKSPACE) or soon, soon)

    async def _worked(self, workers: int) -> None:
        several = [
            Inbox(
                database=self.database,
                house=self._house,
                desk=NOBODY,
                answers=NOBODY,
                outside=cast("Any", self.slack),
                # One alone does one thing after the other, so that what is told comes in the same order every time.
                at_once=1 if workers == 1 else AT_ONCE,
            )
            for _ in range(workers)
        ]
        for one in several:
            await one.sweep()
        while any([await one.turn() for one in several]):
            await asyncio.gather(*(one.rest() for one in several))


def _event(key: str, name: str, *, user: str = "", channel: str | None = None, value: str = "") -> Incoming:
    return Incoming(kind=Kind.EVENT, key=key, name=name, user=user, channel=channel, value=value)


def owned(
    database: Database,
    product: Product,
    key: str,
    *owners: str,
    backup: str | None = None,
    now: datetime = MONDAY,
    accepted: Iterable[str] = (),
    by: str = ANA,
) -> Ownership:
    """Somebody owns a responsibility of a product since *now*, named by *by*."""
    before = ownerships_of(database, product).get(key) or nobody_yet(product.id, key, now)
    after = assigned(before, owners, backup, by=by, now=now)
    after = replace(after, accepted=tuple(dict.fromkeys((*after.accepted, *accepted))))
    happened = Happened(by=by, at=now, what=Did.ASSIGNED, origin=Origin.COMMAND)
    return database.do(lambda session: ownerships.save(session, after, happened))


def ownerships_of(database: Database, product: Product) -> dict[str, Ownership]:
    """Who answers for what now."""
    with database.reading() as session:
        return ownerships.of_product(session, product.id)
