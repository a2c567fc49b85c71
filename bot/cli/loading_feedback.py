"""What `muster load feedback` does once its flags are read."""

from itertools import islice

import typer

from bot import wiring
from bot.cli import loading, output
from bot.cli.sourcing import SourceFlags
from bot.config import Settings
from bot.domain.product import Product
from bot.domain.text import count_of
from bot.domain.window import zone_named
from bot.kit.receiving import BATCH, take_feedback
from bot.kit.safekeeping import protected_feedback
from bot.sources import feedback_files
from bot.sources.intake import BadRow
from bot.store import products
from bot.store.session import now_in


def load_feedback(uri: str, key: str, flags: SourceFlags, *, as_json: bool) -> None:
    """Load a file of feedback into a product, report the bad rows, and say how much is about predictions we hold."""
    zone = zone_named(flags.zone) if flags.zone else None
    with wiring.opened(Settings()) as database:
        with database.reading() as session:
            product = products.named(session, key)
        bad: list[BadRow] = []
        good = loading.good(feedback_files.read(uri, flags.pairs(), zone), bad)
        loaded = held = 0
        while batch := [protected_feedback(one, product.record.pii) for one in islice(good, BATCH)]:
            with database.unit_of_work() as session:
                taken = take_feedback(session, product.id, batch, now_in(session))
            loaded, held = loaded + len(batch), held + taken.held
    _report(product, loaded, held, bad, as_json=as_json)


def _report(product: Product, loaded: int, held: int, bad: list[BadRow], *, as_json: bool) -> None:
    if as_json:
        output.print_json({"loaded": loaded, "held": held, "bad": loading.as_rows(bad)})
    else:
        typer.echo(
            f"{count_of(loaded, 'row')} of feedback on {product.name} {_are(loaded)} loaded.{_rest(loaded - held)}"
        )
    loading.say_bad_rows(bad, loaded=loaded)


def _rest(waiting: int) -> str:
    if not waiting:
        return ""
    wait = "waits" if waiting == 1 else "wait"
    return f" {count_of(waiting, 'row')} {_are(waiting)} about predictions that are not here yet, and {wait} for them."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
