"""`muster owners`: who answers for what in a product."""

from typing import Annotated

import typer

from bot.cli import options


def owners(
    product: Annotated[str, typer.Argument(help="The product's key.")],
    gaps: Annotated[bool, typer.Option("--gaps", help="Only what nobody answers for.")] = False,
    json: options.Json = False,
) -> None:
    """Show who answers for what: the five questions, and the nine areas where the team uses them.

    “Acting” is who answers now: the owners who are there, else the backup.
    """
    from bot.cli import owned

    owned.show(product, only_gaps=gaps, as_json=json)
