"""`muster worst`: the worst predictions of a window, from a product or straight from a source."""

from typing import Annotated

import typer

from bot.cli import options


def worst(
    context: typer.Context,
    product: Annotated[str | None, typer.Argument(help="The product's key; or name a SOURCE instead.")] = None,
    source: options.SourceUri = None,
    table: options.Table = None,
    query: options.Query = None,
    mapping: options.Map = None,
    where: options.Where = None,
    rank: options.Rank = None,
    source_tz: options.SourceTz = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="The end of the window.", metavar="T")] = None,
    days: Annotated[int | None, typer.Option("--days", help="Calendar days (default 7).", min=1, max=3660)] = None,
    since: Annotated[str | None, typer.Option("--since", help="The start, instead of --days.", metavar="T")] = None,
    tz: Annotated[str | None, typer.Option("--tz", help="The zone of T and of days.", metavar="ZONE")] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many.", min=1, max=10_000)] = 20,
    fold: Annotated[bool | None, typer.Option("--fold/--no-fold", help="Fold near-duplicates.")] = None,
    json: options.Json = False,
) -> None:
    """Show the worst predictions of the past seven days, worst first.

    T is a time like 2026-11-16T09:00, on the wall of ZONE when it has no offset. Without --fold a source gives exactly
    the worst; a product is folded as in its review.
    """
    from bot.cli.sourcing import SourceFlags
    from bot.cli.worst_of import WindowFlags, show

    flags = SourceFlags.typed(context.params)
    window = WindowFlags(as_of=as_of, days=days, since=since, tz=tz)
    show(product, flags, window, limit=limit, fold=fold, as_json=json)
