"""What waits for a person: things on the list that are theirs, and their word once all else is there."""

from collections.abc import Iterator

from bot.domain.launch import THING_NAMES, Thing, open_facts, spoken
from bot.domain.product import Product
from bot.features.launch_readiness.words import listed
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import button
from bot.kit.choosing import named
from bot.kit.launching import SHOW, SIGN, missing_from, readiness_of
from bot.kit.owning import present
from bot.store import launch_items, products


def waiting(ask: Ask) -> list[Waiting]:
    """What waits for the person who asks, over all products."""
    return [one for product in products.everything(ask.session) for one in _of(ask, product)]


def _of(ask: Ask, product: Product) -> Iterator[Waiting]:
    items = launch_items.of_product(ask.session, product.id)
    mine = [thing for thing, item in items.items() if item.owner == ask.user and not item.is_ticked]
    if mine and present(ask.session, [ask.user]):
        names = f"{listed(THING_NAMES[thing] for thing in mine)} of yours {'are' if len(mine) > 1 else 'is'}"
        press = button("See the page", f"{SHOW}:{product.id}", value=str(product.id))
        yield Waiting(text=f"{named(product)}: for its launch {names} not ticked yet.", press=press)
    # The whole page is made only where the list is done and the word of this person is missing: it reads a lot.
    if all(items[thing].is_ticked for thing in Thing) and missing_from(ask.session, product, ask.user):
        yield from _word(ask, product)


def _word(ask: Ask, product: Product) -> Iterator[Waiting]:
    found = readiness_of(ask.session, product, now=ask.now)
    asked = [spoken(one) for one in found.may_sign(ask.user) if one not in found.standing]
    if asked and not open_facts(found.facts):
        press = button("Sign", f"{SIGN}:{product.id}", value=str(product.id))
        yield Waiting(
            text=f"{named(product)}: everything is there for its launch. Sign for {listed(asked)}.", press=press
        )
