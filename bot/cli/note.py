"""`muster note`: a change mark, to be seen beside the numbers that moved after it."""

from typing import Annotated

import typer

from bot.cli import options


def note(
    product: Annotated[str, typer.Argument(help="The product's key.")],
    what: Annotated[str, typer.Argument(help="What changed, like “prompt v7 live”.")],
    at: Annotated[
        str | None, typer.Option("--at", help="When, if not now: wall time in the product's zone.", metavar="T")
    ] = None,
    json: options.Json = False,
) -> None:
    """Note that something changed in a product: charts show it, and reports name it beside what moved after it.

    The same note for the same time twice is one.
    """
    from bot import wiring
    from bot.cli import output
    from bot.config import Settings
    from bot.domain.window import parse_instant, zone_named
    from bot.kit.receiving import noted
    from bot.store import changes, products
    from bot.store.session import now_in

    with wiring.opened(Settings()) as database, database.unit_of_work() as session:
        owner = products.named(session, product)
        now, zone = now_in(session), zone_named(owner.timezone)
        moment = parse_instant(at, zone) if at else now
        change = noted(what, pii=owner.record.pii, at=moment, by="muster note", now=now, way="note")
        is_new = changes.note(session, owner.id, change)
    if json:
        output.print_json({"product": owner.key, "what": change.what, "at": change.at, "new": is_new})
        return
    when = f"{change.at.astimezone(zone):%Y-%m-%d %H:%M} ({owner.timezone})"
    typer.echo(f"Noted for {owner.name}, {when}: {change.what}" if is_new else "This was noted before.")
