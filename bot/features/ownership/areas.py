"""`/muster owner areas on|off`: whether a product names owners for the nine areas too."""

from dataclasses import replace

from bot.domain.product import Product
from bot.domain.responsibilities import NINE_AREAS
from bot.domain.text import count_of
from bot.features.ownership.deeds import OWNED
from bot.kit.asking import Ask
from bot.kit.blocks import actions, saying, section
from bot.kit.choosing import named, product_of
from bot.kit.command import Command, Effect
from bot.kit.permission import require_may_change
from bot.kit.product_history import snapshot
from bot.kit.reply import MarkedUpError, Reply
from bot.store import audit, products
from bot.store.json import dumped

_WORDS = {"on": True, "yes": True, "off": False, "no": False}


class OnOrOffError(MarkedUpError):
    """Neither on nor off."""

    def __init__(self, ask: Ask, *, on: bool) -> None:
        now = "on" if on else "off"
        super().__init__(f"The nine areas are {now}. Say `{ask.command} owner areas {'off' if on else 'on'}`.")


def switch(ask: Ask) -> Reply:
    """Use the nine areas from now on, or only the five questions; who was named for an area stays named."""
    said = [word for word in ask.words if word.casefold() in _WORDS]
    product, rest = product_of(ask.saying([word for word in ask.words if word not in said]), "owner areas on")
    require_may_change(ask, product)
    on = product.record.areas
    if len(said) != 1 or rest:
        raise OnOrOffError(ask, on=on)
    wanted = _WORDS[said[0].casefold()]
    if wanted == on:
        return Reply(text=f"It is so already: the nine areas of {named(product)} are {'on' if on else 'off'}.")
    return _switched(ask, product, on=wanted)


def _switched(ask: Ask, product: Product, *, on: bool) -> Reply:
    saved = products.save(ask.session, replace(product, record=replace(product.record, areas=on)))
    more = (
        f"{count_of(len(NINE_AREAS), 'area')}, each with a part for product, research and ML engineering."
        if on
        else "Who was named for them stays named, unseen."
    )
    text = f"You switched the nine areas of {named(product)} {'on' if on else 'off'}. {more}"
    before = dumped(snapshot(ask.session, product))
    audit.done(
        ask.session, user=ask.user, what=f"{OWNED} areas", now=ask.now, product=saved, detail=text, before=before
    )
    words = f"owner areas {'off' if on else 'on'} {product.key}"
    back = saying("Switch them off" if on else "Switch them on", words)
    return Reply(
        text=text, blocks=[section(text), actions("areas", back, saying("Who owns what", f"owner {product.key}"))]
    )


COMMANDS = (
    Command(
        noun="owner",
        verb="areas",
        takes="[product] on | off",
        summary="Name owners for the nine areas too, or for the five questions alone",
        example="owner areas on",
        effect=Effect.CHANGE,
        run=switch,
    ),
)
