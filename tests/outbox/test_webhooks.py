"""Calls to a pager over real HTTP: once in the end, in order, patient with a pager that is not well, and secret."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
import pytest
from sqlmodel import Session, col, select

from bot.clock import SetClock
from bot.domain.incidents import NewIncident, Origin, Severity
from bot.domain.paging import Action
from bot.domain.product import Product
from bot.kit.paging import page
from bot.outbox import webhooks as outbox
from bot.outbox.policy import GIVE_UP_AFTER, back_off
from bot.outbox.webhooks import Pager, Webhooks
from bot.store import incident_settings, incidents, webhooks
from bot.store.incident_settings import IncidentSettings
from bot.store.session import Database
from bot.store.tables import PostRow, WebhookRow
from bot.store.webhooks import LEASE
from tests.support.builders import MONDAY, a_product
from tests.support.pager import SECRET, Answer, LocalPager, answering

ONE = "muster-copilot-incident-1"
BOTH = [("trigger", ONE), ("acknowledge", ONE)]


class Room:
    """A team that wants its pager called, the pager, and one who calls it by a clock that is set."""

    def __init__(self, database: Database, pager: LocalPager, session: aiohttp.ClientSession) -> None:
        self.database = database
        self.pager = pager
        self.clock = SetClock(MONDAY)
        self._session = session
        self._product = database.do(a_product)
        database.do(lambda session: incident_settings.save(session, self._product.id, IncidentSettings(paging=True)))
        self.worker = self.another()

    def another(self, url: str | None = None) -> Webhooks:
        """One more who calls the pager."""
        return Webhooks(
            database=self.database,
            pager=Pager(url=url or self.pager.url, routing_key=SECRET),
            session=self._session,
            moment=lambda _session: self.clock.now(),
            workspace="local",
            admins=["U0ADMIN"],
        )

    def happened(self, *actions: Action, number: int = 1) -> None:
        """The incident of this number moves, so that the pager is to hear of it."""
        for action in actions:
            self.database.do(partial(self._moved, action=action, number=number))

    async def work(self) -> None:
        """Make every call that can be made now."""
        while await self.worker.turn():
            """There may be more."""

    def rows(self) -> list[tuple[str, str | None]]:
        """How every call stands, and why."""
        with self.database.reading() as session:
            return [(row.state, row.reason) for row in session.exec(select(WebhookRow).order_by(col(WebhookRow.id)))]

    def told(self) -> list[tuple[str, str]]:
        """Who in Slack is to be told what."""
        with self.database.reading() as session:
            return [(post.recipient, post.text) for post in session.exec(select(PostRow))]

    def everything(self) -> str:
        """All that is kept of calls and posts."""
        with self.database.reading() as session:
            found: list[Any] = [*session.exec(select(WebhookRow)), *session.exec(select(PostRow))]
            return repr([one.model_dump() for one in found])

    def _moved(self, session: Session, action: Action, number: int) -> None:
        incident = incidents.with_id(session, number) or incidents.declare(
            session, an_incident(self._product), self.clock.now()
        )
        moved = replace(incident, version=len(session.exec(select(WebhookRow.id)).all()))
        page(session, action=action, incident=moved, product=self._product, now=self.clock.now())


def an_incident(product: Product) -> NewIncident:
    return NewIncident(
        product_id=product.id,
        kind="hallucination",
        severity=Severity.CRITICAL,
        seen="It invents prices.",
        origin=Origin.COMMAND,
        owner="U0PM",
        declared_by="U0ML",
    )


@pytest.fixture
async def room(database: Database) -> AsyncIterator[Room]:
    async with answering() as pager, aiohttp.ClientSession() as session:
        yield Room(database, pager, session)


async def test_a_move_is_told_once_with_the_key_and_then_nothing_is_left(room: Room) -> None:
    room.happened(Action.TRIGGER)

    assert [await room.worker.turn(), await room.worker.turn()] == [1, 0]

    (event,) = room.pager.heard
    assert event["routing_key"] == SECRET
    assert (event["event_action"], event["payload"]["severity"]) == ("trigger", "critical")
    assert room.rows() == [("sent", None)]


async def test_the_moves_of_one_incident_are_told_in_order_and_those_of_another_beside_them(room: Room) -> None:
    room.happened(Action.TRIGGER, Action.ACKNOWLEDGE)
    room.happened(Action.TRIGGER, number=2)
    room.pager.answers = [Answer(status=503), Answer()]

    await room.worker.turn()
    assert await room.worker.turn() == 0
    room.clock.advance(back_off(1))
    await room.work()

    assert sorted(room.pager.told[:2]) == [("trigger", ONE), ("trigger", "muster-copilot-incident-2")]
    assert [told for told in room.pager.told if told[1] == ONE][-2:] == BOTH
    assert len(room.pager.told) == 4


@pytest.mark.parametrize("answer", [Answer(lost=True), Answer(hangs=True), Answer(status=500), Answer(status=408)])
async def test_a_call_whose_answer_was_lost_is_made_again_with_the_same_key(
    room: Room, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "ANSWER_WITHIN", timedelta(seconds=0.2))
    room.happened(Action.TRIGGER)
    room.pager.answers = [answer]

    await room.worker.turn()
    room.clock.advance(back_off(1))
    await room.worker.turn()

    assert room.pager.told == [("trigger", ONE)] * 2
    assert room.rows() == [("sent", None)]


async def test_a_pager_that_cannot_be_reached_is_called_again(room: Room) -> None:
    room.happened(Action.TRIGGER)

    await room.another("http://127.0.0.1:9/v2/enqueue").turn()
    assert room.rows() == [("pending", "The pager did not answer (ClientConnectorError).")]
    room.clock.advance(back_off(1))
    await room.worker.turn()

    assert room.pager.told == [("trigger", ONE)]


async def test_a_pager_that_asks_for_a_pause_gets_it(room: Room) -> None:
    room.happened(Action.TRIGGER)
    room.pager.answers = [Answer(status=429, headers={"Retry-After": "90"})]

    await room.worker.turn()
    room.clock.advance(timedelta(seconds=89))
    assert await room.worker.turn() == 0
    room.clock.advance(timedelta(seconds=1))
    assert await room.worker.turn() == 1

    assert room.pager.told == [("trigger", ONE)] * 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            Answer(
                status=400, body={"message": "Event object is invalid", "errors": [f"'routing_key' {SECRET} is bad"]}
            ),
            "The pager refused it (400): 'routing_key' [secret] is bad.",
        ),
        (Answer(status=400, body={"message": "no"}), "The pager refused it (400): no."),
        (Answer(status=404, body="<html>"), "The pager refused it (404)."),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}), "The pager refused it (302)."),
    ],
)
async def test_what_the_pager_refuses_is_put_aside_with_its_reason_and_the_admins_are_told(
    room: Room, answer: Answer, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    room.happened(Action.TRIGGER, Action.ACKNOWLEDGE)
    room.pager.answers = [answer]

    await room.work()

    assert room.rows() == [("parked", reason), ("sent", None)]
    call = f"{ONE}/0/trigger"
    assert room.told() == [("U0ADMIN", f"The pager was not told of `{call}`: {reason} It is not tried again.")]
    assert SECRET not in room.everything() + "".join(capfd.readouterr())


async def test_the_key_is_nowhere_in_what_is_kept_or_logged(room: Room, capfd: pytest.CaptureFixture[str]) -> None:
    room.happened(Action.TRIGGER, Action.RESOLVE)
    room.pager.answers = [Answer(lost=True), Answer(status=500, body={"message": SECRET})]

    await room.worker.turn()
    room.clock.advance(back_off(1))
    await room.worker.turn()

    logged = "".join(capfd.readouterr())
    assert logged.count("page.put_off") == 2
    assert SECRET not in room.everything() + logged + repr(room.worker._pager)


async def test_two_workers_make_a_call_once_and_take_over_one_that_died(room: Room) -> None:
    other = room.another()
    room.happened(Action.TRIGGER)
    (died,) = room.database.do(lambda session: webhooks.claim(session, room.clock.now(), limit=9))

    assert sorted(await asyncio.gather(room.worker.turn(), other.turn())) == [0, 0]
    room.clock.advance(LEASE)
    assert sorted(await asyncio.gather(room.worker.turn(), other.turn())) == [0, 1]

    assert room.pager.told == [("trigger", ONE)]
    # The one that was taken for dead settles nothing any more.
    assert not room.database.do(lambda session: webhooks.park(session, died, reason="too late"))
    assert room.rows() == [("sent", None)]


async def test_what_is_a_day_old_calls_nobody_and_what_is_younger_does(room: Room) -> None:
    """For a month there was no key; then somebody sets one."""
    room.happened(Action.TRIGGER)
    room.clock.advance(GIVE_UP_AFTER + timedelta(seconds=1))
    room.happened(Action.TRIGGER, number=2)

    await room.work()

    assert room.pager.told == [("trigger", "muster-copilot-incident-2")]
    assert [state for state, _ in room.rows()] == ["parked", "sent"]
    assert room.told() == []


async def test_after_a_day_of_trying_it_is_given_up_and_the_admins_are_told(room: Room) -> None:
    room.happened(Action.TRIGGER)
    room.pager.answers = [Answer(status=503), Answer(status=503)]

    await room.worker.turn()
    room.clock.advance(GIVE_UP_AFTER + timedelta(seconds=1))
    await room.worker.turn()

    assert room.rows() == [("parked", "The pager has no time (503).")]
    assert [recipient for recipient, _ in room.told()] == ["U0ADMIN"]
