"""`Take it`: somebody looks after what missed its target, for now; the card says who."""

from collections.abc import Iterable, Sequence

from bot.domain.health import Check
from bot.domain.product import Product
from bot.domain.standings import Standing, taken
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.health_check import card
from bot.features.health_check.subject import called
from bot.features.health_check.whole import Whole, whole
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import named, product_with_id
from bot.kit.command import Action, Effect
from bot.kit.permission import require_may_change
from bot.kit.reply import MarkedUpError, Reply
from bot.store import audit, health_cards, standings
from bot.store.standings import StandingChangedError

TAKE_ONE, GIVE_BACK = "health_check.take_one", "health_check.give_back"
"""Take a single metric, give several back (value: product id, metrics by comma)."""


class OldCardError(UserError):
    """A button of a card that is over, or not there."""

    def __init__(self) -> None:
        super().__init__("This message is over: a newer one stands, or none is needed. Say “health” to see how it is.")


class NothingMissedError(UserError):
    """All is on target meanwhile."""

    def __init__(self) -> None:
        super().__init__("Nothing misses its target any more: there is nothing to take.")


class TakenBeforeError(MarkedUpError):
    """Somebody else looks after it, or (None) a check has just written down how it stands."""

    def __init__(self, user: str | None) -> None:
        super().__init__(
            f"<@{user}> took it before you: yours was not saved. They may give it back."
            if user
            else "It was just checked anew: yours was not saved. Look at the card as it is now, and press again."
        )


def take(ask: Ask) -> Reply:
    """Look after everything that the card shows as missed and nobody took."""
    product = open_card(ask)
    found = whole(ask.session, product, ask.now)
    return _took(ask, product, found, found.missed)


def take_one(ask: Ask) -> Reply:
    """Look after a single metric."""
    product, metrics = named_in(ask)
    found = whole(ask.session, product, ask.now)
    return _took(ask, product, found, [one for one in found.missed if one.metric.name in metrics])


def give_back(ask: Ask) -> Reply:
    """Look after it no longer."""
    product, metrics = named_in(ask)
    found = whole(ask.session, product, ask.now)
    mine = [one for one in found.standings.values() if one.metric in metrics and one.taken_by == ask.user]
    with_first_come(ask, product, [taken(one, None, ask.now) for one in mine])
    text = f"You gave it back: nobody looks after these of {named(product)} for now."
    audit.done(ask.session, user=ask.user, what="health give back", now=ask.now, product=product, detail=text)
    redraw(ask, product)
    return Reply(text=text, replace=True)


def open_card(ask: Ask) -> Product:
    """The product of the card whose button was pressed. Raises `OldCardError` where it is over."""
    stands = health_cards.with_id(ask.session, number_of(ask.value or ask.carried("card")))
    if stands is None or stands.closed_at is not None:
        raise OldCardError
    return product_with_id(ask, str(stands.product_id))


def named_in(ask: Ask) -> tuple[Product, frozenset[str]]:
    """The product and the metrics that a button carries; both went to a client and came back."""
    number, _, names = ask.value.partition(" ")
    return product_with_id(ask, number), frozenset(names.split(","))


def require_own(ask: Ask, product: Product, checks: Iterable[Check]) -> None:
    """Raise `NotYoursError` unless the person owns all of it, or may change the product."""
    if any(check.watched.owner != ask.user for check in checks):
        require_may_change(ask, product)


def with_first_come(ask: Ask, product: Product, changed: Iterable[Standing]) -> None:
    """Save what somebody changed. Raises `TakenBeforeError` where somebody else was first."""
    try:
        for standing in changed:
            standings.save(ask.session, product.id, standing)
    except StandingChangedError as error:
        raise TakenBeforeError(error.now.taken_by if error.now else None) from error


def redraw(ask: Ask, product: Product) -> None:
    """Let the card that stands show how things are now."""
    stands = health_cards.latest(ask.session, product.id)
    if stands is not None:
        card.redraw(ask.session, stands, whole(ask.session, product, ask.now))


def _took(ask: Ask, product: Product, found: Whole, missed: Sequence[Check]) -> Reply:
    require_own(ask, product, missed)
    if not missed:
        raise NothingMissedError
    known = [found.standings.get(one.metric.name) or Standing(metric=one.metric.name, since=ask.now) for one in missed]
    free = [one for one in known if one.taken_by is None]
    if not free and not all(one.taken_by == ask.user for one in known):
        raise TakenBeforeError(next(one.taken_by for one in known if one.taken_by != ask.user))
    with_first_come(ask, product, [taken(one, ask.user, ask.now) for one in free])
    mine = {one.metric for one in known if one.taken_by in {None, ask.user}}
    names = ", ".join(called(one.metric) for one in missed if one.metric.name in mine)
    text = f"You look after {names} of {named(product)} for now: the card says so. It ends when all is well again."
    audit.done(ask.session, user=ask.user, what="health take", now=ask.now, product=product, detail=text)
    redraw(ask, product)
    back = button("Give it back", GIVE_BACK, value=f"{product.id} {','.join(sorted(mine))}")
    return Reply(text=text, blocks=[section(text), actions("taken", back)])


ACTIONS = (
    Action(name=card.TAKE, effect=Effect.CHANGE, run=take),
    Action(name=TAKE_ONE, effect=Effect.CHANGE, run=take_one),
    Action(name=GIVE_BACK, effect=Effect.CHANGE, run=give_back),
)
