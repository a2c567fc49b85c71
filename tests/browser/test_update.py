"""At the page of the independent Slack a person edits, ticks and approves the week's update, and others read it."""

import os
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.clock import SystemClock
from bot.demo.peer.server import running
from bot.domain.catalogue import CATALOGUE
from bot.domain.people import Role
from bot.domain.planning import At
from bot.domain.product import ProductRecord, Stage
from bot.domain.readings import NewReading, Origin
from bot.domain.window import Window
from bot.features.products import service
from bot.store import readings
from bot.store.migrations import migrate
from bot.store.products import NewProduct
from bot.store.session import Database
from bot.wiring import registry
from tests.browser.page import Page
from tests.browser.slack_page import SlackPage
from tests.support.real_run import ANA, NEWS, RAJ, TEAM, a_workspace, muster_run

PICTURES = os.environ.get("MUSTER_PICTURES")
"""The folder for pictures of the story, if anybody wants to look at them."""

VALUES = {"accuracy": 0.91, "hallucination_rate": 0.03, "csat": 4.2, "adoption_rate": 0.72, "deflection_rate": 0.38}


@pytest.fixture
async def desk(local_slack_binary: Path, page: Page, tmp_path: Path) -> AsyncIterator[SlackPage]:
    workspace, url = a_workspace(), f"sqlite:///{tmp_path / 'muster.db'}"
    migrate(url)
    with closing(Database(url)) as database:
        database.do(lambda session: a_measured_product(session, SystemClock().now()))
    async with (
        running(local_slack_binary, workspace, folder=tmp_path / "slack") as slack,
        muster_run(slack, workspace, database_url=url),
    ):
        opened = SlackPage(page)
        await opened.open(slack)
        await opened.act_as("Ana Lima")
        await opened.look_into("copilot-team")
        yield opened


def a_measured_product(session: Session, now: datetime) -> None:
    """A product with a week's numbers, whose update was to be drafted two hours ago and posted one hour ago."""
    new = NewProduct(
        key="copilot",
        name="Support Copilot",
        timezone="UTC",
        team_channel=TEAM,
        stakeholder_channel=NEWS,
        record=ProductRecord(stage=Stage.SCALE),
    )
    people = {Role.PM: ANA, Role.ML_LEAD: RAJ}
    product = service.add(session, new, people=people, rituals=registry().rituals, now=now)
    for ritual, ago in (("update_draft", 2), ("update_post", 1)):
        then = now - timedelta(hours=ago)
        at = At.parse(f"{then:%a %H:%M}")
        service.reschedule(session, product, ritual, at, now)
    window = Window(now - timedelta(days=7, hours=3), now - timedelta(hours=3))
    for name, value in VALUES.items():
        unit = CATALOGUE[name].unit
        reading = NewReading(metric=name, value=value, unit=unit, window=window, n=1000, origin=Origin.LOADED)
        readings.keep(session, product.id, reading, by="muster load", now=now)


async def picture(desk: SlackPage, name: str) -> None:
    if PICTURES is not None:
        await desk.page.screenshot(Path(PICTURES) / f"{name}.png")


async def ana_writes(desk: SlackPage) -> None:
    """Ana puts the week into her own words; a term that nobody outside knows is refused at its field."""
    await desk.press("Edit", message="Support Copilot, week of")
    await desk.form("Edit the update")
    await write(desk, "Headline", "a good week, one measure short of its target")
    await write(desk, "Highlights", "Customers rate it 4.2 of 5. 38 of 100 requests are handled without a person.")
    await write(desk, "Quality", "The F1 score is up.")
    await desk.send()
    assert "Instead of “F1 score” say: " in " ".join(await desk.refusals())
    await picture(desk, "update-jargon")
    await write(desk, "Quality", "91 of 100 answers are correct; 97 of 100 are polite.")
    await desk.send()
    await desk.form_is_gone()


async def write(desk: SlackPage, label: str, text: str) -> None:
    place = {"css": f'.modal .bk-input:has(> label:text-is("{label}"))'}
    await desk.page.fill(text, css="input, textarea", within=place)


async def ana_ticks(desk: SlackPage) -> None:
    """Ana is not let through before she ticked all that the update claims, and decided what was suggested."""
    await desk.press("Approve", message="97 of 100 are polite")
    asked = await desk.form("Approve the update")
    assert "NOTHING IS STORED BEHIND THESE" in asked
    assert "97 of 100" in asked
    await desk.page.select("Delete: nobody reads it", css=".modal select", nth=0)
    await desk.send()
    assert "Not ticked: " in " ".join(await desk.refusals())
    await picture(desk, "update-ticks")
    boxes = len(await desk.page.texts(css=".modal input[type=checkbox]"))
    for box in range(boxes):
        await desk.page.click(css=".modal input[type=checkbox]", nth=box)
    await desk.send()
    await desk.form_is_gone()


async def test_an_update_is_edited_ticked_approved_and_read(desk: SlackPage) -> None:
    await desk.say("/muster update draft")
    await desk.see("has it to approve")
    await desk.press("Show it")
    await desk.see("Expand knowledge base coverage")
    await picture(desk, "update-draft")

    await ana_writes(desk)
    await desk.say("/muster update")
    await desk.see("97 of 100 are polite")
    await ana_ticks(desk)
    await picture(desk, "update-approved")

    await desk.look_into("copilot-news")
    read = await desk.see("a good week, one measure short of its target")
    assert "edited and approved by ana" in read
    assert "Expand knowledge base coverage" not in read
    await picture(desk, "update-posted")
    assert await desk.page.errors() == []
