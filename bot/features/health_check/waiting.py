"""What waits for a person: what they answer for, missed its target, and nobody looks after."""

from collections.abc import Iterator

from bot.domain.product import Product
from bot.domain.standings import State
from bot.features.health_check import words
from bot.features.health_check.taking import TAKE_ONE
from bot.features.health_check.whole import whole
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import button
from bot.kit.choosing import named
from bot.store import products, standings


def waiting(ask: Ask) -> list[Waiting]:
    """The misses of every product that the person who asks answers for and nobody took."""
    return [one for product in products.everything(ask.session) for one in _of(ask, product)]


def _of(ask: Ask, product: Product) -> Iterator[Waiting]:
    stand = standings.of_product(ask.session, product.id)
    missed = {one.metric for one in stand.values() if one.state is State.MISSED and one.taken_by is None}
    if not missed:
        return
    for check in whole(ask.session, product, ask.now).missed:
        if check.metric.name in missed and check.watched.owner == ask.user:
            press = button("Take it", f"{TAKE_ONE}:{check.metric.name}", value=f"{product.id} {check.metric.name}")
            yield Waiting(text=f"{named(product)}: {words.short(check)}.", press=press)
