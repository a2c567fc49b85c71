"""What `muster update preview` does once its flags are read."""

from dataclasses import asdict, dataclass

import typer
from sqlmodel import Session

from bot import wiring
from bot.cli import output
from bot.config import Settings
from bot.domain.charts import Chart
from bot.domain.claims import claims_of
from bot.domain.draft_states import DraftState
from bot.domain.product import Product
from bot.domain.updates import Body, Facts
from bot.domain.window import Window, parse_instant, zone_named
from bot.features.stakeholder_update import making
from bot.kit.update_blocks import text_of
from bot.store import drafts, products
from bot.store.session import now_in


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """An update as it is, or (without a *state*) as it would be drafted."""

    product: Product
    week: Window
    body: Body
    facts: Facts
    chart: Chart | None
    state: DraftState | None = None
    remarks: tuple[str, ...] = ()


def show(key: str, as_of: str | None, *, as_json: bool) -> None:
    """Print an update."""
    with wiring.opened(Settings()) as database, database.reading() as session:
        seen = _seen(session, products.named(session, key), as_of)
    if as_json:
        output.print_json(_plain(seen))
        return
    chart = f"\n\n[chart: {seen.chart.alt}]" if seen.chart else ""
    typer.echo(f"{text_of(seen.body, seen.product, seen.week)}{chart}")
    for remark in seen.remarks:
        typer.echo(f"muster: {remark}", err=True)


def _seen(session: Session, product: Product, as_of: str | None) -> Seen:
    now = parse_instant(as_of, zone_named(product.timezone)) if as_of else now_in(session)
    week = making.week_of(session, product, now)
    found = None if as_of else drafts.of_week(session, product.id, week.end)
    if found is not None:
        return Seen(
            product=product, week=week, body=found.body, facts=found.facts, chart=found.chart, state=found.state
        )
    would = making.fresh(session, product, week, now=now)
    return Seen(
        product=product, week=week, body=would.body, facts=would.facts, chart=would.chart, remarks=would.remarks
    )


def _plain(seen: Seen) -> dict[str, object]:
    body = seen.body
    return {
        "product": seen.product.key,
        "week_start": seen.week.start,
        "week_end": seen.week.end,
        "state": seen.state,
        "headline": body.headline,
        "parts": dict(body.parts),
        "written": dict(body.written),
        "suggestions": [asdict(one) for one in body.suggestions],
        "claims": [asdict(one) for one in claims_of(body, seen.facts)],
        "chart": seen.chart.alt if seen.chart else None,
        "remarks": list(seen.remarks),
    }
