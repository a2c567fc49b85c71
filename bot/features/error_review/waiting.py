"""What of the reviews waits for a person: items to speak on, differences to settle, questions to answer."""

from collections.abc import Iterator

from bot.domain.product import Product
from bot.domain.reviewing import Part
from bot.domain.text import count_of
from bot.features.error_review import card, experts, item_form, looking, meeting
from bot.kit import reviewing
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import button
from bot.kit.choosing import named
from bot.store import meetings, products, reviews
from bot.store.meetings import Item
from bot.store.reviews import Review


def waiting(ask: Ask) -> list[Waiting]:
    """What waits in the latest review of each of the person's products, and what was asked of them."""
    open_reviews = [
        (product, review)
        for product in products.everything(ask.session)
        if any(one.user == ask.user for one in products.people(ask.session, product.id))
        for review in reviews.unfinished(ask.session, product.id)[:1]
    ]
    found = [one for product, review in open_reviews for one in _of_review(ask, product, review)]
    return [*found, *experts.waiting(ask)]


def _of_review(ask: Ask, product: Product, review: Review) -> Iterator[Waiting]:
    people = products.people(ask.session, product.id)
    everything = meetings.items(ask.session, review.id)
    speaks = any(one.user == ask.user and item_form.speaks(one.role) for one in people)
    waits = item_form.waiting_for(ask, everything) if speaks else []
    if waits:
        text = f"{named(product)}, {looking.days(product, review)}: {count_of(len(waits), 'error')} to speak on."
        yield Waiting(text=text, press=button("Go through them", f"{card.WALK}:{review.id}", value=str(review.id)))
    differ = [one for one in everything if any(one.said.disagree(part) for part in Part)]
    if differ and meeting.decider(ask, product) == ask.user:
        yield _to_settle(product, differ)


def _to_settle(product: Product, differ: list[Item]) -> Waiting:
    first = differ[0]
    text = f"{named(product)}: product and ML differ about {count_of(len(differ), 'error')}; you settle it."
    place = card.place(first)
    return Waiting(text=text, press=button("Look", f"{reviewing.REVIEW}:{place.replace(' ', '-')}", value=place))
