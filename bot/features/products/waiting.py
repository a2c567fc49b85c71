"""What waits for a product's people, and what App Home shows of their products."""

from collections.abc import Iterator

from bot.domain.people import Role
from bot.domain.product import Product
from bot.features.products import blocks
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import Block, actions, button, header, saying, section
from bot.kit.choosing import named
from bot.store import products, schedules


def waiting(ask: Ask) -> list[Waiting]:
    """What is still missing in the products of the person who asks."""
    return [one for product in mine(ask) for one in _missing(ask, product)]


def home(ask: Ask) -> list[Block]:
    """The person's products, and when each speaks next."""
    own = mine(ask)
    if not own:
        words = "You are on no product's team yet."
        return [header("Your products"), section(words), actions("start", saying("Add a product", "product add"))]
    rows = [block for product in own for block in _row(ask, product)]
    return [header("Your products"), *rows, actions("start", saying("Add a product", "product add"))]


def mine(ask: Ask) -> list[Product]:
    """The products whose people the person belongs to."""
    everything = products.everything(ask.session)
    return [one for one in everything if any(who.user == ask.user for who in products.people(ask.session, one.id))]


def _row(ask: Ask, product: Product) -> list[Block]:
    planned = schedules.of_product(ask.session, product.id)
    lines = blocks.planned_lines(ask, product, planned) or ["Nothing is scheduled yet."]
    show = button("Show", f"say:{product.key}", value=f"product show {product.key}")
    return [section("\n".join([named(product), *lines]), show)]


def _missing(ask: Ask, product: Product) -> Iterator[Waiting]:
    held = {one.role for one in products.people(ask.session, product.id)}
    if product.team_channel is None:
        yield Waiting(
            text=f"{named(product)} has no channel to speak in.",
            press=saying("Choose one", f"product edit {product.key}"),
        )
    if Role.ML_LEAD not in held:
        yield Waiting(
            text=f"{named(product)} has no ML lead: a review needs both of you.",
            press=saying("Name one", f"product edit {product.key}"),
        )
    if any(one.paused for one in schedules.of_product(ask.session, product.id)):
        yield Waiting(text=f"{named(product)} is paused.", press=saying("Resume", f"settings resume {product.key}"))
