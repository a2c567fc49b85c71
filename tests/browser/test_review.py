"""Two people at the page of the independent Slack hold a whole review: twenty errors, fixes, and what came of it."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.peer.server import running
from tests.browser.page import Page
from tests.browser.slack_page import SlackPage
from tests.support.real_run import a_workspace, muster_run, predictions_of_this_week

PICTURES = os.environ.get("MUSTER_PICTURES")
"""The folder for pictures of the story, if anybody wants to look at them."""


@dataclass
class Count:
    """How much two people did to get through the list."""

    clicks: int = 0
    keys: int = 0


@pytest.fixture
async def desk(local_slack_binary: Path, page: Page, tmp_path: Path) -> AsyncIterator[SlackPage]:
    workspace = a_workspace()
    async with (
        running(local_slack_binary, workspace, folder=tmp_path / "slack") as slack,
        muster_run(slack, workspace, database_url=f"sqlite:///{tmp_path / 'muster.db'}"),
    ):
        opened = SlackPage(page)
        await opened.open(slack)
        await opened.act_as("Ana Lima")
        await opened.look_into("copilot-team")
        yield opened


async def picture(desk: SlackPage, name: str) -> None:
    if PICTURES is not None:
        await desk.page.screenshot(Path(PICTURES) / f"{name}.png")


async def add_and_review(desk: SlackPage, source: Path) -> None:
    """A product with its first review in the channel, and the review's thread open."""
    await desk.say("/muster product add")
    await desk.form("Add a product")
    await desk.fill("What people call it", "Support Copilot")
    await desk.fill("Where the predictions are", str(source))
    await desk.send()
    await desk.form_is_gone()
    await desk.see("Only you see this")
    await desk.say("/muster review now")
    await desk.see("is on its way to")


async def ana_with_the_keyboard_alone(desk: SlackPage, count: Count) -> None:
    """Ana says of each of the twenty how bad it is, in forms, without touching the mouse."""
    await desk.page.press("Enter", css='.thread-pane button:text-is("In a form")')
    for number in range(1, 21):
        await desk.form(f"Number {number} of 20")
        await desk.page.press("h" if number % 3 else "a", css=".modal select", nth=0)
        await desk.page.press("Enter", css=".modal-foot .modal-btn.primary")
        count.keys += 2
    await desk.see("You are through the list.")


async def raj_on_the_card(desk: SlackPage, count: Count) -> None:
    """Raj says of each of the twenty why it happened, with one choice on the card, which goes on by itself."""
    causes = ("Retrieval", "Prompt", "Training data gap", "Model limit")
    for number in range(1, 21):
        await desk.page.wait_for(css=f'.thread-pane .msg:has-text("Number {number} of 20")')
        await desk.page.select(causes[number % 4], css=".thread-pane .msg select")
        count.clicks += 2


async def they_decide_what_to_fix(desk: SlackPage) -> None:
    """Gather the fixes, weigh the first, finish, and share what was decided in the channel."""
    await in_thread(desk, "Finish")
    await desk.page.wait_for(css=".thread-pane .msg", has="What shall we fix?")
    await picture(desk, "board")
    await in_thread(desk, "Score and assign")
    await desk.form("Fix 1")
    await desk.fill("What is to be done", "Widen the articles on cards")
    await desk.choose("Kind of work", "Product")
    await desk.fill("Due", "in 2 weeks")
    await desk.choose("Does it fit this week?", "Yes")
    for label in ("Impact: what it changes for users", "Feasibility: whether we can"):
        await desk.choose(label, "4")
    await desk.choose("Risk: what may break", "2")
    await desk.choose("Fit with where the product is going", "4")
    await desk.send()
    await desk.form_is_gone()
    await in_thread(desk, "Finish the review")
    await desk.page.wait_for(css=".thread-pane .msg", has="Share in the channel")
    await picture(desk, "outcome")
    await in_thread(desk, "Share in the channel")
    assert "score 4 of 5" in await desk.see("What we fix in Support Copilot")


async def in_thread(desk: SlackPage, label: str) -> None:
    """Press the first button of this label in the open thread."""
    await desk.page.click(css=f'.thread-pane button:text-is("{label}")', nth=0)


async def test_two_people_finish_twenty_errors_with_little_to_fill_in(desk: SlackPage, tmp_path: Path) -> None:
    await add_and_review(desk, predictions_of_this_week(tmp_path))
    await desk.press("Start review", message="Error review: Support Copilot")
    await desk.see("You started the review")
    await desk.open_thread("Error review: Support Copilot")
    await picture(desk, "card")

    count = Count()
    await ana_with_the_keyboard_alone(desk, count)
    await desk.act_as("Raj Patel")
    await desk.open_thread("Error review: Support Copilot")
    await raj_on_the_card(desk, count)

    assert "20 of 20 reviewed by @Ana Lima and @Raj Patel." in await desk.see("20 of 20 reviewed")
    await picture(desk, "reviewed")
    assert (count.clicks, count.keys) == (40, 40)

    await desk.act_as("Ana Lima")
    await desk.open_thread("Error review: Support Copilot")
    await they_decide_what_to_fix(desk)
    await desk.say("/muster fix")
    assert "Widen the articles on cards" in await desk.see("Open fixes of Support Copilot")
    await desk.say("/muster fix done 1")
    await desk.see("shipped")
    await picture(desk, "fixes")
    assert await desk.page.errors() == []
