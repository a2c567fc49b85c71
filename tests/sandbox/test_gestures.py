"""What people do reaches the app over signed HTTP, and its answer reaches them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SetClock
from bot.sandbox.control import ControlError, RemoteSandbox
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.outcome import GestureError
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import Channel, User
from tests.sandbox.listening import ListeningApp, a_button, always, listening, options, plain
from tests.sandbox.places import BOT, TEAM, texts


@pytest.fixture
async def app(slack: Sandbox) -> AsyncIterator[ListeningApp]:
    async with listening(slack, BOT) as opened:
        yield opened


async def test_a_command_says_who_where_and_what_and_is_answered_to_them_alone(
    slack: Sandbox, app: ListeningApp
) -> None:
    app.answer = always("Two open.")

    outcome = await asyncio.to_thread(slack.command, "U0PM", TEAM, "/muster", "ask <@U0PM|ana> & co")

    sent = dict(app.seen[0])
    assert outcome.ok
    assert (outcome.status, outcome.text, outcome.ids) == (200, "Two open.", (sent["trigger_id"],))
    assert sent.pop("response_url").startswith("http://127.0.0.1:")
    assert sent.pop("trigger_id")
    assert sent == {
        "token": "sandbox-verification-token",
        "team_id": "T01SANDBOX",
        "team_domain": "sandbox",
        "channel_id": TEAM,
        "channel_name": "team",
        "user_id": "U0PM",
        "user_name": "ana.lima",
        "command": "/muster",
        "text": "ask <@U0PM|ana> & co",
        "api_app_id": "A01MUSTER",
        "is_enterprise_install": "false",
    }
    assert [(one["text"], one["shown_to"]) for one in slack.ephemerals()] == [("Two open.", "U0PM")]
    assert slack.messages() == []


async def test_a_command_answered_in_channel_is_seen_by_all(slack: Sandbox, app: ListeningApp) -> None:
    app.answer = always({"response_type": "in_channel", "text": "Hello"})

    await asyncio.to_thread(slack.command, "U0PM", TEAM, "/muster")

    assert texts(slack.messages(TEAM)) == ["Hello"]
    assert slack.ephemerals() == []


async def test_an_answer_that_slack_refuses_is_told(slack: Sandbox, app: ListeningApp) -> None:
    app.answer = always({"text": "x", "blocks": [{"type": "nonsense"}]})

    outcome = await asyncio.to_thread(slack.command, "U0PM", TEAM, "/muster")

    assert (outcome.ok, outcome.error) == (False, "invalid_blocks")
    assert slack.ephemerals() == []


async def test_a_late_or_failing_app_is_told_as_slack_tells_it(slack: Sandbox, app: ListeningApp) -> None:
    slack._courier.settings.ack_within = 0.05
    app.status = 500
    failed = await asyncio.to_thread(slack.command, "U0PM", TEAM, "/muster")
    app.delay_s = 0.2
    late = await asyncio.to_thread(slack.command, "U0PM", TEAM, "/muster")

    assert (failed.status, failed.error) == (500, "dispatch_failed")
    assert (late.status, late.error) == (None, "operation_timeout")
    assert len(app.seen) == 2  # a command is never sent again


async def test_a_click_carries_message_place_and_value(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient
) -> None:
    blocks = [{"type": "actions", "elements": [a_button("own", "row-1")]}, a_section_with(a_button("own", "row-2"))]
    ts = (await client.chat_postMessage(channel=TEAM, text="Who?", blocks=blocks))["ts"]

    outcome = await asyncio.to_thread(slack.click, "U0PM", TEAM, ts, "own", "row-2")

    sent = app.seen[0]
    [action] = sent["actions"]
    assert outcome.ok
    assert (action["type"], action["value"], action["text"]) == ("button", "row-2", plain("row-2"))
    assert action["block_id"] == sent["message"]["blocks"][1]["block_id"]
    assert sent["container"] == {"type": "message", "message_ts": ts, "channel_id": TEAM, "is_ephemeral": False}
    assert sent["channel"] == {"id": TEAM, "name": "team"}
    assert sent["user"] == {"id": "U0PM", "username": "ana.lima", "name": "ana.lima", "team_id": "T01SANDBOX"}
    assert sent["message"]["text"] == "Who?"


async def test_what_is_chosen_in_a_message_stays_chosen(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient
) -> None:
    menu = {"type": "static_select", "action_id": "cause", "options": options("data", "prompt")}
    block = {"type": "actions", "block_id": "b", "elements": [menu, a_button("save", "s")]}
    ts = (await client.chat_postMessage(channel=TEAM, text="Why?", blocks=[block]))["ts"]

    await asyncio.to_thread(slack.click, "U0PM", TEAM, ts, "cause", "Prompt")
    await asyncio.to_thread(slack.click, "U0PM", TEAM, ts, "save")

    chosen = {"type": "static_select", "selected_option": options("prompt")[0]}
    assert app.seen[0]["actions"][0]["selected_option"] == options("prompt")[0]
    assert app.seen[1]["state"] == {"values": {"b": {"cause": chosen}}}


async def test_only_who_was_shown_an_ephemeral_can_press_in_it(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient
) -> None:
    slack.workspace.add(User(id="U2", name="Two"))
    block = {"type": "actions", "elements": [a_button("go", "1")]}
    ts = (await client.chat_postEphemeral(channel=TEAM, user="U0PM", text="Go?", blocks=[block]))["message_ts"]

    await asyncio.to_thread(slack.click, "U0PM", TEAM, ts, "go")

    assert app.seen[0]["container"]["is_ephemeral"] is True
    assert "message" not in app.seen[0]
    with pytest.raises(GestureError, match="U2 sees no message"):
        await asyncio.to_thread(slack.click, "U2", TEAM, ts, "go")
    with pytest.raises(GestureError, match="no stop"):
        await asyncio.to_thread(slack.click, "U0PM", TEAM, ts, "stop")


async def test_a_response_url_replaces_deletes_and_ends(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient, session: aiohttp.ClientSession, clock: SetClock
) -> None:
    block = {"type": "actions", "elements": [a_button("go", "1")]}
    ts = (await client.chat_postMessage(channel=TEAM, text="Go?", blocks=[block]))["ts"]
    await asyncio.to_thread(slack.click, "U0PM", TEAM, ts, "go")
    url = app.seen[0]["response_url"]

    assert await _post(session, url, {"text": "psst"}) == (200, "ok")
    assert await _post(session, url, {"text": "all", "response_type": "in_channel"}) == (200, "ok")
    assert await _post(session, url, {"text": "Gone.", "replace_original": True}) == (200, "ok")
    assert texts(slack.messages(TEAM)) == ["Gone.", "all"]
    assert texts(slack.ephemerals(TEAM)) == ["psst"]
    assert await _post(session, url, {"delete_original": True}) == (200, "ok")
    assert texts(slack.messages(TEAM)) == ["all"]
    assert (await _post(session, url, {}))[0] == 400
    assert (await _post(session, url, {"text": "sixth"}))[0] == 404

    await asyncio.to_thread(slack.command, "U0PM", TEAM, "/muster")
    clock.advance(timedelta(minutes=30, seconds=1))
    assert (await _post(session, app.seen[1]["response_url"], {"text": "late"}))[0] == 404


async def test_an_ephemeral_can_be_replaced_and_taken_away(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    block = {"type": "actions", "elements": [a_button("go", "1")]}
    ts = (await client.chat_postEphemeral(channel=TEAM, user="U0PM", text="Go?", blocks=[block]))["message_ts"]
    await asyncio.to_thread(slack.click, "U0PM", TEAM, ts, "go")
    url = app.seen[0]["response_url"]

    await _post(session, url, {"text": "Gone.", "replace_original": True})
    assert [(one["ts"], one["text"], one["blocks"]) for one in slack.ephemerals()] == [(ts, "Gone.", [])]
    await _post(session, url, {"delete_original": True})
    assert slack.ephemerals() == slack.messages() == []


async def test_a_response_url_can_fail(slack: Sandbox, app: ListeningApp, session: aiohttp.ClientSession) -> None:
    await asyncio.to_thread(slack.command, "U0PM", TEAM, "/muster")
    slack.faults.add(Fault(method="response_url", answer=Answer.STATUS, value="503"))

    assert (await _post(session, app.seen[0]["response_url"], {"text": "lost"}))[0] == 503
    assert slack.ephemerals() == []
    assert slack.calls == [("response_url", {"text": "lost"})]


async def test_a_mention_is_two_events_and_a_direct_message_one(slack: Sandbox, app: ListeningApp) -> None:
    named = await asyncio.to_thread(slack.mention, "U0PM", TEAM, "help")
    direct = await asyncio.to_thread(slack.direct, "U0PM", "hello")

    kinds = [(one["event"]["type"], one["event"].get("channel_type")) for one in app.seen]
    assert kinds == [("app_mention", None), ("message", "channel"), ("message", "im")]
    assert named.ids == (app.seen[0]["event_id"], app.seen[1]["event_id"])
    assert app.seen[0]["event"]["client_msg_id"] == app.seen[1]["event"]["client_msg_id"]
    assert [(one["ts"], one["text"]) for one in slack.messages()] == [
        (named.ts, "<@U00BOT> help"),
        (direct.ts, "hello"),
    ]


async def test_any_event_home_and_shortcuts_are_sent(slack: Sandbox, app: ListeningApp) -> None:
    ts = slack.workspace.say(TEAM, "U0PM", "look")["ts"]
    await asyncio.to_thread(slack.open_home, "U0PM")
    await asyncio.to_thread(slack.event, "channel_archive", channel=TEAM, user="U0PM")
    await asyncio.to_thread(slack.event, "app_rate_limited")
    await asyncio.to_thread(slack.shortcut, "U0PM", "new")
    await asyncio.to_thread(slack.shortcut, "U0PM", "note", channel=TEAM, ts=ts)

    home, archive, limited, everywhere, about = app.seen
    assert (home["event"]["type"], home["event"]["tab"]) == ("app_home_opened", "home")
    assert (archive["event"]["type"], archive["event"]["channel"]) == ("channel_archive", TEAM)
    assert (limited["type"], limited["minute_rate_limited"] % 60) == ("app_rate_limited", 0)
    assert (everywhere["type"], everywhere["callback_id"]) == ("shortcut", "new")
    assert (about["type"], about["message_ts"], about["message"]["text"]) == ("message_action", ts, "look")


async def test_strangers_and_guests_are_marked(slack: Sandbox, app: ListeningApp, client: AsyncWebClient) -> None:
    slack.workspace.add(User(id="U9", name="Far", team_id="T99", is_restricted=True, is_ultra_restricted=True))
    await asyncio.to_thread(slack.shortcut, "U9", "new")
    about = (await client.users_info(user="U9"))["user"]

    assert (app.seen[0]["user"]["team_id"], app.seen[0]["team"]["id"]) == ("T99", "T01SANDBOX")
    assert (about["is_stranger"], about["is_ultra_restricted"], about["team_id"]) == (True, True, "T99")
    assert "is_stranger" not in (await client.users_info(user="U0PM"))["user"]


async def test_who_left_or_sees_nothing_does_nothing(slack: Sandbox, app: ListeningApp) -> None:
    slack.workspace.add(Channel(id="C9", name="secret", is_private=True, members={"U2"}))
    for user, channel in (("U0GONE", TEAM), ("U0NONE", TEAM), ("U0PM", "C9"), ("U0PM", "C0NONE")):
        with pytest.raises(GestureError):
            await asyncio.to_thread(slack.command, user, channel, "/muster")
    assert app.seen == []


async def test_another_process_does_the_same(slack: Sandbox, app: ListeningApp) -> None:
    app.answer = always("Hi")
    remote = RemoteSandbox(slack.url)

    outcome = await asyncio.to_thread(remote.command, "U0PM", TEAM, "/muster", "x")
    event = await asyncio.to_thread(remote.direct, "U0PM", "hello")
    again = await asyncio.to_thread(remote.redeliver, event.ids[0], retry=1)

    assert (outcome.text, outcome.ids) == ("Hi", (app.seen[0]["trigger_id"],))
    assert (again.status, app.seen[1], app.headers[2]["x-slack-retry-num"]) == (200, app.seen[2], "1")
    assert await asyncio.to_thread(remote.attempts) == await asyncio.to_thread(slack.attempts)
    with pytest.raises(ControlError, match="U0NONE"):
        await asyncio.to_thread(remote.command, "U0NONE", TEAM, "/muster")


def a_section_with(accessory: dict[str, Any]) -> dict[str, Any]:
    return {"type": "section", "text": plain("x"), "accessory": accessory}


async def _post(session: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> tuple[int, str]:
    async with session.post(url, json=body) as response:
        return response.status, await response.text()
