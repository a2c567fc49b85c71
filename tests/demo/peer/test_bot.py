"""What the local Slack does with a bot that knows nothing of Muster, driven through `Peer`."""

from collections.abc import AsyncIterator

import pytest

from bot.demo.peer.config import App
from bot.demo.peer.server import Running
from tests.demo.peer.echo import BUTTON, echoing, values
from tests.support.local_slack import Peer

ALICE, TEAM = "U01ALICE", "C01TEAM"


@pytest.fixture
async def echo(slack: Running) -> AsyncIterator[None]:
    async with echoing(slack, channel=TEAM):
        yield


@pytest.mark.usefixtures("echo")
async def test_a_command_is_answered(peer: Peer) -> None:
    await peer.command(ALICE, "hello there", channel=TEAM, command="/echo")

    answer = await peer.said(TEAM, lambda one: one["user"] == App.bot_user)

    assert answer["text"] == "You said hello there"
    assert answer["subtype"] == "ephemeral"


@pytest.mark.usefixtures("echo")
async def test_a_form_is_refused_pushed_on_and_taken(peer: Peer) -> None:
    await peer.command(ALICE, channel=TEAM, command="/ask")
    await peer.view("Your name")

    assert await peer.submit_view(ALICE, {}) == {"name": "Say your name."}
    assert await peer.submit_view(ALICE, values("more")) == {}
    assert [view["title"]["text"] for view in peer.stack] == ["Your name", "More"]
    assert await peer.submit_view(ALICE, values("Alice", "large")) == {}
    assert peer.stack == []
    greeting = await peer.said(TEAM, lambda one: one["text"] == "Hello Alice (large)")

    await peer.interact(ALICE, greeting, **BUTTON)
    await peer.view("Your name")
    await peer.close_view(ALICE)
    assert peer.stack == []


@pytest.mark.usefixtures("echo")
async def test_the_app_home_is_shown_and_clicked(peer: Peer) -> None:
    await peer.open_home(ALICE)
    await peer.until(lambda: ALICE in peer.homes)

    (shown,) = peer.homes[ALICE].values()
    assert [block["block_id"] for block in shown["blocks"]] == [BUTTON["block_id"]]
    await peer.click_in_home(ALICE, **BUTTON)
    await peer.view("Your name")


async def test_what_people_say_is_there_until_it_is_forgotten(peer: Peer) -> None:
    said = await peer.message(ALICE, "hello", channel=TEAM)
    await peer.react(ALICE, said, "eyes")

    assert [(one["text"], one["reactions"]) for one in await peer.messages(TEAM)] == [
        ("hello", [{"name": "eyes", "count": 1, "users": [ALICE]}])
    ]
    await peer.reset()
    assert await peer.messages(TEAM) == []


@pytest.mark.usefixtures("echo")
async def test_what_the_bot_called_is_logged(peer: Peer) -> None:
    await peer.command(ALICE, channel=TEAM, command="/ask")
    await peer.view("Your name")

    called = [one["summary"] for one in await peer.log() if one["direction"] == "from_bot"]

    assert [summary for summary in called if summary.startswith("views.")] == ["views.open"]
