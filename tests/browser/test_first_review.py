"""A person at the page of the independent Slack: from adding a product to its first review, wrong input included."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.peer.server import running
from tests.browser.page import Page
from tests.browser.slack_page import SlackPage
from tests.support.real_run import a_workspace, muster_run, predictions_of_this_week

PICTURES = os.environ.get("MUSTER_PICTURES")
"""The folder for pictures of the story, if anybody wants to look at them."""


@pytest.fixture
async def desk(local_slack_binary: Path, page: Page, tmp_path: Path) -> AsyncIterator[SlackPage]:
    workspace = a_workspace()
    database_url = f"sqlite:///{tmp_path / 'muster.db'}"
    async with (
        running(local_slack_binary, workspace, folder=tmp_path / "slack") as slack,
        muster_run(slack, workspace, database_url=database_url),
    ):
        opened = SlackPage(page)
        await opened.open(slack)
        await opened.act_as("Ana Lima")
        await opened.look_into("copilot-team")
        yield opened


async def picture(desk: SlackPage, name: str) -> None:
    if PICTURES is not None:
        await desk.page.screenshot(Path(PICTURES) / f"{name}.png")


async def add_a_product(desk: SlackPage, source: Path) -> None:
    """Say it, see a wrong path refused beside what was typed, mend it, and see what the first review would say."""
    await desk.say("/muster")
    await desk.press("Add a product", message="No product speaks in this channel")
    await desk.form("Add a product")
    await desk.fill("What people call it", "Support Copilot")
    await desk.fill("Where the predictions are", str(source.with_suffix(".csv")))
    await desk.send()
    assert await desk.refusals() == [f"source: There is no file “{source.with_suffix('.csv')}”."]
    await picture(desk, "refused")
    await desk.fill("Where the predictions are", str(source))
    await desk.send()
    await desk.form_is_gone()
    await desk.see("You added")
    assert "Change card for my sister?" in await desk.see("Only you see this")


async def test_ana_adds_a_product_and_gets_its_first_review(desk: SlackPage, tmp_path: Path) -> None:
    await add_a_product(desk, predictions_of_this_week(tmp_path))
    await picture(desk, "preview")

    await desk.say("/muster review now")
    await desk.see("is on its way to")
    await desk.press("All 20", message="All 20 are in the thread")
    await desk.see("The worst 20 of Support Copilot")
    await picture(desk, "review")
    await desk.page.click(css=".main .msg button", has="Full text", nth=-1)
    assert "It is under Settings." in await desk.see(", whole")

    await desk.look_into("muster")
    await desk.page.wait_for(text="Your products")
    await picture(desk, "home")
    assert await desk.page.errors() == []


async def test_a_wrong_word_gets_help_and_settings_are_changed_and_taken_back(desk: SlackPage, tmp_path: Path) -> None:
    await add_a_product(desk, predictions_of_this_week(tmp_path))

    await desk.say("/muster setings")
    assert "Did you mean “settings”?" in await desk.see("I do not know “setings”")
    await desk.say("/muster settings set “fri 15:30”")
    assert "fri 15:30" in await desk.see("You changed the settings")
    await picture(desk, "settings")
    await desk.press("Undo", message="You changed the settings")
    await desk.see("You took it back")
    await desk.say("/muster settings")
    assert "mon 09:00" in await desk.see("Settings of Support Copilot")
    assert await desk.page.errors() == []
