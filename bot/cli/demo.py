"""`muster demo`: four weeks of a product on a local Slack."""

from typing import Annotated

import typer


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Keep the demo's database and say where it is.")] = False,
) -> None:
    """Show four weeks of a real model on a local Slack: reviews, checks, updates, an incident; no account is needed."""
    from bot.wiring.demo import demonstrate

    demonstrate(keep=keep)


def playground(
    port: Annotated[int, typer.Option("--port", help="The port of its page; 0 picks a free one.")] = 3100,
) -> None:
    """Open a local Slack in the browser, with Muster and its demo in it, until Ctrl-C. Fetches 91 MB once."""
    import asyncio
    import logging

    from bot import log
    from bot.wiring.playground import play

    log.set_up(level=logging.WARNING)
    asyncio.run(play(port=port, say=typer.echo))
