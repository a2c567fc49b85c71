"""`muster ritual`: what Muster does on a schedule, and doing it by hand."""

from typing import Annotated

import typer

from bot.cli import options
from bot.cli.options import group

commands = group("ritual", "What Muster does on a schedule.")


@commands.command("list")
def list_rituals(json: options.Json = False) -> None:
    """Show every ritual there is."""
    from bot import wiring
    from bot.cli import output

    rows = [
        {"ritual": one.name, "at": one.default_at, "from_stage": one.from_stage, "summary": one.summary}
        for one in wiring.registry().rituals
    ]
    if json:
        output.print_json(rows)
    else:
        output.print_table(
            ("ritual", "usually", "on from", "what it does"), [list(map(str, row.values())) for row in rows]
        )


@commands.command("run")
def run(
    name: Annotated[str, typer.Argument(help="The ritual, like error_review.")],
    product: options.Product,
    slot: Annotated[
        str, typer.Option("--slot", help="A nominal time of its schedule, like 2026-11-16T09:00.", metavar="T")
    ],
    ad_hoc: Annotated[bool, typer.Option("--ad-hoc", help="Any time will do as T, also `now`.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be posted; change nothing.")] = False,
) -> None:
    """Run one slot of a ritual now. A slot runs once: what was settled before is refused."""
    import asyncio

    from bot import log, wiring
    from bot.cli.preview import show_posts
    from bot.config import Settings

    log.set_up()
    settings = Settings()
    with wiring.opened(settings) as database:
        chosen = wiring.chosen_slot(database, name, product, slot, ad_hoc=ad_hoc)
        if dry_run:
            found = wiring.rehearse(database, chosen, admins=settings.muster_admins)
            show_posts(found, chosen.product)
            if not found:
                typer.echo(f"{chosen.ritual.name} of {chosen.product.name} would post nothing for this slot.")
            return
        asyncio.run(wiring.run_by_hand(database, chosen, admins=settings.muster_admins))
    typer.echo(f"{chosen.ritual.name} of {chosen.product.name} ran; the worker sends what it wrote.")
