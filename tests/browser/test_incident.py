"""At the page of the independent Slack an incident is declared, acknowledged, decided, told of and resolved."""

import os
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.clock import SystemClock
from bot.demo.peer.server import running
from bot.domain.ownership import Did, Happened, Origin, assigned, nobody_yet
from bot.domain.people import Role
from bot.domain.product import ProductRecord
from bot.domain.responsibilities import INCIDENT_RESPONSE, RETRAIN_OR_ROLL_BACK
from bot.features.products import service
from bot.store import night_calls, ownerships
from bot.store.migrations import migrate
from bot.store.products import LOCAL_WORKSPACE, NewProduct
from bot.store.session import Database
from bot.wiring import registry
from tests.browser.page import Page
from tests.browser.slack_page import SlackPage
from tests.support.real_run import ANA, RAJ, TEAM, a_workspace, muster_run

PICTURES = os.environ.get("MUSTER_PICTURES")
"""The folder for pictures of the story, if anybody wants to look at them."""

SEEN = "The refund bot insults customers in German."
CARD = "Incident 1: Offensive output, Support Copilot, severity 1"


@pytest.fixture
async def desk(local_slack_binary: Path, page: Page, tmp_path: Path) -> AsyncIterator[SlackPage]:
    workspace, url = a_workspace(), f"sqlite:///{tmp_path / 'muster.db'}"
    migrate(url)
    with closing(Database(url)) as database:
        database.do(lambda session: an_owned_product(session, SystemClock().now()))
    async with (
        running(local_slack_binary, workspace, folder=tmp_path / "slack") as slack,
        muster_run(slack, workspace, database_url=url),
    ):
        opened = SlackPage(page)
        await opened.open(slack)
        await opened.act_as("Ana Lima")
        await opened.look_into("copilot-team")
        yield opened


def an_owned_product(session: Session, now: datetime) -> None:
    """A product whose incidents Raj answers for, who may be called whenever this runs."""
    new = NewProduct(
        key="copilot", name="Support Copilot", timezone="Europe/Berlin", team_channel=TEAM, record=ProductRecord()
    )
    people = {Role.PM: ANA, Role.ML_LEAD: RAJ}
    product = service.add(session, new, people=people, rituals=registry().rituals, now=now)
    for key in (INCIDENT_RESPONSE, RETRAIN_OR_ROLL_BACK):
        named = assigned(nobody_yet(product.id, key, now), [RAJ], ANA, by=ANA, now=now)
        ownerships.save(session, named, Happened(by=ANA, at=now, what=Did.ASSIGNED, origin=Origin.FORM))
    night_calls.say(session, LOCAL_WORKSPACE, RAJ, accepted=True, now=now)


async def picture(desk: SlackPage, name: str) -> None:
    if PICTURES is not None:
        await desk.page.screenshot(Path(PICTURES) / f"{name}.png")


async def fill(desk: SlackPage, label: str, text: str) -> None:
    place = {"css": f'.modal .bk-input:has(> label:text-is("{label}"))'}
    await desk.page.fill(text, css="input, textarea", within=place)


async def raj_decides(desk: SlackPage) -> None:
    await desk.press("Decide", message=CARD)
    await desk.form("Decide incident 1")
    await desk.choose("What is decided", "Roll back")
    await fill(desk, "Why", "The version before does not do it.")
    await desk.send()
    await desk.form_is_gone()
    await desk.see("The version before does not do it.")


async def raj_resolves(desk: SlackPage) -> None:
    await desk.press("Resolve", message=CARD)
    await desk.form("Resolve incident 1")
    await fill(desk, "What it was, and what was done", "A bad prompt; the version before is back.")
    await fill(desk, "Follow-ups, one a line", "Block insults before they are sent by 2030-01-31")
    await picture(desk, "incident-resolve")
    await desk.send()
    await desk.form_is_gone()


async def test_an_incident_from_being_seen_to_being_over(desk: SlackPage) -> None:
    await desk.say(f"/muster incident declare severity 1 offensive output {SEEN}")
    await desk.see("You declared")
    card = await desk.see(CARD)
    assert SEEN in card
    assert "waiting for" in card
    await picture(desk, "incident-declared")

    await desk.act_as("Raj Patel")
    await desk.look_into("Raj Patel")
    assert SEEN in await desk.see("Acknowledge")
    await picture(desk, "incident-called")
    await desk.press("Acknowledge", message=SEEN)
    await desk.see("You acknowledged")

    await desk.look_into("copilot-team")
    await raj_decides(desk)
    await raj_resolves(desk)
    over = await desk.see(f"{CARD} (critical): resolved")
    assert "A bad prompt; the version before is back." in over
    await desk.open_thread(CARD)
    await desk.page.wait_for(css=".thread-pane .msg", has="Incident 1 is over")
    await picture(desk, "incident-over")
    told = " ".join(await desk.page.texts(css=".thread-pane .msg"))
    assert "Block insults before they are sent" in told
    assert await desk.page.errors() == []
