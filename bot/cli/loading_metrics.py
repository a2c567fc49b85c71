"""What `muster load metrics` does once its flags are read."""

from datetime import datetime
from itertools import islice
from pathlib import Path

import typer
from sqlmodel import Session

from bot import wiring
from bot.cli import loading, output
from bot.cli.sourcing import SourceFlags
from bot.config import Settings
from bot.domain.product import Product
from bot.domain.readings import Origin
from bot.domain.text import count_of
from bot.domain.watching import known
from bot.domain.window import zone_named
from bot.kit.receiving import BATCH, Taken, take_readings
from bot.sources import metric_rows
from bot.sources.intake import BadRow
from bot.sources.metric_rows import Reader
from bot.store import products, watches
from bot.store.session import now_in

BY = "muster load"


def load_metrics(uri: str, key: str, flags: SourceFlags, *, as_json: bool) -> None:
    """Load a file of readings into a product, report the bad rows, and say how many were new, corrected or known."""
    with wiring.opened(Settings()) as database:
        with database.reading() as session:
            product = products.named(session, key)
            reader = _reader(session, product, uri, flags, now_in(session))
        bad: list[BadRow] = []
        good = loading.good(metric_rows.read(uri, reader, flags.filters()), bad)
        # Over all batches, as `take_readings` does it in one.
        last = {(one.metric, one.window): one for one in good}
        taken, rest = Taken(), iter(last.values())
        while batch := list(islice(rest, BATCH)):
            with database.unit_of_work() as session:
                taken += take_readings(session, product, batch, by=BY, now=now_in(session))
    _report(product, taken, bad, as_json=as_json)


def _reader(session: Session, product: Product, uri: str, flags: SourceFlags, now: datetime) -> Reader:
    return Reader(
        known=known(watches.of_product(session, product.id), product.record.currency),
        now=now,
        mapping=flags.pairs(),
        zone=zone_named(flags.zone) if flags.zone else None,
        origin=Origin.LOADED,
        source=Path(uri).name,
    )


def _report(product: Product, taken: Taken, bad: list[BadRow], *, as_json: bool) -> None:
    new, loaded = taken.kept - taken.corrected, taken.kept + taken.same
    if as_json:
        told = {"loaded": loaded, "new": new, "corrected": taken.corrected, "same": taken.same}
        output.print_json({**told, "bad": loading.as_rows(bad)})
    else:
        are = "is" if loaded == 1 else "are"
        typer.echo(
            f"{count_of(loaded, 'reading')} of {product.name} {are} loaded:"
            f" {new:,} new, {taken.corrected:,} corrected, {taken.same:,} the same as before."
        )
    loading.say_bad_rows(bad, loaded=loaded)
