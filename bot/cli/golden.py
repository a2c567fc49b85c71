"""`muster golden`: the golden set of a product, for evaluations and training."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import options
from bot.cli.options import group

commands = group("golden", "The golden sets: what the right answers are.")


@commands.callback()
def golden() -> None:
    """The golden sets: what the right answers are."""


@commands.command("export")
def export(
    product: Annotated[str, typer.Argument(help="The product's key.")],
    form: Annotated[
        str, typer.Option("--format", help="jsonl, csv, mlflow or openai-evals.", metavar="FORMAT")
    ] = "jsonl",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write to this file, not to stdout.", metavar="FILE")
    ] = None,
    json: options.Json = False,
) -> None:
    """Write a product's golden set down: the same rows in the same order, byte for byte, every time.

    Rows are sorted by their id, which stays with a row even if it is taken out and picked again. In CSV an
    apostrophe stands before cells that begin with = + - @, a tab or a carriage return, so that no spreadsheet runs
    them; the other formats hold them as they are. mlflow is one JSON list of records for its evaluation datasets;
    records there replace each other where their inputs are equal, so those carry their id among the inputs.
    """
    from bot.cli import exporting

    exporting.export(product, form, out, as_json=json)
