"""What `muster load predictions` does once its flags are read."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import typer

from bot import wiring
from bot.cli import output
from bot.cli.sourcing import SourceFlags
from bot.config import Settings
from bot.domain.product import Product
from bot.domain.window import zone_named
from bot.errors import UserError
from bot.kit.receiving import BATCH, require_no_source, take_predictions
from bot.kit.redaction import protect
from bot.sources import intake
from bot.sources.intake import BadRow
from bot.store import products
from bot.store.session import now_in

SHOWN = 20

T = TypeVar("T")


def load_predictions(uri: str, key: str, flags: SourceFlags, *, as_json: bool) -> None:
    """Load a file into a product, report the bad rows, and say how many were good."""
    zone = zone_named(flags.zone) if flags.zone else None
    with wiring.opened(Settings()) as database:
        with database.reading() as session:
            product = products.named(session, key)
        require_no_source(product)
        loaded, bad = 0, list[BadRow]()
        found = good(intake.read(uri, flags.pairs(), zone), bad)
        while batch := [protect(one, product.record.pii) for one in islice(found, BATCH)]:
            with database.unit_of_work() as session:
                take_predictions(session, product.id, batch, now_in(session))
            loaded += len(batch)
    _report(product, loaded, bad, as_json=as_json)


def good(found: Iterable[T | BadRow], bad: list[BadRow]) -> Iterator[T]:
    """The good rows of *found*; the others go into *bad*."""
    for row in found:
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            yield row


def _report(product: Product, loaded: int, bad: list[BadRow], *, as_json: bool) -> None:
    if as_json:
        output.print_json({"loaded": loaded, "bad": as_rows(bad)})
    else:
        typer.echo(f"{loaded:,} predictions of {product.name} are loaded.")
    say_bad_rows(bad, loaded=loaded)


def as_rows(bad: list[BadRow]) -> list[dict[str, Any]]:
    """The bad rows as JSON lists them."""
    return [{"line": row.line, "reason": row.reason} for row in bad]


def say_bad_rows(bad: list[BadRow], *, loaded: int) -> None:
    """Name the bad rows by their lines. Raises `UserError` where no row was good."""
    for row in bad[:SHOWN]:
        typer.echo(f"line {row.line} was left out: {row.reason}", err=True)
    if len(bad) > SHOWN:
        typer.echo(f"{len(bad) - SHOWN:,} more lines were left out; --json lists them all.", err=True)
    if not loaded:
        raise UserError("No row could be loaded.")
