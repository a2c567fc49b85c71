"""`muster launch`: whether a product may launch."""

from typing import Annotated

import typer

from bot.cli import options


def launch(
    product: Annotated[str, typer.Argument(help="The product's key.")],
    json: options.Json = False,
) -> None:
    """Show whether a product may launch: what is there, what is open, and who signed.

    “go” takes everything: the nine things ticked, owners who accepted, targets agreed and met, 200 golden rows, failure
    modes without blanks, no harmful error open, and a go of every function. What is unknown is not there.
    """
    from bot.cli import launching

    launching.show(product, as_json=json)
