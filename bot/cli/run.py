"""`muster run` and `muster migrate`."""

from enum import StrEnum
from typing import Annotated

import typer


class Part(StrEnum):
    """What a process does."""

    WORKER = "worker"


def run(
    part: Annotated[Part, typer.Argument(help="worker: rituals on their schedule, posts to Slack.")] = Part.WORKER,
) -> None:
    """Run Muster until Ctrl-C."""
    import asyncio
    from typing import assert_never

    from bot import log, wiring
    from bot.config import Settings

    log.set_up()
    match part:
        case Part.WORKER:
            asyncio.run(wiring.work(Settings(), announce=lambda text: typer.echo(text, err=True)))
        case _:
            assert_never(part)


def migrate() -> None:
    """Bring the database to the newest form; nothing is lost, and doing it twice does no harm."""
    from bot.config import Settings
    from bot.store.migrations import migrate as upgrade

    upgrade(Settings().database_url)
    typer.echo("The database is up to date.")
