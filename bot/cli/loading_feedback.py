"""What `muster load feedback` does once its flags are read."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import typer

from bot import wiring
from bot.cli import loading, output
from bot.cli.sourcing import SourceFlags
from bot.config import Settings
from bot.domain.feedback import Given
from bot.domain.product import Product
from bot.domain.text import count_of
from bot.domain.window import zone_named
from bot.kit.safekeeping import protected_feedback
from bot.sources import feedback_files
from bot.sources.intake import BadRow
from bot.store import feedback, products
from bot.store.session import Database, now_in


def load_feedback(uri: str, key: str, flags: SourceFlags, *, as_json: bool) -> None:
    """Load a file of feedback into a product, report the bad rows, and say how much is about predictions we hold."""
    zone = zone_named(flags.zone) if flags.zone else None
    with wiring.opened(Settings()) as database:
        with database.reading() as session:
            product = products.named(session, key)
        bad: list[BadRow] = []
        good = _good(feedback_files.read(uri, flags.pairs(), zone), bad)
        loaded = held = 0
        while batch := [protected_feedback(one, product.record.pii) for one in islice(good, loading.BATCH)]:
            loaded, held = loaded + len(batch), held + _keep(database, product, batch)
    _report(product, loaded, held, bad, as_json=as_json)


def _good(found: Iterable[Given | BadRow], bad: list[BadRow]) -> Iterator[Given]:
    """The good rows of *found*; the others go into *bad*."""
    for row in found:
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            yield row


def _keep(database: Database, product: Product, batch: Sequence[Given]) -> int:
    """Write a batch down, and return how many of it are about predictions that are held."""
    with database.unit_of_work() as session:
        feedback.keep(session, product.id, batch)
        held = feedback.reach(session, product.id, (one.prediction_id for one in batch), now_in(session))
    return sum(one.prediction_id in held for one in batch)


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
