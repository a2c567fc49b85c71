"""What `muster owners` does once its flags are read."""

from collections.abc import Sequence
from typing import Any

import typer

from bot import wiring
from bot.cli import output
from bot.config import Settings
from bot.domain import matrix
from bot.domain.matrix import Known
from bot.domain.ownership import Ownership
from bot.domain.product import Product
from bot.domain.responsibilities import Responsibility, asked_of
from bot.domain.text import clean, count_of
from bot.domain.window import zone_named
from bot.store import ownerships, products

HEADINGS = ("Question", "Owners", "Backup", "Answers now", "Since", "Confirmed", "Accepted")
NOBODY = "nobody yet"


def show(key: str, *, only_gaps: bool, as_json: bool) -> None:
    """Print who answers for what in a product."""
    with wiring.opened(Settings()) as database, database.reading() as session:
        product = products.named(session, key, archived=True)
        known = ownerships.of_product(session, product.id)
    gaps = matrix.gaps(known, areas=product.record.areas)
    rows = gaps if only_gaps else asked_of(areas=product.record.areas)
    if as_json:
        output.print_json(_report(product, rows, known, gaps))
    else:
        _print(product, rows, known, gaps)


def _report(
    product: Product, rows: Sequence[Responsibility], known: Known, gaps: Sequence[Responsibility]
) -> dict[str, Any]:
    return {
        "product": product.key,
        "questions": [_row(one, known.get(one.key)) for one in rows],
        "gaps": [one.key for one in gaps],
    }


def _row(one: Responsibility, row: Ownership | None) -> dict[str, Any]:
    named = row if row is not None and row.named else None
    return {
        "key": one.key,
        "title": one.title,
        "owners": list(row.owners) if row else [],
        "backup": row.backup if row else None,
        "acting": list(row.acting) if row else [],
        "gap": row is None or row.is_gap,
        "since": named.since if named else None,
        "set_by": named.set_by if named else None,
        "confirmed_at": named.confirmed_at if named else None,
        "accepted": list(row.accepted) if row else [],
        "away": dict(row.away) if row else {},
    }


def _print(product: Product, rows: Sequence[Responsibility], known: Known, gaps: Sequence[Responsibility]) -> None:
    told = count_of(len(gaps), "gap") if gaps else "no gaps"
    typer.echo(f"{product.name}: {told}")
    if rows:
        output.print_table(HEADINGS, ([clean(cell) for cell in _cells(product, one, known)] for one in rows))


def _cells(product: Product, one: Responsibility, known: Known) -> Sequence[str]:
    row = known.get(one.key)
    if row is None or not row.named:
        return one.title, NOBODY, "-", NOBODY, "-", "-", "-"
    zone = zone_named(product.timezone)
    return (
        one.title,
        ", ".join(f"{who} ({row.away[who]})" if who in row.away else who for who in row.owners) or NOBODY,
        row.backup or "-",
        ", ".join(row.acting) or NOBODY,
        f"{row.since.astimezone(zone):%Y-%m-%d}",
        f"{row.confirmed_at.astimezone(zone):%Y-%m-%d}",
        ", ".join(row.accepted) or "-",
    )
