"""Driving the sandbox from outside: all that tests can do within, another process can do over HTTP."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SetClock
from bot.sandbox.control import ControlError, Received, RemoteSandbox
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from tests.sandbox.places import BOT, TEAM, error_of, texts

CHILD = Path(__file__).with_name("remote_child.py")


@pytest.fixture
def remote(slack: Sandbox) -> RemoteSandbox:
    return RemoteSandbox(slack.url)


def test_another_process_sets_up_breaks_uses_and_inspects_it() -> None:
    with Sandbox() as slack:
        child = subprocess.run(
            [sys.executable, "-m", "tests.sandbox.remote_child", slack.url],
            cwd=CHILD.parents[2],
            check=True,
            capture_output=True,
            timeout=30,
        )

        assert json.loads(child.stdout) == texts(slack.messages()) == ["lost answer", "second"]
        assert [one["bot_id"] for one in slack.messages()] == ["B09", "B09"]


async def test_messages_and_ephemerals_are_the_same_from_outside(
    slack: Sandbox, remote: RemoteSandbox, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel=TEAM, text="gone"))["ts"]
    await client.chat_delete(channel=TEAM, ts=ts)
    await client.chat_postMessage(channel="U0PM", text="direct")
    await client.chat_postEphemeral(channel=TEAM, user="U0PM", text="psst")
    remote.say(TEAM, "U0PM", "said")

    assert remote.messages() == slack.messages()
    assert texts(remote.messages(TEAM)) == ["said"]
    assert remote.messages(removed=True) == slack.messages(removed=True)
    assert remote.ephemerals(TEAM) == slack.ephemerals()


async def test_calls_are_the_same_from_outside(
    slack: Sandbox, remote: RemoteSandbox, client: AsyncWebClient, clock: SetClock
) -> None:
    await client.users_info(user="U0PM")

    assert remote.calls() == slack.received == [Received(method="users.info", arguments={"user": "U0PM"}, at=clock.at)]


def test_faults_can_be_added_and_taken_away_from_outside(slack: Sandbox, remote: RemoteSandbox) -> None:
    faults = [Fault(method="*", answer=answer, times=None, share=0.5, channel="C1") for answer in Answer]
    numbers = [remote.fail(one) for one in faults]
    assert slack.faults.waiting() == faults

    remote.mend(numbers[0])
    assert slack.faults.waiting() == faults[1:]

    remote.clear()
    assert slack.faults.waiting() == []


async def test_people_channels_and_tokens_change_from_outside(
    slack: Sandbox, remote: RemoteSandbox, client: AsyncWebClient
) -> None:
    remote.add(
        User(id="U1", name="One", is_restricted=True), Channel(id="C1", name="one", members={"U1", BOT.bot_user})
    )
    remote.change_user("U1", deleted=True)
    remote.change_channel("C1", is_archived=True, is_ext_shared=True, members=["U1"])
    remote.install(App(token="xoxb-7", scopes=frozenset({"chat:write"}), history_page=15))

    assert slack.workspace.users["U1"] == User(id="U1", name="One", is_restricted=True, deleted=True)
    assert slack.workspace.channels["C1"] == Channel(
        id="C1", name="one", members={"U1"}, is_archived=True, is_ext_shared=True
    )
    assert slack.workspace.apps["xoxb-7"] == App(token="xoxb-7", scopes=frozenset({"chat:write"}), history_page=15)
    remote.refuse(BOT.token, "token_revoked")
    assert await error_of(client, "auth.test") == "token_revoked"


def test_what_is_not_understood_is_said(remote: RemoteSandbox) -> None:
    with pytest.raises(ControlError, match="User has no age"):
        remote.change_user("U0PM", age=7)
    with pytest.raises(ControlError, match="C0NONE"):
        remote.messages("C0NONE")
    with pytest.raises(ControlError, match="nonsense"):
        remote._ask("nonsense")
