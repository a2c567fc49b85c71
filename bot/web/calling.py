"""Who calls: a program with the key of one product."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain.metrics import Metric
from bot.domain.product import Product
from bot.domain.watching import known
from bot.store import api_keys, products, watches
from bot.store.api_keys import ApiKey
from bot.store.session import Database, Moment
from bot.web.bodies import RefusedError

WRONG_KEY = "This needs a key that is in use: send Authorization: Bearer muster_... (muster api-key create makes one)."


class WrongKeyError(RefusedError):
    """No key, a wrong one or a revoked one: the same sentence for all, so that a stranger learns nothing from it."""

    def __init__(self) -> None:
        super().__init__(401, WRONG_KEY)


class ArchivedError(RefusedError):
    """The product of the key was put away."""

    def __init__(self, product: Product) -> None:
        super().__init__(409, f"“{product.key}” is archived: it takes nothing in.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A key, its product with the metrics that it could watch, and when the call came."""

    key: ApiKey
    product: Product
    known: Mapping[str, Metric]
    now: datetime


async def caller(database: Database, moment: Moment, text: str) -> Caller:
    """Who calls with the key *text*. Raises `WrongKeyError`."""
    found = await database.look(lambda session: _known(session, text, moment(session)))
    if found is None:
        raise WrongKeyError
    if api_keys.is_due(found.key, found.now):
        await database.run(lambda session: api_keys.used(session, found.key, found.now))
    return found


def _known(session: Session, text: str, now: datetime) -> Caller | None:
    key = api_keys.named_by(session, text)
    if key is None:
        return None
    product = products.with_id(session, key.product_id)
    return Caller(
        key=key, product=product, known=known(watches.of_product(session, product.id), product.record.currency), now=now
    )
