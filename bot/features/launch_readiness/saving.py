"""What somebody did to the list of a launch: saved, written down, told, and taken back where nothing came after it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.launch import THING_NAMES, Item, Thing
from bot.domain.product import Product
from bot.domain.text import count_of
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.launch_readiness.falling import lapse
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import named, product_with_id
from bot.kit.command import Action, Effect
from bot.kit.launching import SHOW
from bot.kit.permission import require_may_change
from bot.kit.reply import MarkedUpError, Reply
from bot.store import audit, launch_items
from bot.store.json import dumped, loaded
from bot.store.launch_items import LaunchItemChangedError

UNDO = "launch_readiness.undo"
LISTED = "launch list"
"""What the audit log calls everything done to the list."""

UNDONE = "launch list undo"


class ChangedSinceError(UserError):
    """Something came after what is to be taken back."""

    def __init__(self) -> None:
        super().__init__("This was changed since: taking it back would lose that. Say “launch” to see how it is now.")


class SomebodyWasFirstError(MarkedUpError):
    """Two people at the same thing at the same instant: one of them won, and the other hears who."""

    def __init__(self, user: str | None, thing: Thing) -> None:
        who = f"<@{user}>" if user else "Somebody"
        super().__init__(
            f"{who} changed {THING_NAMES[thing]} at the same moment; yours was not saved. Look at it, then repeat it."
        )


def own_item(ask: Ask, product: Product, thing: Thing) -> Item:
    """A thing of the list, for somebody who may change it: its owner, the product's people, the admins."""
    item = launch_items.of_product(ask.session, product.id)[thing]
    if ask.user != item.owner:
        require_may_change(ask, product)
    return item


def save(ask: Ask, item: Item) -> None:
    """Keep what somebody made of a thing. Raises `SomebodyWasFirstError`."""
    try:
        launch_items.save(ask.session, item)
    except LaunchItemChangedError as error:
        raise SomebodyWasFirstError(_changer(ask, error.now), item.thing) from error


def done(ask: Ask, product: Product, before: Sequence[Item], text: str) -> Reply:
    """Write down that the person changed the things that were as in *before*, and tell them with a way back; *text* is
    mrkdwn.
    """
    fallen = lapse(ask, product)
    if fallen:
        text += f" {count_of(len(fallen), 'sign-off')} fell with that, and whoever signed hears of it."
    kept = {"items": dumped(tuple(before)), "versions": _versions(ask, before)}
    deed = audit.done(ask.session, user=ask.user, what=LISTED, now=ask.now, product=product, detail=text, before=kept)
    undo = button("Undo", UNDO, value=str(deed))
    show = button("See the page", SHOW, value=str(product.id))
    return Reply(text=text, blocks=[section(text), actions("listed", undo, show)], posts=fallen)


def undo(ask: Ask) -> Reply:
    """Take back what the clicked answer told, if nothing was changed since and the person may still change it."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or deed.before is None or deed.what != LISTED:
        raise ChangedSinceError
    product = product_with_id(ask, str(deed.product_id))
    now = launch_items.of_product(ask.session, product.id)
    items = loaded(tuple[Item, ...], deed.before["items"])
    for before in items:
        if now[before.thing].version != deed.before["versions"][before.thing]:
            raise ChangedSinceError
        _require_may_restore(ask, product, now[before.thing], before)
    for before in items:
        save(ask, replace(before, version=now[before.thing].version))
    text = f"You took it back: the list of {named(product)} is as it was before."
    kept = {"versions": _versions(ask, items)}
    audit.done(ask.session, user=ask.user, what=UNDONE, now=ask.now, product=product, detail=text, before=kept)
    return Reply(text=text, replace=True, posts=lapse(ask, product))


def _require_may_restore(ask: Ask, product: Product, now: Item, before: Item) -> None:
    """A thing's owner ticks it and writes a note to it; who owns it is not theirs to say."""
    if ask.user != now.owner or before.owner != now.owner:
        require_may_change(ask, product)


def _versions(ask: Ask, items: Sequence[Item]) -> dict[str, int]:
    """How often each of *items* was changed by now."""
    now = launch_items.of_product(ask.session, items[0].product_id)
    return {str(one.thing): now[one.thing].version for one in items}


def _changer(ask: Ask, item: Item) -> str | None:
    """Who made *item* what it is, None where the log does not say."""
    deeds = [deed for deed in audit.of_product(ask.session, item.product_id) if deed.what in {LISTED, UNDONE}]
    made = [deed for deed in deeds if (deed.before or {}).get("versions", {}).get(item.thing) == item.version]
    return made[-1].user if made else None


ACTIONS = (Action(name=UNDO, effect=Effect.CHANGE, run=undo),)
