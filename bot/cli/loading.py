"""What `muster load predictions` does once its flags are read."""

from typing import Any

import typer

from bot import wiring
from bot.cli import output
from bot.cli.sourcing import SourceFlags
from bot.config import Settings
from bot.domain.prediction import Prediction
from bot.domain.product import Product
from bot.domain.sourcing import STORED
from bot.domain.window import zone_named
from bot.errors import UserError
from bot.kit.redaction import protect
from bot.sources import intake
from bot.sources.intake import BadRow
from bot.store import feedback, predictions, products
from bot.store.session import Database, now_in

BATCH = 2000
"""Rows per transaction: what was loaded before a crash stays, and loading again finishes the rest."""

SHOWN = 20


class HasItsOwnSourceError(UserError):
    """Loaded and fetched predictions of one product would be counted apart."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"“{key}” reads its predictions from a source of its own; load into a product that was added without one."
        )


def load_predictions(uri: str, key: str, flags: SourceFlags, *, as_json: bool) -> None:
    """Load a file into a product, report the bad rows, and say how many were good."""
    zone = zone_named(flags.zone) if flags.zone else None
    with wiring.opened(Settings()) as database:
        with database.reading() as session:
            product = products.named(session, key)
        if product.source is not None and product.source.uri != STORED:
            raise HasItsOwnSourceError(key)
        loaded, bad = 0, list[BadRow]()
        batch: list[Prediction] = []
        for row in intake.read(uri, flags.pairs(), zone):
            if isinstance(row, BadRow):
                bad.append(row)
                continue
            batch.append(row)
            if len(batch) == BATCH:
                loaded += _keep(database, product, batch)
                batch = []
        loaded += _keep(database, product, batch)
    _report(product, loaded, bad, as_json=as_json)


def _keep(database: Database, product: Product, batch: list[Prediction]) -> int:
    safe = [protect(one, product.record.pii) for one in batch]
    with database.unit_of_work() as session:
        predictions.keep(session, product.id, safe, loaded=True)
        feedback.reach(session, product.id, (one.id for one in safe), now_in(session))
    return len(batch)


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
