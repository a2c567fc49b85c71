"""`/muster review`: looking at a review that was made, and asking for one now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain.failures import Breach, BreachKind
from bot.domain.product import Product, ProductRecord
from bot.domain.window import zone_named
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.error_review import blocks
from bot.features.error_review.blocks import Message
from bot.features.error_review.view import Item, Week, marks_of
from bot.kit import reviewing
from bot.kit.asking import Ask
from bot.kit.blocks import actions, saying, section
from bot.kit.choosing import named, only_product_of, product_with_id
from bot.kit.command import Action, Command, Effect, Errand, Outside
from bot.kit.permission import require_may_change
from bot.kit.reply import Next, Reply
from bot.store import audit, meetings, memory, predictions, products, reviews
from bot.store.reviews import Review

RITUAL = "error_review"
NOW_NAME = "error_review.now"


class NoSuchReviewError(UserError):
    """A button of a review that is not there."""

    def __init__(self) -> None:
        super().__init__("This review is not there any more. Say “review” to see the latest one.")


class NoChannelYetError(UserError):
    """A review needs somewhere to be posted."""

    def __init__(self, product: Product) -> None:
        super().__init__(f"{product.name} has no channel yet: choose one with “product edit {product.key}”.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A review that somebody asked for: the seven days before *at*."""

    product: Product
    at: datetime


def bare(ask: Ask) -> Reply:
    """The latest review of a product."""
    product = only_product_of(ask, "review")
    review = reviews.latest(ask.session, product.id)
    if review is None:
        return _nothing(f"There was no review of {named(product)} yet.", product)
    if not review.seats:
        return _nothing(f"The latest review of {named(product)} found no predictions in its seven days.", product)
    tail = [reviewing.progress(review, meetings.items(ask.session, review.id)), reviewing.buttons(review)]
    return _said(blocks.glance(_title(product, review), _items(ask, product, review), review.id, tail=tail))


def everything(ask: Ask) -> Reply:
    """Every item of the review that the button names."""
    review = _review(ask, ask.value)
    product = products.with_id(ask.session, review.product_id)
    return _said(blocks.everything(_title(product, review), _items(ask, product, review), review.id))


def full(ask: Ask) -> Reply:
    """Everything that is known of the item that the button names."""
    number, _, rank = ask.value.partition(" ")
    review = _review(ask, number)
    product = products.with_id(ask.session, review.product_id)
    item = next((one for one in _items(ask, product, review) if str(one.rank) == rank), None)
    if item is None:
        raise NoSuchReviewError
    return _said(blocks.full(item))


def now(ask: Ask) -> Reply:
    """Ask for a review of the past seven days."""
    product = only_product_of(ask, "review now")
    require_may_change(ask, product)
    if product.team_channel is None:
        raise NoChannelYetError(product)
    at = ask.now.replace(second=0, microsecond=0)
    text = (
        f"You asked for a review of {named(product)}: I read its predictions and post it in <#{product.team_channel}>."
    )
    audit.done(ask.session, user=ask.user, what="review now", now=ask.now, product=product)
    return Reply(text=text, then=Next(errand=NOW_NAME, value=f"{product.id} {at.isoformat()}"))


def ask_now(ask: Ask) -> Wanted:
    """Which review the errand is told to make."""
    number, _, at = ask.value.partition(" ")
    return Wanted(product=product_with_id(ask, number), at=datetime.fromisoformat(at))


def fetch_now(wanted: Wanted, outside: Outside) -> None:
    """Make the review; one that was made for that minute already is left as it is."""
    outside.run_now(wanted.product.id, RITUAL, wanted.at)


def keep_now(_ask: Ask, wanted: Wanted, _answer: None) -> Reply:
    """Say that it is there."""
    return Reply(text=f"The review of {named(wanted.product)} is on its way to <#{wanted.product.team_channel}>.")


def _review(ask: Ask, number: str) -> Review:
    review = reviews.with_id(ask.session, number_of(number))
    if review is None:
        raise NoSuchReviewError
    return review


def days(product: Product, review: Review) -> str:
    """The days of a review in words: 9 to 15 November."""
    return Week(product=product.name, window=review.window, zone=zone_named(product.timezone), late=False).days


def _title(product: Product, review: Review) -> str:
    return f"The worst {len(review.seats)} of {product.name}, {days(product, review)}"


def _items(ask: Ask, product: Product, review: Review) -> list[Item]:
    origins = memory.origins(ask.session, review.id)
    return [_shown(ask.session, one, product, origins[one.id]) for one in meetings.items(ask.session, review.id)]


def shown(session: Session, item: meetings.Item, product: Product) -> Item:
    """An item as the blocks show it, with how it came to its seat."""
    origin = memory.origins(session, item.review_id)[item.id]
    return _shown(session, item, product, origin)


def _shown(session: Session, item: meetings.Item, product: Product, origin: memory.Origin) -> Item:
    return Item(
        rank=item.rank,
        prediction=item.prediction,
        alike=tuple(predictions.with_row_ids(session, item.alike_rows)),
        breaches=_breaches(item.breaches, product.record),
        marks=marks_of(origin, zone_named(product.timezone)),
    )


def _breaches(names: Sequence[str], record: ProductRecord) -> tuple[Breach, ...]:
    nevers = {never.name for never in record.nevers}
    return tuple(Breach(name=name, kind=BreachKind.NEVER if name in nevers else BreachKind.BLOCKING) for name in names)


def _nothing(text: str, product: Product) -> Reply:
    now = saying("Make one now", f"review now {product.key}")
    return Reply(text=text, blocks=[section(text), actions("start", now)])


def _said(message: Message) -> Reply:
    return Reply(text=message.text, blocks=message.blocks)


COMMANDS = (
    Command(
        noun="review",
        takes="[product]",
        summary="The worst predictions of the latest week",
        example="review",
        effect=Effect.READ,
        run=bare,
        inside=True,
    ),
    Command(
        noun="review",
        verb="now",
        takes="[product]",
        summary="Make a review of the past seven days and post it in the product's channel",
        example="review now",
        effect=Effect.CHANGE,
        run=now,
    ),
)
ACTIONS = (
    Action(name=reviewing.ALL, effect=Effect.READ, run=everything, inside=True),
    Action(name=blocks.FULL, effect=Effect.READ, run=full, inside=True),
)
NOW: Errand[Wanted, None] = Errand(
    name=NOW_NAME, ask=ask_now, fetch=fetch_now, keep=keep_now, limit=timedelta(minutes=6)
)
