"""The meeting: one shared card in the review's thread, turned from item to item and edited in place."""

from dataclasses import dataclass

from bot.domain.product import Product
from bot.domain.reviewing import Part, ReviewState
from bot.domain.text import escape
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.error_review import card, looking
from bot.features.error_review.blocks import Message
from bot.features.error_review.card import Table
from bot.features.error_review.view import Item as Shown
from bot.kit import reviewing
from bot.kit.asking import Ask
from bot.kit.choosing import named, only_product_of
from bot.kit.post import Post
from bot.kit.reply import MarkedUpError, Reply
from bot.store import audit, directory, meetings, posts, products, reviews
from bot.store.meetings import Item
from bot.store.products import LOCAL_WORKSPACE
from bot.store.reviews import Review


class FinishedReviewError(MarkedUpError):
    """Nothing more is said in a review that is finished; what was typed comes back with the answer."""

    def __init__(self, review: Review, typed: str = "") -> None:
        super().__init__(
            f"<@{review.finished_by}> finished this review already, so I kept nothing of this click."
            + (f" What you typed: “{escape(typed)}”." if typed else "")
            + " Undo the finish first, or say it of the fix."
        )


class NothingToReviewError(UserError):
    """A review without items, or none at all."""

    def __init__(self, product: Product) -> None:
        super().__init__(f"There is nothing to review for {product.name} yet: say “review now” to make a list.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """One item of a review, and everything around it."""

    product: Product
    review: Review
    item: Item


def spot(ask: Ask, words: str) -> Spot:
    """The item that a button or form carries as “review rank”. Raises `looking.NoSuchReviewError`."""
    number, _, rank = words.partition(" ")
    review = reviews.with_id(ask.session, number_of(number))
    found = meetings.item(ask.session, review.id, number_of(rank)) if review else None
    if review is None or found is None:
        raise looking.NoSuchReviewError
    return Spot(product=products.with_id(ask.session, review.product_id), review=review, item=found)


def open_spot(ask: Ask, words: str, *, typed: str = "") -> Spot:
    """The same, of a review that is not finished. Raises `FinishedReviewError`."""
    found = spot(ask, words)
    if found.review.state is ReviewState.FINISHED:
        raise FinishedReviewError(found.review, typed)
    return found


def start(ask: Ask) -> Reply:
    """Start the meeting of the review that the button names, or come back to it."""
    review = reviews.with_id(ask.session, number_of(ask.value))
    if review is None:
        raise looking.NoSuchReviewError
    return _started(ask, products.with_id(ask.session, review.product_id), review)


def start_latest(ask: Ask) -> Reply:
    """Start the meeting of the latest review of a product."""
    product = only_product_of(ask, "review start")
    review = reviews.latest(ask.session, product.id)
    if review is None:
        raise NothingToReviewError(product)
    return _started(ask, product, review)


def go(ask: Ask) -> Reply:
    """Turn the card: to the one before, the one after, or past this one to the next that waits."""
    where, _, way = ask.value.rpartition(" ")
    at = open_spot(ask, where)
    everything = meetings.items(ask.session, at.review.id)
    match way:
        case card.PREVIOUS:
            place = at.item.rank - 1
        case card.SKIP:
            place = next_open(everything, after=at.item.rank) or at.item.rank
        case _:
            place = at.item.rank + 1
    turn_to(ask, at.review.id, min(max(place, 1), len(everything)))
    return Reply()


def turn_to(ask: Ask, review_id: int, place: int) -> None:
    """Let the shared card show the item at *place*."""
    reviews.turn_to(ask.session, review_id, place)
    redraw(ask, review_id)


def redraw(ask: Ask, review_id: int) -> None:
    """Let card and head show what was said and how far it is; where there is no card yet, only the head."""
    reviews.lock(ask.session, review_id)
    review = reviews.with_id(ask.session, review_id)
    if review is None:
        return
    there = posts.named(ask.session, LOCAL_WORKSPACE, reviewing.card_key(review)) is not None
    if there and review.state is not ReviewState.FINISHED:
        shown = _card(ask, review)
        posts.revise(ask.session, LOCAL_WORKSPACE, reviewing.card_key(review), text=shown.text, blocks=shown.blocks)
    reviewing.refresh_head(ask.session, review_id)


def follow(ask: Ask, at: Spot) -> None:
    """After something was said of an item: note whether it counts as reviewed now, turn to the next one that waits if
    the card shows it, and redraw.
    """
    reviews.lock(ask.session, at.review.id)
    after = meetings.item(ask.session, at.review.id, at.item.rank)
    assert after is not None  # noqa: S101 items are never taken away
    done = after.said.is_reviewed
    if done is (at.item.reviewed_at is None):
        meetings.mark_reviewed(ask.session, after.id, ask.now if done else None)
    review = reviews.with_id(ask.session, at.review.id) or at.review
    if done and not at.item.said.is_reviewed and review.place == after.rank and not _differ(after):
        place = next_open(meetings.items(ask.session, review.id), after=after.rank)
        reviews.turn_to(ask.session, review.id, place or after.rank)
    redraw(ask, at.review.id)


def next_open(everything: list[Item], *, after: int) -> int | None:
    """The rank of the next item that waits, from *after* on and then from the beginning; None when none does."""
    later = [one for one in everything if one.rank > after]
    earlier = [one for one in everything if one.rank < after]
    return next((one.rank for one in [*later, *earlier] if not one.said.is_reviewed), None)


def shown(ask: Ask, at: Spot) -> Shown:
    """An item as the blocks show it."""
    return looking.shown(ask.session, at.item, at.product)


def decider(ask: Ask, product: Product) -> str | None:
    """Who settles what people differ about; somebody who has left the workspace does not."""
    people = products.people(ask.session, product.id)
    return card.decider_of(people, gone=directory.gone(ask.session, LOCAL_WORKSPACE, [one.user for one in people]))


def _started(ask: Ask, product: Product, review: Review) -> Reply:
    if not review.seats:
        raise NothingToReviewError(product)
    if review.state is ReviewState.FINISHED:
        raise FinishedReviewError(review)
    if reviews.start(ask.session, review.id, user=ask.user, now=ask.now):
        audit.done(ask.session, user=ask.user, what="review start", now=ask.now, product=product)
        everything = meetings.items(ask.session, review.id)
        reviews.turn_to(ask.session, review.id, next_open(everything, after=0) or 1)
    review = reviews.with_id(ask.session, review.id) or review
    return Reply(text=_where(ask, product, review), posts=_posts(ask, product, review))


def _posts(ask: Ask, product: Product, review: Review) -> list[Post]:
    """The card, if it is not there yet; the head says from now on that people are at it."""
    if posts.named(ask.session, LOCAL_WORKSPACE, reviewing.card_key(review)) is not None:
        redraw(ask, review.id)
        return []
    to, thread = reviewing.thread_place(ask.session, review, product.team_channel or ask.channel or ask.user)
    message = _card(ask, review)
    reviewing.refresh_head(ask.session, review.id)
    return [Post(key=reviewing.card_key(review), to=to, text=message.text, blocks=message.blocks, thread_of=thread)]


def _where(ask: Ask, product: Product, review: Review) -> str:
    there = posts.named(ask.session, LOCAL_WORKSPACE, reviewing.card_key(review))
    begun = "You started" if review.started_by == ask.user else f"<@{review.started_by}> started"
    place = "in the thread of the review" if review.head_key else "in the channel"
    waits = "The card is" if there else "The card comes"
    return f"{begun} the review of {named(product)}. {waits} {place}: both of you use the same one."


def _card(ask: Ask, review: Review) -> Message:
    everything = meetings.items(ask.session, review.id)
    product = products.with_id(ask.session, review.product_id)
    table = Table(review=review, items=everything, decider=decider(ask, product))
    item = next((one for one in everything if one.rank == review.place), everything[0])
    return card.card(table, item, looking.shown(ask.session, item, product))


def _differ(item: Item) -> bool:
    return any(item.said.disagree(part) for part in Part)
