"""A product's health as everybody reads it: the command, the checks on a schedule, and the update say the same."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot.domain.health import Health, Watched, check
from bot.domain.matrix import first_people
from bot.domain.product import Product
from bot.domain.readings import Reading
from bot.domain.watching import Said, Which, watched
from bot.domain.window import zone_named
from bot.store import ownerships, products, readings, watches

LOOKS_BACK = timedelta(days=100)
"""As far as a check reads: the latest of a monthly metric, and the one before, may be two months old."""

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def health_of(session: Session, product: Product, *, as_of: datetime, which: Which = Which.CHOSEN) -> Health:
    """How *product* does at *as_of*, from the readings whose windows were over by then."""
    chosen = watched_of(session, product, watches.of_product(session, product.id), which)
    names = [one.metric.name for one in chosen]
    known = _known(session, product, names, as_of)
    zone = zone_named(product.timezone)
    checks = (check(one, [it for it in known if it.metric == one.metric.name], as_of, zone) for one in chosen)
    return Health(as_of=as_of, checks=tuple(checks))


def watched_of(
    session: Session, product: Product, said: Mapping[str, Said], which: Which = Which.CHOSEN
) -> tuple[Watched, ...]:
    """What is checked of *product* by what its team *said* of its metrics, each with who answers for it now."""
    people = products.people(session, product.id)
    answering = first_people(ownerships.of_product(session, product.id))
    return watched(product.record, people, said, which, answering=answering)


def _known(session: Session, product: Product, names: Collection[str], as_of: datetime) -> list[Reading]:
    """The readings of the past weeks; of what was not read for so long, the last there was."""
    since = max(as_of, _EARLIEST) - LOOKS_BACK
    recent = readings.of_product(session, product.id, metrics=names, since=since)
    silent = set(names) - {one.metric for one in recent if one.window.end <= as_of}
    return [*recent, *(readings.last_before(session, product.id, silent, since) if silent else ())]
