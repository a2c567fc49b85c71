"""`muster demo`: four weeks of error reviews on a local Slack."""

from typing import Annotated

import typer


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Keep the demo's database and say where it is.")] = False,
) -> None:
    """Show four weeks of error reviews of a real model, posted to a local Slack; no account is needed."""
    from bot import wiring

    wiring.demonstrate(keep=keep)
