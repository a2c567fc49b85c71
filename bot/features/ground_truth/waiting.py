"""What of it waits for a person: proposals for those who decide, verified answers for who picks."""

from collections.abc import Iterator

from bot.domain.product import Product
from bot.domain.text import count_of
from bot.features.ground_truth import rules
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import saying
from bot.kit.choosing import named
from bot.store import golden, products, truths


def waiting(ask: Ask) -> list[Waiting]:
    """What the person who asks could decide or pick, a line for each product."""
    return [one for product in products.everything(ask.session) for one in _of_product(ask, product)]


def _of_product(ask: Ask, product: Product) -> Iterator[Waiting]:
    who = rules.deciders_of(ask, product)
    if ask.user in who.users:
        # Their own wait for somebody else, unless there is nobody else.
        not_by = None if who.is_alone(ask.user) else ask.user
        count = truths.count_waiting(ask.session, product.id, not_by=not_by)
        if count:
            words = f"{count_of(count, 'proposed answer')} of {named(product)} {'waits' if count == 1 else 'wait'}"
            yield Waiting(text=f"{words} for you to verify.", press=saying("Look", f"truth {product.key}"))
    if ask.user in rules.curators_of(ask, product):
        ready = golden.count_candidates(ask.session, product.id)
        if ready:
            text = f"{count_of(ready, 'verified answer')} of {named(product)} could join the golden set."
            yield Waiting(text=text, press=saying("Pick", f"golden pick {product.key}"))
