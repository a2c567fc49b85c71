"""`muster run`: one process that takes part in the work until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.wiring.parts import Parts, assembled, bot_token, opened, registry, source_opener
from bot.wiring.readers import readers

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.schedule.worker import Worker
    from bot.slack.app import SlackApp
    from bot.slack.client import SlackSender
    from bot.slack.desk import Limits
    from bot.slack.front import Door
    from bot.slack.handling import House
    from bot.store.session import Database

Loop = Coroutine[Any, Any, None]


class Part(StrEnum):
    """What a process does: web takes what comes in from Slack and over HTTP, worker runs rituals and delivers posts."""

    WEB = "web"
    WORKER = "worker"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew:
    """Everything one process works with."""

    database: Database
    worker: Worker
    parts: Parts
    slack: SlackApp


async def run(settings: Settings, part: Part, *, announce: Callable[[str], None], by_address: bool = False) -> None:
    """Take part until SIGTERM or SIGINT. *announce* is told where health is and how Slack reaches this process.
    *by_address*: for the local Slack, see `bot.slack.client.connected`.

    Raises `UserError` when it cannot begin: no token, an old database, another host on the same SQLite file; and
    `SocketLostError` when the connection to Slack stays dead.
    """
    stop = _stopped_by_signals()
    async with AsyncExitStack() as stack:
        crew = await stack.enter_async_context(_crew(settings, by_address=by_address))
        loops = [crew.worker.until(stop, crew.slack.turn)]
        watches: list[Loop] = []
        if part is not Part.WORKER:
            watches += await stack.enter_async_context(_listening(settings, crew.slack))
        port = await stack.enter_async_context(_pages(settings, part, crew))
        if part is not Part.WEB:
            loops.append(await stack.enter_async_context(_rituals(stop, crew)))
            loops += await stack.enter_async_context(_paging(settings, stop, crew))
        announce(f"Muster works. Health: http://127.0.0.1:{port}/readyz. Ctrl-C stops it.")
        if part is not Part.WORKER:
            announce(_way_in(settings))
        await _until_one_breaks(stop, loops, watches)


@asynccontextmanager
async def _crew(settings: Settings, *, by_address: bool) -> AsyncIterator[Crew]:
    from bot.schedule.worker import Worker
    from bot.slack.client import connected
    from bot.store.session import now_in

    token = bot_token(settings)
    with opened(settings) as database:
        worker = Worker(database=database, moment=now_in)
        await worker.enlist()
        async with connected(token=token, base_url=settings.slack_api_url, by_address=by_address) as sender:
            with assembled(database, sender, moment=now_in, settings=settings) as parts:
                async with slack_app(settings, parts, sender) as slack:
                    yield Crew(database=database, worker=worker, parts=parts, slack=slack)
        await worker.leave()


@asynccontextmanager
async def slack_app(
    settings: Settings, parts: Parts, sender: SlackSender, *, limits: Limits | None = None
) -> AsyncIterator[SlackApp]:
    """The Slack app over *parts*; what waits outside goes through them too."""
    from bot.slack.app import installed
    from bot.wiring.outside import Outside

    outside = Outside(
        open_source=source_opener(parts.database),
        parts=parts,
        sender=sender,
        loop=asyncio.get_running_loop(),
    )
    async with installed(
        token=bot_token(settings),
        base_url=settings.slack_api_url,
        database=parts.database,
        house=house(settings),
        outside=outside,
        limits=limits,
    ) as slack:
        yield slack


def house(settings: Settings) -> House:
    """What holds for every person and every command."""
    from bot.slack.handling import House
    from bot.store.products import LOCAL_WORKSPACE
    from bot.store.session import now_in

    return House(
        registry=registry(),
        moment=now_in,
        workspace=LOCAL_WORKSPACE,
        admins=settings.muster_admins,
        zone=settings.muster_timezone,
        slash=settings.muster_command,
    )


@asynccontextmanager
async def _listening(settings: Settings, slack: SlackApp) -> AsyncIterator[list[Loop]]:
    """Over the socket, where there is a token for it: the loop that watches the connection."""
    if settings.slack_app_token is None:
        yield []
        return
    from bot.slack.socket import listening

    async with listening(slack, app_token=settings.slack_app_token.get_secret_value()) as socket:
        yield [socket.watch()]


@asynccontextmanager
async def _pages(settings: Settings, part: Part, crew: Crew) -> AsyncIterator[int]:
    """Everything over HTTP; the port."""
    from bot.store.session import now_in
    from bot.web.app import application
    from bot.web.server import serving

    takes_in = part is not Part.WORKER
    app = application(
        database=crew.database,
        moment=now_in,
        slack=_door(settings, crew.slack) if takes_in else None,
        readers=readers() if takes_in else None,
    )
    async with serving(app, port=settings.port) as port:
        yield port


@asynccontextmanager
async def _rituals(stop: asyncio.Event, crew: Crew) -> AsyncIterator[Loop]:
    """The schedule ticks; the loop that delivers posts."""
    from bot.schedule.triggers import ticking

    async with ticking(crew.worker.beating("tick", crew.parts.runner.tick)):
        yield crew.worker.until(stop, crew.worker.beating("relay", crew.parts.relay.turn))


@asynccontextmanager
async def _paging(settings: Settings, stop: asyncio.Event, crew: Crew) -> AsyncIterator[list[Loop]]:
    """The loop that calls the pager, where there is a key for one."""
    if settings.muster_pagerduty_routing_key is None:
        yield []
        return
    import aiohttp

    from bot.outbox.webhooks import Pager, Webhooks
    from bot.store.products import LOCAL_WORKSPACE
    from bot.store.session import now_in

    key = settings.muster_pagerduty_routing_key.get_secret_value()
    async with aiohttp.ClientSession() as session:
        webhooks = Webhooks(
            database=crew.database,
            pager=Pager(url=settings.muster_pagerduty_url, routing_key=key),
            session=session,
            moment=now_in,
            workspace=LOCAL_WORKSPACE,
            admins=settings.muster_admins,
        )
        yield [crew.worker.until(stop, crew.worker.beating("pager", webhooks.turn))]


def _door(settings: Settings, slack: SlackApp) -> Door | None:
    if settings.slack_app_token is not None or settings.slack_signing_secret is None:
        return None
    return slack.door(settings.slack_signing_secret.get_secret_value())


def _way_in(settings: Settings) -> str:
    if settings.slack_app_token is not None:
        return "Slack reaches me over a socket."
    if settings.slack_signing_secret is not None:
        return "Slack reaches me at /slack/events."
    return "Slack cannot reach me: set SLACK_APP_TOKEN (socket) or SLACK_SIGNING_SECRET (HTTP). Until then I only post."


async def _until_one_breaks(stop: asyncio.Event, loops: Iterable[Loop], watches: Iterable[Loop]) -> None:
    """Wait for *stop*; a loop or watch that breaks before stops the others, and its error goes on."""
    working = [asyncio.create_task(loop) for loop in loops]
    watching = [asyncio.create_task(watch) for watch in watches]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({stopping, *working, *watching}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    for task in watching:
        task.cancel()
    for ended in await asyncio.gather(*working, *watching, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


def _stopped_by_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
