"""What `muster product list` and `show` print."""

from collections.abc import Sequence
from typing import Any

from bot import wiring
from bot.cli import output
from bot.config import Settings
from bot.domain import record_fields
from bot.domain.people import Assignment
from bot.domain.product import Product, model_tier
from bot.domain.sourcing import STORED, SourceSpec, without_password
from bot.store import products, schedules
from bot.store.json import dumped
from bot.store.schedules import Schedule


def show_all(*, archived: bool, as_json: bool) -> None:
    """Print every product, a line each."""
    with wiring.opened(Settings()) as database, database.reading() as session:
        found = products.everything(session, archived=archived)
    if as_json:
        output.print_json([_as_json(one) for one in found])
        return
    rows = [
        (one.key, one.name, one.timezone, one.team_channel or "", _source(one), "archived" if one.archived else "")
        for one in found
    ]
    output.print_table(("key", "name", "zone", "channel", "source", ""), rows)


def show(key: str, *, as_json: bool) -> None:
    """Print one product whole."""
    with wiring.opened(Settings()) as database, database.reading() as session:
        product = products.named(session, key, archived=True)
        people = products.people(session, product.id)
        planned = schedules.of_product(session, product.id)
    if as_json:
        output.print_json(_whole(product, people, planned))
    else:
        output.print_table(("", product.name), _lines(product, people, planned))


def _whole(product: Product, people: Sequence[Assignment], planned: Sequence[Schedule]) -> dict[str, Any]:
    advice = model_tier(product.record)
    return _as_json(product) | {
        "record": dumped(product.record),
        "people": [{"role": who.role, "user": who.user} for who in people],
        "schedules": [{"ritual": one.ritual, "at": str(one.at), "next_due": one.next_due} for one in planned],
        "model_tier": {"tier": advice.tier, "reason": advice.reason},
    }


def _lines(product: Product, people: Sequence[Assignment], planned: Sequence[Schedule]) -> list[tuple[str, str]]:
    advice = model_tier(product.record)
    return [
        ("Key", product.key + (" (archived)" if product.archived else "")),
        ("Time zone", product.timezone),
        ("Team channel", product.team_channel or "none yet"),
        ("Stakeholder channel", product.stakeholder_channel or "none yet"),
        *((who.role.replace("_", " ").upper(), who.user) for who in people),
        ("Source", _source(product)),
        *([("Readings", place)] if (place := _place(product.readings_source)) else []),
        *((one.ritual, f"{one.at}{' (paused)' if one.paused else ''}") for one in planned),
        *record_fields.shown(product.record),
        ("Recommended model", f"{advice.tier}: {advice.reason}"),
    ]


def _as_json(product: Product) -> dict[str, Any]:
    return {
        "key": product.key,
        "name": product.name,
        "timezone": product.timezone,
        "team_channel": product.team_channel,
        "stakeholder_channel": product.stakeholder_channel,
        "source": _source(product),
        "readings_source": _place(product.readings_source),
        "ranking": product.source.ranking if product.source else "score",
        "archived": product.archived,
    }


def _source(product: Product) -> str:
    return _place(product.source) or "loaded predictions"


def _place(spec: SourceSpec | None) -> str | None:
    """Where a source is, without its password; None for Muster's own tables."""
    if spec is None or spec.uri == STORED:
        return None
    place = spec.table or ("a query" if spec.query else "")
    return without_password(spec.uri) + (f" ({place})" if place else "")
