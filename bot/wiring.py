"""The composition root: the only module that sees everything."""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.domain.prediction import Prediction
from bot.domain.sourcing import STORED, OpenSource, Source, SourceSpec

if TYPE_CHECKING:
    from rich.console import Console

    from bot.clock import Clock
    from bot.config import Settings
    from bot.domain.planning import Slot
    from bot.domain.product import Product
    from bot.kit.feature import Registry
    from bot.kit.post import Post
    from bot.kit.ritual import Ritual
    from bot.outbox.relay import Relay
    from bot.outbox.sender import Sender
    from bot.schedule.errands import Errands
    from bot.schedule.runner import Runner
    from bot.store.session import Database, Moment


@cache
def registry() -> Registry:
    """Every feature there is."""
    from bot import features
    from bot.kit.feature import discover

    return discover(features)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database that *settings* name, in its newest form. Raises `UserError` when it is not."""
    from bot.store.migrations import require_current
    from bot.store.session import Database

    database = Database(settings.database_url)
    try:
        require_current(database)
        yield database
    finally:
        database.close()


def source_opener(database: Database) -> OpenSource:
    """Opens any source, Muster's own table (`muster:PRODUCT_ID`) included."""
    from bot import sources
    from bot.sources.own import own_table

    def open_source(spec: SourceSpec) -> Source:
        if spec.uri.startswith(STORED):
            return own_table(database.engine, product_id=int(spec.uri.removeprefix(STORED)), spec=spec)
        return sources.open_source(spec)

    return open_source


@dataclass(frozen=True, slots=True)
class Parts:
    """What makes rituals happen and posts arrive, on one database."""

    database: Database
    errands: Errands
    runner: Runner
    relay: Relay


@contextmanager
def assembled(database: Database, sender: Sender, *, moment: Moment, settings: Settings) -> Iterator[Parts]:
    """Runner and relay over *database*; *moment* tells them what time it is."""
    from bot.outbox.relay import Relay
    from bot.schedule.errands import Errands
    from bot.schedule.runner import Runner
    from bot.store.products import LOCAL_WORKSPACE

    errands = Errands(database=database, open_source=source_opener(database))
    runner = Runner(database=database, registry=registry(), moment=moment, errands=errands)
    relay = Relay(
        database=database,
        sender=sender,
        moment=moment,
        workspace=LOCAL_WORKSPACE,
        admins=settings.muster_admins,
    )
    try:
        yield Parts(database, errands, runner, relay)
    finally:
        errands.close()


@dataclass(frozen=True, slots=True)
class ChosenSlot:
    """A slot that a person named on the command line."""

    product: Product
    ritual: Ritual
    slot: Slot


def chosen_slot(database: Database, name: str, product_key: str, slot: str, *, ad_hoc: bool) -> ChosenSlot:
    """The slot that these words mean. Raises `UserError` when the schedule has no such slot, unless *ad_hoc*."""
    from bot.domain.planning import Slot, slot_named
    from bot.domain.window import parse_instant, zone_named
    from bot.errors import UserError
    from bot.store import products, schedules
    from bot.store.session import now_in

    ritual = registry().ritual(name)
    with database.reading() as session:
        product = products.named(session, product_key)
        zone = zone_named(product.timezone)
        at = schedules.named(session, product, ritual.name).at
        due = now_in(session).replace(second=0, microsecond=0) if slot == "now" else parse_instant(slot, zone)
    wall = due.astimezone(zone).replace(tzinfo=None)
    found = slot_named(at, zone, wall) or (Slot(nominal=wall, due=due) if ad_hoc else None)
    if found is None:
        raise UserError(
            f"{slot} is not a slot of {ritual.name} of {product.key}, which runs at {at} ({product.timezone})."
            " Say --ad-hoc to run it for any time."
        )
    return ChosenSlot(product, ritual, found)


def rehearse(database: Database, chosen: ChosenSlot) -> list[Post]:
    """What this slot would post; nothing is kept."""
    from bot.schedule.errands import Errands
    from bot.schedule.runner import Runner
    from bot.store.session import now_in

    with closing(Errands(database=database, open_source=source_opener(database))) as errands:
        runner = Runner(database=database, registry=registry(), moment=now_in, errands=errands)
        return runner.rehearse(chosen.product, chosen.ritual, chosen.slot)


async def run_by_hand(database: Database, chosen: ChosenSlot) -> None:
    """Run this slot now and write its posts into the outbox. Raises `UserError` when it was settled before."""
    from bot.schedule.errands import Errands
    from bot.schedule.runner import Runner
    from bot.store.session import now_in

    with closing(Errands(database=database, open_source=source_opener(database))) as errands:
        runner = Runner(database=database, registry=registry(), moment=now_in, errands=errands)
        await runner.run_by_hand(chosen.product, chosen.ritual, chosen.slot)


def require_own_channels(settings: Settings, channels: Iterable[str | None]) -> None:
    """Raise `PermanentError` where one of *channels* is shared with another company or out of reach.

    Without a token nobody can be asked; then the relay looks before it posts.
    """
    wanted = [channel for channel in channels if channel]
    if settings.slack_bot_token is None or not wanted:
        return

    async def ask() -> None:
        from bot.slack.client import connected

        async with connected(token=_token(settings), base_url=settings.slack_api_url) as sender:
            for channel in wanted:
                await sender.require_own(channel)

    asyncio.run(ask())


async def work(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Run rituals when they are due and deliver posts, until SIGTERM or SIGINT. *announce* is told where health is.

    Raises `UserError` when it cannot begin: no token, an old database, another host on the same SQLite file.
    """
    from bot.schedule.triggers import ticking
    from bot.schedule.worker import Worker
    from bot.slack.client import connected
    from bot.store.session import now_in
    from bot.web.app import application
    from bot.web.server import serving

    stop = _stopped_by_signals()
    with opened(settings) as database:
        worker = Worker(database=database, moment=now_in)
        await worker.enlist()
        async with connected(token=_token(settings), base_url=settings.slack_api_url) as sender:
            with assembled(database, sender, moment=now_in, settings=settings) as parts:
                health = application(database=database, moment=now_in)
                tick = worker.beating("tick", parts.runner.tick)
                async with serving(health, port=settings.port) as port, ticking(tick):
                    announce(f"Muster works. Health: http://127.0.0.1:{port}/readyz. Ctrl-C stops it.")
                    await worker.until(stop, worker.beating("relay", parts.relay.turn))
        await worker.leave()


def _token(settings: Settings) -> str:
    from bot.errors import UserError

    if settings.slack_bot_token is None:
        raise UserError("SLACK_BOT_TOKEN is not set: put the bot's token (xoxb-...) into the environment or into .env.")
    return settings.slack_bot_token.get_secret_value()


def _stopped_by_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def demonstrate(*, keep: bool) -> None:
    """Post four weeks of error reviews to a local Slack, and print them as they would look there.

    With *keep* the demo's database stays, and its address is printed.
    """
    import tempfile
    from pathlib import Path

    from rich.console import Console

    from bot import log
    from bot.demo.stage import tell

    log.set_up(level=logging.WARNING)
    folder = tempfile.mkdtemp(prefix="muster-demo-")
    console = Console()
    url = f"sqlite:///{Path(folder) / 'muster.db'}"
    try:
        tell(asyncio.run(_played(url, console)), console)
    finally:
        if keep:
            console.print(f"The demo's database stays: DATABASE_URL={url}", highlight=False)
        else:
            shutil.rmtree(folder)


async def _played(url: str, console: Console) -> list[dict[str, Any]]:
    """The messages that the demo's Slack holds in the end, after four weeks at *url*."""
    from bot.clock import SetClock, SystemClock
    from bot.demo import play, stage, story
    from bot.sources import intake
    from bot.store.migrations import migrate
    from bot.store.session import Database

    slots = story.reviews_before(SystemClock().now())
    clock = SetClock(slots[0].due)
    with console.status("Making a database") as status, stage.local_slack(clock) as slack:
        migrate(url)
        with closing(Database(url)) as database:
            rows = (row for row in intake.read(str(story.DATA), {}, None) if isinstance(row, Prediction))
            play.begin(database, rows, slots, registry().rituals, say=status.update)
            async with _staffed(database, clock, url=slack.url) as parts:
                await play.play(
                    database, clock, slots, tick=parts.runner.tick, relay=parts.relay.turn, say=status.update
                )
        return slack.messages()


@asynccontextmanager
async def _staffed(database: Database, clock: Clock, *, url: str) -> AsyncIterator[Parts]:
    from bot.config import Settings
    from bot.demo import stage
    from bot.slack.client import connected

    settings = Settings(_env_file=None)
    async with connected(token=stage.TOKEN, base_url=url) as sender:
        with assembled(database, sender, moment=lambda _session: clock.now(), settings=settings) as parts:
            yield parts
