"""Over a socket: whatever ends the connection, it comes back soon; what is dead for good ends the process."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.config import Settings
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from bot.slack import socket
from bot.slack.app import SlackApp
from bot.slack.client import connected
from bot.slack.socket import AppTokenError, Socket, SocketLostError, listening
from bot.store import audit
from bot.store.session import Database, now_in
from bot.wiring import running
from bot.wiring.parts import assembled
from bot.wiring.running import Part, slack_app
from tests.support.builders import a_product

BOT = App(token="xoxb-office", app_token="xapp-office")
PM, TEAM = "U0PM", "C0TEAM"
BACK_S = 10.0


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A Slack that is patient for less time than the real one, and a watch in tenths of seconds."""
    monkeypatch.setattr(socket, "PING_S", 0.2)
    monkeypatch.setattr(socket, "LOOK_EVERY", timedelta(seconds=0.2))
    monkeypatch.setattr(socket, "GIVEN_UP_AFTER", timedelta(seconds=5))
    with Sandbox(BOT, retry_after=(1, 2, 3), ack_within=1) as sandbox:
        sandbox.workspace.add(User(id=PM, name="Ana"), Channel(id=TEAM, name="team", members={BOT.bot_user, PM}))
        yield sandbox


def settings(slack: Sandbox, **known: Any) -> Settings:
    return Settings(_env_file=None, slack_bot_token=BOT.token, slack_api_url=slack.url, **known)


@asynccontextmanager
async def at_work(slack: Sandbox, database: Database) -> AsyncIterator[tuple[SlackApp, Socket]]:
    """Muster behind a socket, with its inbox worked on."""
    async with AsyncExitStack() as stack:
        sender = await stack.enter_async_context(connected(token=BOT.token, base_url=slack.url))
        told = settings(slack)
        parts = stack.enter_context(assembled(database, sender, moment=now_in, settings=told))
        app = await stack.enter_async_context(slack_app(told, parts, sender))
        open_socket = await stack.enter_async_context(listening(app, app_token=BOT.app_token))
        working = asyncio.create_task(_work(app))
        yield app, open_socket
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _work(app: SlackApp) -> None:
    while True:
        await app.turn()


async def until(happened: Callable[[], object], *, within: float = BACK_S) -> None:
    deadline = time.monotonic() + within
    while not await asyncio.to_thread(happened):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def deeds(database: Database) -> list[str]:
    return [one.what for one in database.do(audit.everything)]


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "cut"])
async def test_b11_a_connection_that_slack_ends_is_back_soon_and_what_came_meanwhile_is_delivered_again(
    slack: Sandbox, database: Database, reason: str
) -> None:
    database.do(a_product)
    async with at_work(slack, database):
        await until(lambda: slack.sockets() == 1)
        await asyncio.to_thread(slack.disconnect, reason)
        said = asyncio.create_task(asyncio.to_thread(slack.mention, PM, TEAM, "product set risk=high"))
        await until(lambda: slack.sockets() == 1)
        await said
        await until(lambda: deeds(database) == ["product edit"])
        assert await asyncio.to_thread(slack.settle, 10)
        command = await asyncio.to_thread(slack.command, PM, TEAM, "/muster", "product set risk=low")
        await until(lambda: len(deeds(database)) == 2)

    assert command.ok
    assert deeds(database) == ["product edit", "product edit"]


async def test_b11_a_warning_that_the_connection_will_end_breaks_nothing(slack: Sandbox, database: Database) -> None:
    async with at_work(slack, database):
        await until(lambda: slack.sockets() == 1)
        await asyncio.to_thread(slack.disconnect, "warning")
        await asyncio.sleep(0.3)
        await until(lambda: slack.sockets() >= 1)
        assert (await asyncio.to_thread(slack.command, PM, TEAM, "/muster", "help")).ok


async def test_b11_the_eleventh_connection_waits_its_turn_and_gets_in(slack: Sandbox, database: Database) -> None:
    async with aiohttp.ClientSession() as session, AsyncExitStack() as stack:
        others = []
        for _ in range(10):
            async with session.post(
                f"{slack.url}apps.connections.open", headers={"Authorization": f"Bearer {BOT.app_token}"}
            ) as answer:
                address = (await answer.json())["url"]
            others.append(await session.ws_connect(address))
        await until(lambda: slack.sockets() == 10)
        await stack.enter_async_context(at_work(slack, database))
        await asyncio.sleep(0.5)
        for other in others:
            await other.close()
        await until(lambda: slack.sockets() == 1)
        assert (await asyncio.to_thread(slack.command, PM, TEAM, "/muster", "help")).ok


async def test_b11_a_connection_gone_silent_is_replaced_and_hears_again(slack: Sandbox, database: Database) -> None:
    async with at_work(slack, database) as (_, open_socket):
        watching = asyncio.create_task(open_socket.watch())
        await until(lambda: slack.sockets() == 1)
        await asyncio.to_thread(slack.deafen)
        await asyncio.sleep(1.2)
        await asyncio.to_thread(lambda: slack.deafen(deaf=False))
        await asyncio.sleep(1.5)
        outcome = await asyncio.to_thread(slack.command, PM, TEAM, "/muster", "help")
        assert not watching.done()
        watching.cancel()

    assert outcome.ok


async def test_b11_a_slack_that_stays_silent_ends_the_watch(slack: Sandbox, database: Database) -> None:
    """Connections can be made, and none of them ever answers."""
    async with at_work(slack, database) as (_, open_socket):
        await asyncio.to_thread(slack.deafen)
        with pytest.raises(SocketLostError):
            await asyncio.wait_for(open_socket.watch(), 15)


async def test_b11_a_slack_that_takes_no_connection_ends_the_watch(slack: Sandbox, database: Database) -> None:
    async with at_work(slack, database) as (_, open_socket):
        slack.workspace.refuse(BOT.app_token, "account_inactive")
        await asyncio.to_thread(slack.disconnect, "cut")
        with pytest.raises(SocketLostError):
            await asyncio.wait_for(open_socket.watch(), 15)


async def test_b11_muster_run_ends_with_the_error_when_the_connection_stays_dead(
    slack: Sandbox, database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`muster` exits with 1 on any `MusterError`: whatever started it starts it again."""
    monkeypatch.setattr(running, "_stopped_by_signals", asyncio.Event)
    told: list[str] = []
    told_settings = settings(slack, slack_app_token=BOT.app_token, database_url=database_url, port=0)
    working = asyncio.create_task(running.run(told_settings, Part.WEB, announce=told.append))
    await until(lambda: slack.sockets() == 1)
    await asyncio.to_thread(slack.deafen)

    with pytest.raises(SocketLostError):
        await asyncio.wait_for(working, 25)
    assert told[-1] == "Slack reaches me over a socket."


async def test_a_token_that_opens_no_connection_is_named(slack: Sandbox, database: Database) -> None:
    slack.workspace.refuse(BOT.app_token, "invalid_auth")

    with pytest.raises(AppTokenError, match="SLACK_APP_TOKEN"):
        async with at_work(slack, database):
            pytest.fail("it must not begin")
