"""`muster review`: what was found and decided in a review, to take along."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import options
from bot.cli.options import group

commands = group("review", "The error reviews: what was found, and what people decided.")


@commands.callback()
def review() -> None:
    """The error reviews: what was found, and what people decided."""


@commands.command("export")
def export(
    product: Annotated[str, typer.Argument(help="The product's key.")],
    which: Annotated[
        str, typer.Option("--review", help="latest, or the day on which its seven days end.", metavar="latest|DATE")
    ] = "latest",
    form: Annotated[str, typer.Option("--format", help="markdown, csv or json.", metavar="FORMAT")] = "markdown",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write to this file, not to stdout.", metavar="FILE")
    ] = None,
    json: options.Json = False,
) -> None:
    """Write everything of a review down: the same review, byte for byte, every time.

    In CSV an apostrophe stands before cells that begin with = + - @, a tab or a carriage return, so that no
    spreadsheet runs them, and a byte order mark tells Excel that it is UTF-8. In Markdown all that models and people
    wrote stands in code, where nothing links or runs.
    """
    from bot.cli import review_file

    review_file.export(product, which, "json" if json else form, out)
