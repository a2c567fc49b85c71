"""The doctor at the sources: can a product's predictions be read, and its readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.sourcing import STORED
from bot.wiring.findings import Finding, note, ok, wrong

if TYPE_CHECKING:
    from bot.domain.product import Product
    from bot.domain.sourcing import SourceSpec
    from bot.store.session import Database


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to look at, and the step that mends it where even looking fails."""

    check: str
    step: str
    take: Callable[[], list[Finding]]


def looks(database: Database, product: Product) -> Iterator[Look]:
    """Both sources of a product, as far as it has them."""
    check, step = f"source of {product.key}", f"Run: muster product edit {product.key} --source URI"
    yield Look(check, step, partial(_predictions, check, product, step))
    if product.readings_source is not None:
        check, step = f"readings of {product.key}", f"Run: muster product edit {product.key} --readings-source URI"
        yield Look(check, step, partial(_readings, check, database, product, product.readings_source, step))


def _predictions(check: str, product: Product, step: str) -> list[Finding]:
    from bot.features.products import chores

    if product.source is None or product.source.uri.startswith(STORED):
        return [ok(check, "its own table (muster load)")]
    source = product.source

    def look() -> Finding:
        chores.look(source, ranking_given=True)
        return ok(check, "can be read, with every column that its ranking needs")

    return [_tried(check, step, look)]


def _readings(check: str, database: Database, product: Product, spec: SourceSpec, step: str) -> list[Finding]:
    from bot.domain.watching import known
    from bot.sources import metric_rows
    from bot.store import watches
    from bot.store.session import now_in

    with database.reading() as session:
        metrics, now = known(watches.of_product(session, product.id), product.record.currency), now_in(session)

    def look() -> Finding:
        found = metric_rows.first_rows(spec, metrics, now=now)
        if not found.bad:
            return ok(check, "can be read")
        row = found.bad[0]
        return note(check, f"can be read, but for some rows. Row {row.line}: {row.reason}", "Mend them at the source.")

    return [_tried(check, step, look)]


def _tried(check: str, step: str, look: Callable[[], Finding]) -> Finding:
    from bot.errors import MusterError, TransientError

    try:
        return look()
    except TransientError as error:
        return wrong(check, str(error), "See whether it is up, and can be reached from here.")
    except MusterError as error:
        return wrong(check, str(error), step)
