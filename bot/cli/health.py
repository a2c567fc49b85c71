"""`muster health`: a product's metrics against their targets."""

from typing import Annotated

import typer

from bot.cli import options


def health(
    product: Annotated[str, typer.Argument(help="The product's key.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="At this time, in the product's zone; default: now.", metavar="T")
    ] = None,
    which: Annotated[
        str | None,
        typer.Option("--set", help="The classic five, or all nine and the team's own.", metavar="classic|all"),
    ] = None,
    json: options.Json = False,
) -> None:
    """Show how a product does against its targets; without --set, the metrics that its team chose.

    PASS is on target, WARN and FAIL are misses. UNKNOWN: no fresh value, or no target. TOO_FEW: the sample is too small
    to tell. “certain” is false where the value's 95 % interval lies across the target.
    """
    from bot.cli import healthy

    healthy.show(product, as_of, which, as_json=json)
