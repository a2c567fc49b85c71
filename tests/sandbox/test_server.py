"""The server itself: it starts at once, stops cleanly, and takes what is not HTTP in its stride."""

import asyncio
import gc
import socket
import threading
import time
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.clock import SetClock
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import Channel
from tests.sandbox.places import BOT, TEAM, a_client, texts, until


def test_it_starts_in_no_time_and_is_gone_when_it_stops() -> None:
    began = time.monotonic()
    with Sandbox() as slack:
        assert time.monotonic() - began < 0.5
        port = _port(slack)
        socket.create_connection(("127.0.0.1", port)).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    assert "sandbox" not in {thread.name for thread in threading.enumerate()}


async def test_it_stops_while_clients_hang_and_leaves_nothing_open(recwarn: pytest.WarningsRecorder) -> None:
    async with aiohttp.ClientSession() as session:
        with Sandbox(BOT) as slack:
            client = a_client(slack, session, BOT)
            slack.faults.add(Fault(method="auth.test", answer=Answer.SILENCE))
            slack.faults.add(Fault(method="api.test", answer=Answer.REAL, delay_s=60))
            hanging = [asyncio.create_task(one) for one in (client.auth_test(), client.api_test())]
            await until(lambda: len(slack.calls) == 2)

        outcomes = await asyncio.gather(*hanging, return_exceptions=True)

    assert all(isinstance(one, aiohttp.ClientError) for one in outcomes)
    assert _left_open(recwarn) == []


def test_it_stops_while_somebody_connects_and_leaves_nothing_open(recwarn: pytest.WarningsRecorder) -> None:
    with Sandbox() as slack:
        assert slack._loop is not None
        # Busy for a moment, the loop learns of the connection and of its end at once.
        slack._loop.call_soon_threadsafe(time.sleep, 0.1)
        late = socket.create_connection(("127.0.0.1", _port(slack)))
    late.close()

    assert _left_open(recwarn) == []


def test_it_stops_while_a_client_does_not_listen_and_leaves_nothing_open(recwarn: pytest.WarningsRecorder) -> None:
    with Sandbox(BOT) as slack:
        slack.workspace.add(Channel(id=TEAM, name="team", members={BOT.bot_user}))
        for _ in range(500):
            slack.workspace.say(TEAM, "U1", "x" * 40_000)
        deaf = socket.create_connection(("127.0.0.1", _port(slack)))
        deaf.sendall(
            f"GET /api/conversations.history?channel={TEAM}&limit=500 HTTP/1.1\r\nhost: x\r\n"
            f"authorization: Bearer {BOT.token}\r\n\r\n".encode()
        )
        deaf.recv(100)
    deaf.close()

    assert _left_open(recwarn) == []


def test_a_sandbox_that_never_ran_leaves_nothing_open(recwarn: pytest.WarningsRecorder) -> None:
    Sandbox()

    assert _left_open(recwarn) == []


def test_two_sandboxes_do_not_know_each_other() -> None:
    with Sandbox() as one, Sandbox() as other:
        one.workspace.add(Channel(id=TEAM, name="team"))
        one.workspace.say(TEAM, "U1", "here")

        assert one.url != other.url
        assert (texts(one.messages()), other.messages()) == (["here"], [])


async def test_an_error_of_its_own_is_not_taken_for_one_of_slack(session: aiohttp.ClientSession) -> None:
    with pytest.raises(KeyError, match="ts"):
        await _read_what_makes_no_sense(session)


async def _read_what_makes_no_sense(session: aiohttp.ClientSession) -> None:
    with Sandbox(BOT) as slack:
        slack.workspace.add(Channel(id=TEAM, name="team", members={BOT.bot_user}, messages=[{"no": "ts"}]))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await a_client(slack, session, BOT).conversations_history(channel=TEAM)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\n",
        b"\x16\x03\x01\x02",
        b"POST /api/x HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_hung_up_on(slack: Sandbox, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", _port(slack))
    writer.write(sent)
    writer.write_eof()

    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_calls_are_kept_with_their_time_and_without_a_token(
    slack: Sandbox, session: aiohttp.ClientSession, clock: SetClock
) -> None:
    clock.at = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
    async with session.post(slack.url + "users.info", data={"token": BOT.token, "user": "U0PM"}) as response:
        assert (await response.json())["ok"]
    await a_client(slack, session, BOT).users_list(limit=3)

    assert slack.calls == [("users.info", {"user": "U0PM"}), ("users.list", {"limit": "3"})]
    assert {one.at for one in slack.received} == {clock.at}
    assert BOT.token not in repr(slack.received)


def _port(slack: Sandbox) -> int:
    return int(slack.url.removesuffix("/api/").rpartition(":")[2])


def _left_open(recwarn: pytest.WarningsRecorder) -> list[str]:
    gc.collect()
    return [str(one.message) for one in recwarn if issubclass(one.category, ResourceWarning)]
