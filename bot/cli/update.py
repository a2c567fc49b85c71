"""`muster update`: the stakeholder update as it will look."""

from typing import Annotated

import typer

from bot.cli import options
from bot.cli.options import group

commands = group("update", "The stakeholder update: what it says, and what it claims.")


@commands.callback()
def update() -> None:
    """The stakeholder update: what it says, and what it claims."""


@commands.command("preview")
def preview(
    product: Annotated[str, typer.Argument(help="The product's key.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="What a draft made then would say; default: this week's.", metavar="T")
    ] = None,
    json: options.Json = False,
) -> None:
    """Show the update of a week as stakeholders would read it; nothing is kept and nothing is posted.

    Without --as-of it is this week's draft as people have left it, or where there is none yet, what a draft would say
    now. T is a time like 2026-11-19T15:00, on the product's clock when it has no offset. Suggestions that nobody has
    accepted are not part of the text; --json lists them, and every claim with what is stored behind it.
    """
    from bot.cli import update_text

    update_text.show(product, as_of, as_json=json)
