"""The demo: weeks of reviews, checks and updates, played on a clock that is set."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

from bot.domain.prediction import Prediction
from bot.wiring import parts
from bot.wiring.acting import hands

if TYPE_CHECKING:
    from rich.console import Console

    from bot.clock import Clock
    from bot.store.session import Database


def demonstrate(*, keep: bool) -> None:
    """Post four weeks of reviews, checks, updates and an incident to a local Slack, and print them as they look there.

    With *keep* the demo's database stays, and its address is printed.
    """
    import tempfile
    from pathlib import Path

    from rich.console import Console

    from bot import log
    from bot.demo.stage import tell

    log.set_up(level=logging.ERROR)
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
    clock = SetClock(play.starts_at(slots))
    with console.status("Making a database") as status, stage.local_slack(clock) as slack:
        migrate(url)
        with closing(Database(url)) as database:
            rows = (row for row in intake.read(str(story.DATA), {}, None) if isinstance(row, Prediction))
            people = hands(database, clock)
            play.begin(database, rows, slots, parts.registry().rituals, hands=people, say=status.update)
            async with _staffed(database, clock, url=slack.url) as staffed:
                await play.play(
                    database,
                    clock,
                    slots[-1].due,
                    tick=staffed.runner.tick,
                    relay=play.delivering(database, clock, staffed.relay.turn),
                    hands=people,
                    say=status.update,
                )
        return stage.as_read(slack)


@asynccontextmanager
async def _staffed(database: Database, clock: Clock, *, url: str) -> AsyncIterator[parts.Parts]:
    from bot.config import Settings
    from bot.demo import stage
    from bot.slack.client import connected

    settings = Settings(_env_file=None)
    async with connected(token=stage.TOKEN, base_url=url) as sender:
        with parts.assembled(database, sender, moment=lambda _session: clock.now(), settings=settings) as staffed:
            yield staffed
