"""Each fault as Slack's own client sees it, and what was really stored."""

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import Channel
from tests.sandbox.places import BOT, TEAM, a_client, texts, until

METHOD = "chat.postMessage"


@dataclass(frozen=True)
class Seen:
    """What a client gets: an exception, and where an answer came, its status and error."""

    kind: type[BaseException]
    status: int | None = None
    error: str | None = None


CASES: list[tuple[Fault, Seen]] = [
    (Fault(method=METHOD, answer=Answer.STATUS, value="500"), Seen(SlackApiError, 500)),
    (Fault(method=METHOD, answer=Answer.STATUS, value="502"), Seen(SlackApiError, 502)),
    (Fault(method=METHOD, answer=Answer.STATUS, value="503"), Seen(SlackApiError, 503)),
    (Fault(method=METHOD, answer=Answer.STATUS, value="504"), Seen(SlackApiError, 504)),
    (Fault(method=METHOD, answer=Answer.HTML), Seen(SlackApiError, 200)),
    (Fault(method=METHOD, answer=Answer.EMPTY), Seen(SlackApiError, 200)),
    (Fault(method=METHOD, answer=Answer.ERROR, value="fatal_error"), Seen(SlackApiError, 200, "fatal_error")),
    (
        Fault(method=METHOD, answer=Answer.ERROR, value="ekm_access_denied"),
        Seen(SlackApiError, 200, "ekm_access_denied"),
    ),
    (Fault(method=METHOD, answer=Answer.RESET), Seen(aiohttp.ClientOSError)),
    (Fault(method=METHOD, answer=Answer.CLOSE), Seen(aiohttp.ServerDisconnectedError)),
    (Fault(method=METHOD, answer=Answer.HALF), Seen(aiohttp.ClientPayloadError)),
]


@pytest.mark.parametrize("stores", [False, True])
@pytest.mark.parametrize(("fault", "seen"), CASES, ids=lambda one: f"{getattr(one, 'answer', '')}")
async def test_a_fault_before_or_after_the_message_was_stored(
    slack: Sandbox, client: AsyncWebClient, fault: Fault, seen: Seen, stores: bool
) -> None:
    slack.faults.add(replace(fault, stores=stores))

    with pytest.raises(seen.kind) as caught:
        await client.chat_postMessage(channel=TEAM, text="x")

    assert _as_seen(caught.value) == seen
    assert texts(slack.messages()) == ["x"] * stores
    assert [method for method, _ in slack.calls] == [METHOD]
    await client.chat_postMessage(channel=TEAM, text="next")
    assert texts(slack.messages())[stores:] == ["next"]


@pytest.mark.parametrize("stores", [False, True])
async def test_an_answer_that_never_comes_outlasts_the_client(
    slack: Sandbox, hasty_session: aiohttp.ClientSession, stores: bool
) -> None:
    slack.faults.add(Fault(method=METHOD, answer=Answer.SILENCE, stores=stores))

    with pytest.raises(TimeoutError):
        await a_client(slack, hasty_session, BOT).chat_postMessage(channel=TEAM, text="x")

    assert texts(slack.messages()) == ["x"] * stores


async def test_a_reset_is_a_reset_and_no_polite_end(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add(Fault(method=METHOD, answer=Answer.RESET))

    with pytest.raises(aiohttp.ClientOSError, match=r"Connection reset by peer"):
        await client.chat_postMessage(channel=TEAM, text="x")


@pytest.mark.parametrize("header", ["30", "0", "86400", "abc", ""])
async def test_a_rate_limit_with_any_header_or_none(slack: Sandbox, client: AsyncWebClient, header: str) -> None:
    slack.faults.add(Fault(method=METHOD, answer=Answer.RATE_LIMITED, value=header))

    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=TEAM, text="x")

    assert caught.value.response.status_code == 429
    assert caught.value.response.headers.get("retry-after") == (header or None)
    assert slack.messages() == []


async def test_half_an_answer_is_the_first_half_of_the_real_one(slack: Sandbox) -> None:
    slack.faults.add(Fault(method=METHOD, answer=Answer.HALF, stores=True))
    host, port = slack.url.removeprefix("http://").removesuffix("/api/").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(_raw_post(b'{"channel": "C0TEAM", "text": "x"}'))
    received = (await reader.read()).partition(b"\r\n\r\n")[2]
    writer.close()
    await writer.wait_closed()

    assert received.startswith(b'{"ok": true, "channel": "C0TEAM"')
    assert not received.endswith(b"}")


async def test_a_message_may_be_accepted_long_after_the_client_gave_up(
    slack: Sandbox, hasty_session: aiohttp.ClientSession
) -> None:
    """slack.md A5, A6."""
    slack.faults.add(Fault(method=METHOD, answer=Answer.SILENCE, stores=True, delay_s=0.6))

    with pytest.raises(TimeoutError):
        await a_client(slack, hasty_session, BOT).chat_postMessage(channel=TEAM, text="x")
    assert slack.messages() == []

    await until(lambda: len(slack.messages()) == 1)


async def test_a_slow_slack_answers_the_truth_in_the_end(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add(Fault(method="*", answer=Answer.REAL, delay_s=0.05, times=None))
    began = time.monotonic()

    await client.auth_test()
    await client.chat_postMessage(channel=TEAM, text="x")

    assert time.monotonic() - began >= 0.1
    assert texts(slack.messages()) == ["x"]


async def test_a_slow_call_holds_up_no_other(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add(Fault(method="auth.test", answer=Answer.REAL, delay_s=60))
    slow = asyncio.create_task(client.auth_test())
    await until(lambda: len(slack.calls) == 1)

    await client.chat_postMessage(channel=TEAM, text="x")

    assert not slow.done()
    slow.cancel()


async def test_a_fault_of_one_channel_leaves_the_others_alone(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.workspace.add(Channel(id="C0B", name="b", members={BOT.bot_user}))
    slack.faults.add(Fault(method=METHOD, answer=Answer.ERROR, value="is_archived", channel="C0B", times=None))

    outcomes = [await _outcome(client, channel) for channel in (TEAM, "C0B", TEAM, "C0B")]

    assert outcomes == ["ok", "is_archived", "ok", "is_archived"]


async def test_an_outage_is_over_when_its_fault_is_removed(slack: Sandbox, client: AsyncWebClient) -> None:
    """slack.md A20."""
    outage = slack.faults.add(Fault(method="*", answer=Answer.STATUS, value="503", times=None))
    assert [await _outcome(client, TEAM) for _ in range(3)] == ["503"] * 3

    slack.faults.remove(outage)

    assert await _outcome(client, TEAM) == "ok"
    assert texts(slack.messages()) == ["x"]


def _as_seen(error: BaseException) -> Seen:
    if not isinstance(error, SlackApiError):
        return Seen(type(error))
    answered: Any = error.response
    data = answered.data if isinstance(answered.data, dict) else {}
    return Seen(type(error), answered.status_code, data.get("error"))


async def _outcome(client: AsyncWebClient, channel: str) -> str:
    try:
        await client.chat_postMessage(channel=channel, text="x")
    except SlackApiError as error:
        answered: Any = error.response
        return str(answered.get("error") or answered.status_code)
    return "ok"


def _raw_post(body: bytes) -> bytes:
    head = (
        f"POST /api/{METHOD} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {BOT.token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
