"""What somebody did to a product: written into the audit log so that it can be told, and taken back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.domain.product import Product
from bot.domain.words import number_of
from bot.features.products import service
from bot.features.products.service import ChangedSinceError
from bot.kit.asking import Ask
from bot.kit.blocks import Element, actions, button, section
from bot.kit.choosing import named
from bot.kit.permission import require_may_change
from bot.kit.product_history import Snapshot
from bot.kit.reply import MarkedUpError, Next, Reply
from bot.store import audit, products
from bot.store.json import dumped, loaded

UNDO = "products.undo"
ADDED, REMOVED, EDITED, SET, UNDONE = "product add", "product remove", "product edit", "settings set", "undo"


class SomebodyWasFirstError(MarkedUpError):
    """Two people at the same product at the same instant: one of them won, and the other hears who."""

    def __init__(self, ask: Ask, product: Product) -> None:
        later = audit.of_product(ask.session, product.id, since_version=product.version)
        who = f"<@{later[-1].user}>" if later else "Somebody"
        super().__init__(
            f"{who} changed {named(product)} at the same moment; yours was not saved. Look at it again, then repeat it."
        )


def done(
    ask: Ask,
    what: str,
    after: Product,
    *,
    before: Snapshot | None,
    text: str,
    more: Sequence[Element] = (),
    then: Next | None = None,
) -> Reply:
    """Write down that the person did *what*, and tell them with a way to take it back; *text* is mrkdwn."""
    deed = audit.done(
        ask.session,
        user=ask.user,
        what=what,
        now=ask.now,
        product=after,
        detail=text,
        before=dumped(before) if before else None,
    )
    undo = button("Undo", UNDO, value=str(deed))
    return Reply(text=text, blocks=[section(text), actions("done", undo, *more)], then=then)


@contextmanager
def first_come(ask: Ask, product: Product) -> Iterator[None]:
    """Whoever saves *product* second is told who was first. Raises `SomebodyWasFirstError`."""
    try:
        yield
    except products.ChangedMeanwhileError as error:
        raise SomebodyWasFirstError(ask, product) from error


def undo(ask: Ask) -> Reply:
    """Take back what the clicked answer told, if nothing was changed since."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or deed.product_id is None or deed.version is None:
        raise ChangedSinceError
    product = products.with_id(ask.session, deed.product_id)
    require_may_change(ask, product)
    if product.version != deed.version:
        raise ChangedSinceError
    if deed.before is None:
        service.remove(ask.session, product, ask.now)
        text = f"You took it back: {named(product)} is archived."
    else:
        before = loaded(Snapshot, deed.before)
        service.bring_back(ask.session, before, version=deed.version, now=ask.now)
        text = f"You took it back: {named(product)} is as it was before."
    after = products.with_id(ask.session, product.id)
    audit.done(ask.session, user=ask.user, what=UNDONE, now=ask.now, product=after, detail=text)
    return Reply(text=text, replace=True)
