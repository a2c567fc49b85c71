"""`muster load`: predictions into Muster's own table."""

from typing import Annotated

import typer

from bot.cli import options
from bot.cli.options import group

commands = group("load", "Load files into Muster.")


@commands.callback()
def load() -> None:
    """Load files into Muster."""


@commands.command("predictions")
def predictions(
    file: Annotated[str, typer.Argument(help="A Parquet, CSV or JSONL file (also .gz, a glob).")],
    product: options.Product,
    mapping: options.Map = None,
    source_tz: options.SourceTz = None,
    json: options.Json = False,
) -> None:
    """Load predictions of a product that has no source of its own. Doing it twice changes nothing.

    A bad row is reported by its line and left out; the good ones are kept. Exits 1 only if no row was good.
    """
    from bot.cli import loading
    from bot.cli.sourcing import SourceFlags

    loading.load_predictions(file, product, SourceFlags(mapping=mapping, zone=source_tz), as_json=json)
