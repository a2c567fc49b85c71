"""The playground: the independent local Slack in the browser, and Muster connected to it as to Slack."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.config import Settings
from bot.wiring import acting, parts, running

Say = Callable[[str], None]


async def play(*, port: int, say: Say) -> None:
    """Start the local Slack and Muster, load the demo, and stay up until SIGTERM or SIGINT.

    Fetches the local Slack once, 91 MB. Raises `UserError` where it cannot be fetched or started.
    """
    from bot.demo import stage
    from bot.demo.peer import fetching, packages, server

    package = packages.for_machine()
    cache = fetching.cache_folder(os.environ)
    if fetching.fetched(cache) is None:
        say("Fetching the local Slack, once (91 MB) ...")
    binary = await asyncio.to_thread(fetching.fetch, cache, package)
    with tempfile.TemporaryDirectory(prefix="muster-playground-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'muster.db'}"
        await asyncio.to_thread(_make, url)
        await _furnish(url)
        async with server.running(binary, stage.playground(), folder=folder, port=port) as slack:
            settings = _settings(url, slack.api_url)
            work = running.run(settings, running.Part.ALL, announce=_mute, by_address=True)
            working = asyncio.create_task(work)
            watching = asyncio.create_task(slack.watch())
            say(stage.welcome(slack.url))
            await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            for task in (working, watching):
                task.cancel()
            for ended in await asyncio.gather(working, watching, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended
    say("The playground is closed; nothing of it is left.")


def _make(url: str) -> None:
    from bot.store.migrations import migrate

    migrate(url)


async def _furnish(url: str) -> None:
    """The demo's product with its last two reviews: one held to the end, one half; all of it still to be posted."""
    from bot.clock import SetClock, SystemClock
    from bot.demo import play as demo
    from bot.demo import story
    from bot.domain.prediction import Prediction
    from bot.schedule.errands import Errands
    from bot.schedule.runner import Runner
    from bot.sources import intake
    from bot.store.session import Database

    now = SystemClock().now()
    slots = story.reviews_before(now)[-2:]
    clock = SetClock(demo.starts_at(slots))
    with closing(Database(url)) as database:
        rows = (row for row in intake.read(str(story.DATA), {}, None) if isinstance(row, Prediction))
        people = acting.hands(database, clock)
        demo.begin(database, rows, slots, parts.registry().rituals, hands=people, say=_mute)
        errands = Errands(database=database, open_source=parts.source_opener(database))
        runner = Runner(database=database, registry=parts.registry(), moment=lambda _: clock.now(), errands=errands)
        await demo.play(
            database, clock, slots[-1].due, until=now, tick=runner.tick, relay=_later, hands=people, say=_mute
        )
        errands.close()


def _settings(url: str, api_url: str) -> Settings:
    from bot.demo import stage, story

    app = stage.playground().app
    return Settings(
        _env_file=None,
        database_url=url,
        slack_bot_token=app.bot_token,
        slack_app_token=app.app_token,
        slack_api_url=api_url,
        port=0,
        muster_timezone=story.ZONE,
        muster_admins=(story.PM.id,),
    )


async def _later() -> None:
    """The posts wait until the page is up."""


def _mute(_text: str) -> None:
    """The page says what there is to say."""
