"""A product's health as everybody reads it: the command, the checks on a schedule, and the update say the same."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain.health import Health, check
from bot.domain.product import Product
from bot.domain.watching import Which, watched
from bot.store import products, readings, watches

LOOKS_BACK = timedelta(days=100)
"""As far as a check reads: the latest of a monthly metric, and the one before, may be two months old."""


def health_of(session: Session, product: Product, *, as_of: datetime, which: Which = Which.CHOSEN) -> Health:
    """How *product* does at *as_of*, from the readings whose windows were over by then."""
    people = products.people(session, product.id)
    chosen = watched(product.record, people, watches.of_product(session, product.id), which)
    names = [one.metric.name for one in chosen]
    known = readings.of_product(session, product.id, metrics=names, since=as_of - LOOKS_BACK)
    checks = (check(one, [it for it in known if it.metric == one.metric.name], as_of) for one in chosen)
    return Health(as_of=as_of, checks=tuple(checks))
