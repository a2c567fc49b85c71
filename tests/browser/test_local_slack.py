"""The local Slack's own page works in the browser: what the tests of whole stories stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.peer.config import Channel, Person, Workspace
from bot.demo.peer.server import Running, running
from tests.browser.page import Page
from tests.browser.slack_page import THREAD_BOX, SlackPage
from tests.demo.peer.echo import echoing
from tests.support.local_slack import Peer

WORKSPACE = Workspace(
    people=(
        Person(id="U01ALICE", name="alice", real_name="Alice Anderson"),
        Person(id="U02BEN", name="ben", real_name="Ben Berg"),
    ),
    channels=(
        Channel(id="C01TEAM", name="team", members=("U01ALICE", "U02BEN", "U0BOT")),
        Channel(id="C02QUIET", name="quiet", members=("U01ALICE",), is_private=True),
    ),
)


@pytest.fixture
async def slack(local_slack_binary: Path, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(local_slack_binary, WORKSPACE, folder=tmp_path / "slack") as up:
        yield up


@pytest.fixture
async def desk(slack: Running, page: Page) -> SlackPage:
    opened = SlackPage(page)
    await opened.open(slack)
    await opened.look_into("team")
    return opened


async def test_people_see_their_channels_and_speak_in_them(desk: SlackPage, slack: Running) -> None:
    await desk.act_as("Ben Berg")
    await desk.say("Hello, says Ben")

    assert (await desk.see("says Ben")).splitlines()[:2] == ["BB", "Ben Berg"]
    assert [name.split()[-1] for name in await desk.page.texts(css=".sidebar-item")] == ["quiet", "team", "muster"]
    async with Peer(slack.url) as peer:
        assert [(one["user"], one["text"]) for one in await peer.messages("C01TEAM")] == [("U02BEN", "Hello, says Ben")]
    assert await desk.page.errors() == []


async def test_a_command_opens_a_form_that_is_refused_and_then_taken(desk: SlackPage, slack: Running) -> None:
    async with echoing(slack, channel="C01TEAM"):
        await desk.say("/ask")
        assert await desk.form("Your name") == "Name\nSize\nSelect\nSmall\nLarge"
        await desk.send()
        assert await desk.refusals() == ["name: Say your name."]

        await desk.fill("Name", "Alice")
        await desk.choose("Size", "Large")
        await desk.send()
        await desk.form_is_gone()

        await desk.press("Again", message="Hello Alice (large)")
        await desk.form("Your name")
    assert await desk.page.errors() == []


async def test_the_home_and_a_thread_are_opened(desk: SlackPage, slack: Running) -> None:
    async with echoing(slack, channel="C01TEAM"), Peer(slack.url) as peer:
        root = await peer.message("U02BEN", "Who is there?", channel="C01TEAM")
        await peer.message("U02BEN", "Me.", channel="C01TEAM", thread_ts=root["ts"])
        await desk.open_thread("Who is there?")
        await desk.say("I am too", box=THREAD_BOX)
        await desk.page.wait_for(css=".thread-pane .msg", has="I am too")

        await desk.look_into("muster")
        await desk.press("Again")
        await desk.form("Your name")
    assert await desk.page.errors() == []
