"""`muster incidents`: a product's incidents, who held them, what was decided; one as a review to fill in."""

from typing import Annotated

import typer

from bot.cli import options


def incidents(
    product: Annotated[str, typer.Argument(help="The product's key.")],
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not over.")] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Declared at this time or later, in the product's zone.", metavar="T"),
    ] = None,
    review: Annotated[
        int | None,
        typer.Option("--review", help="The written review of this incident, as Markdown to fill in.", metavar="N"),
    ] = None,
    json: options.Json = False,
) -> None:
    """Show the incidents of a product, the oldest first.

    Every incident has one owner at every moment: --json lists who it was from when until when, what was decided by whom
    and why, and the follow-ups. Times are in UTC there, and “time_to_...” is in seconds; null: it has not happened.
    """
    from bot.cli import incidents_told

    if review is not None:
        incidents_told.write(product, review, json=json)
    else:
        incidents_told.show(product, only_open=only_open, since=since, as_json=json)
