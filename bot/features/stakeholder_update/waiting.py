"""What waits for those who decide about an update."""

from datetime import datetime

from bot.domain.draft_states import OPEN, DraftState
from bot.domain.drafts import Draft, is_due
from bot.domain.product import Product
from bot.features.stakeholder_update.finding import deciders_of
from bot.features.stakeholder_update.saying import when
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import saying
from bot.kit.choosing import named
from bot.store import drafts, products


def waiting(ask: Ask) -> list[Waiting]:
    """The updates that wait for the person who asks to approve them; admins are not asked for every product's."""
    found = [(one, products.with_id(ask.session, one.product_id)) for one in drafts.in_states(ask.session, OPEN)]
    return [
        _waits(one, product, ask.now)
        for one, product in found
        if not product.archived and ask.user in deciders_of(ask.session, product).named
    ]


def _waits(draft: Draft, product: Product, now: datetime) -> Waiting:
    text = f"{named(product)}: the stakeholder update waits for you to approve it; {_until(draft, product, now)}."
    return Waiting(text=text, press=saying("Show it", f"update {product.key}"))


def _until(draft: Draft, product: Product, now: datetime) -> str:
    if draft.state is DraftState.HELD:
        return "it is held, because nobody approved it in time"
    if is_due(draft, now):
        return "once approved it is posted at once"
    return f"approved by then, it is posted on {when(product, draft.post_due)}"
