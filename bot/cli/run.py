"""`muster run` and `muster migrate`."""

from enum import StrEnum
from functools import partial
from typing import Annotated

import typer


class Part(StrEnum):
    """What a process does; see `bot.wiring.running.Part`, which a command's help must not wait for."""

    WEB = "web"
    WORKER = "worker"
    ALL = "all"


def run(
    part: Annotated[
        Part,
        typer.Argument(help="web: what comes in. worker: rituals and posts. all: both, in one process."),
    ] = Part.ALL,
) -> None:
    """Run Muster until Ctrl-C."""
    import asyncio

    from bot import log
    from bot.config import Settings
    from bot.wiring import running

    log.set_up()
    say = partial(typer.echo, err=True)
    asyncio.run(running.run(Settings(), running.Part(part), announce=say))


def migrate() -> None:
    """Bring the database to the newest form; nothing is lost, and doing it twice does no harm."""
    from bot.config import Settings
    from bot.store.migrations import migrate as upgrade

    upgrade(Settings().database_url)
    typer.echo("The database is up to date.")
