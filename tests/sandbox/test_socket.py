"""Socket Mode, as Slack's own client and Bolt know it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from tests.sandbox.listening import a_modal, listening
from tests.sandbox.places import TEAM, a_client, a_client_at, error_of, until

APP = App(token="xoxb-1", app_token="xapp-1")


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(APP, retry_after=(0.0, 0.01, 0.02), ack_within=0.5) as sandbox:
        sandbox.workspace.add(User(id="U1", name="One"), Channel(id=TEAM, name="team", members={"U1", APP.bot_user}))
        yield sandbox


@asynccontextmanager
async def connected(
    slack: Sandbox, session: aiohttp.ClientSession, *, payload: Any = None, deaf: bool = False
) -> AsyncIterator[tuple[SocketModeClient, list[SocketModeRequest]]]:
    """Slack's client, connected, which acknowledges everything with *payload* unless it is *deaf*."""
    seen: list[SocketModeRequest] = []
    client = SocketModeClient(app_token=APP.app_token, web_client=a_client_at(slack.url, session, ""), ping_interval=1)

    async def take(one: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        seen.append(request)
        if not deaf:
            await one.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    client.socket_mode_request_listeners.append(take)
    await client.connect()  # type: ignore[no-untyped-call]  # the SDK does not say
    try:
        yield client, seen
    finally:
        await client.close()  # type: ignore[no-untyped-call]  # the SDK does not say
        await client.aiohttp_client_session.close()
        await asyncio.sleep(0)


async def test_only_the_app_token_opens_a_socket(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    bot = a_client(slack, session, APP)
    app = a_client_at(slack.url, session, APP.app_token)
    url = (await app.apps_connections_open(app_token=APP.app_token))["url"]

    assert url.startswith("ws://127.0.0.1:")
    assert "/link?ticket=" in url
    assert await error_of(bot, "apps.connections.open") == "not_allowed_token_type"
    assert await error_of(a_client_at(slack.url, session, "xapp-2"), "apps.connections.open") == "invalid_auth"
    assert await error_of(a_client_at(slack.url, session, ""), "apps.connections.open") == "not_authed"
    assert await error_of(app, "chat.postMessage", channel=TEAM, text="x") == "not_allowed_token_type"


async def test_a_ticket_opens_one_connection_that_says_hello(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    url = (await a_client_at(slack.url, session, APP.app_token).apps_connections_open(app_token=APP.app_token))["url"]
    async with session.ws_connect(url) as link:
        hello = await link.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)

    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": APP.app_id}


async def test_a_command_goes_through_the_socket_and_is_answered(
    slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    async with connected(slack, session, payload={"text": "Hi"}) as (_, seen):
        outcome = await asyncio.to_thread(slack.command, "U1", TEAM, "/muster", "x")

    assert (outcome.ok, outcome.text, seen[0].type) == (True, "Hi", "slash_commands")
    assert (seen[0].payload["text"], seen[0].accepts_response_payload) == ("x", True)
    assert [one["text"] for one in slack.ephemerals()] == ["Hi"]


async def test_an_event_without_ack_comes_again(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    async with connected(slack, session, deaf=True) as (_, seen):
        first = await asyncio.to_thread(slack.direct, "U1", "hi")
        assert await asyncio.to_thread(slack.settle)

    assert (first.status, first.error) == (None, "operation_timeout")
    assert [(one.retry_attempt, one.retry_reason) for one in seen] == [(0, ""), *((n, "timeout") for n in (1, 2, 3))]
    assert {one.payload["event_id"] for one in seen} == set(first.ids)


async def test_each_envelope_goes_to_one_connection(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    async with connected(slack, session) as (_, left), connected(slack, session) as (_, right):
        for _ in range(4):
            assert (await asyncio.to_thread(slack.direct, "U1", "hi")).ok

    assert (len(left), len(right)) == (2, 2)


async def test_the_eleventh_connection_is_refused(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    client = a_client_at(slack.url, session, APP.app_token)
    links = []
    for _ in range(11):
        url = (await client.apps_connections_open(app_token=APP.app_token))["url"]
        links.append(await session.ws_connect(url))
    firsts = [await link.receive_json() for link in links]
    closed = await links[10].receive()

    assert [one["type"] for one in firsts] == ["hello"] * 10 + ["disconnect"]
    assert firsts[10]["reason"] == "too_many_websockets"
    assert closed.type is aiohttp.WSMsgType.CLOSE
    assert await asyncio.to_thread(slack.sockets) == 10
    for link in links:
        await link.close()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", "cut"])
async def test_the_client_comes_back_after_a_disconnect(
    slack: Sandbox, session: aiohttp.ClientSession, reason: str
) -> None:
    async with connected(slack, session) as (client, seen):
        before = await client.session_id()
        await asyncio.to_thread(slack.disconnect, reason)
        for _ in range(100):
            if await client.session_id() != before and await client.is_connected():
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail("it stayed away")
        outcome = await asyncio.to_thread(slack.direct, "U1", "hi")
        assert await asyncio.to_thread(slack.settle)

    assert outcome.ok or seen


async def test_pings_are_answered_until_the_socket_goes_deaf(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    client = a_client_at(slack.url, session, APP.app_token)
    url = (await client.apps_connections_open(app_token=APP.app_token))["url"]
    async with session.ws_connect(url, autoping=False) as link:
        await link.receive_json()
        await link.ping(b"1")
        assert (await link.receive()).data == b"1"
        await asyncio.to_thread(slack.deafen)
        await link.ping(b"2")
        with pytest.raises(TimeoutError):
            await link.receive(timeout=0.1)


async def test_what_is_no_ack_is_passed_over(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    client = a_client_at(slack.url, session, APP.app_token)
    url = (await client.apps_connections_open(app_token=APP.app_token))["url"]
    async with session.ws_connect(url) as link:
        await link.receive_json()
        for text in ("nonsense", "[]", '{"envelope_id": "none"}'):
            await link.send_str(text)
        sending = asyncio.create_task(asyncio.to_thread(slack.direct, "U1", "hi"))
        await link.send_json({"envelope_id": (await link.receive_json())["envelope_id"]})
        assert (await sending).ok


async def test_without_a_socket_nothing_arrives(slack: Sandbox) -> None:
    outcome = await asyncio.to_thread(slack.command, "U1", TEAM, "/muster")

    assert (outcome.status, outcome.error) == (None, "dispatch_failed")


async def test_an_app_on_http_gets_no_socket(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    client = a_client_at(slack.url, session, APP.app_token)
    async with listening(slack, APP):
        url = (await client.apps_connections_open(app_token=APP.app_token))["url"]
        async with session.ws_connect(url) as link:
            assert (await link.receive_json())["reason"] == "link_disabled"


async def test_bolt_opens_a_modal_and_answers_its_submission(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    app = AsyncApp(client=AsyncWebClient(token=APP.token, base_url=slack.url, session=session))

    async def review(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack("Opening")
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal(callback_id="note"))

    async def note(ack: Any, view: dict[str, Any]) -> None:
        said = view["state"]["values"]["why-block"]["why"]["value"]
        await ack(**({} if len(said) > 2 else {"response_action": "errors", "errors": {"why-block": "Say more."}}))

    app.command("/muster")(review)
    app.view("note")(note)
    handler = AsyncSocketModeHandler(app, APP.app_token, web_client=a_client_at(slack.url, session, ""))
    await handler.connect_async()  # type: ignore[no-untyped-call]  # the SDK does not say

    try:
        assert (await asyncio.to_thread(slack.command, "U1", TEAM, "/muster")).text == "Opening"
        await until(lambda: slack.modal("U1") is not None)
        assert (await asyncio.to_thread(slack.submit, "U1", {"why": "x"})).ok
        assert await asyncio.to_thread(slack.errors, "U1") == {"why-block": "Say more."}
        assert (await asyncio.to_thread(slack.submit, "U1", {"why": "because"})).ok
        assert slack.modal("U1") is None
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # the SDK does not say
        await handler.client.aiohttp_client_session.close()
