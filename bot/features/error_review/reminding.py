"""One reminder for who has not looked, in their working hours; a snooze is remembered."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain.product import Product
from bot.domain.reviewing import ReviewState
from bot.domain.window import zone_named
from bot.domain.words import number_of
from bot.domain.working_hours import next_working
from bot.features.error_review import card, item_form, looking
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import named
from bot.kit.later import Later
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import audit, directory, meetings, products, reviews
from bot.store.products import LOCAL_WORKSPACE
from bot.store.reviews import Review

NAME = "error_review.remind"
SNOOZE, NEVER = "error_review.snooze", "error_review.no_reminder"
AFTER = timedelta(hours=24)
"""How long after the review was posted somebody who has not looked is reminded, at the earliest."""


def plan(session: Session, product: Product, review_id: int, now: datetime) -> None:
    """Let everybody who is to speak be looked after once, a working day after the review was made."""
    for user in dict.fromkeys(one.user for one in products.people(session, product.id) if item_form.speaks(one.role)):
        _at(session, user, product, review_id, now=now, earliest=now + AFTER)


def remind(ask: Ask) -> Reply:
    """Remind the person, unless they have looked meanwhile, or it is night where they are: then later."""
    review = reviews.with_id(ask.session, number_of(ask.value))
    if review is None or not _has_to_look(ask, review):
        return Reply()
    product = products.with_id(ask.session, review.product_id)
    working = next_working(ask.now, _zone(ask.session, ask.user, product))
    if working > ask.now:
        _at(ask.session, ask.user, product, review.id, now=ask.now, earliest=working)
        return Reply()
    waits = len(item_form.waiting_for(ask, meetings.items(ask.session, review.id)))
    text = f"The errors of {named(product)}, {looking.days(product, review)}, wait for your word: {waits} of them."
    row = actions(
        "remind",
        button("Go through them", card.WALK, value=str(review.id)),
        button("Tomorrow", SNOOZE, value=str(review.id)),
        button("Not this one", NEVER, value=str(review.id)),
    )
    key = f"{NAME}/{review.id}/{ask.user}/{ask.now:%Y-%m-%d}"
    return Reply(posts=[Post(key=key, to=ask.user, text=text, blocks=[section(text), row])])


def snooze(ask: Ask) -> Reply:
    """Ask again on the next working day."""
    review, product = _asked(ask)
    due = _at(ask.session, ask.user, product, review.id, now=ask.now, earliest=ask.now + AFTER)
    audit.done(ask.session, user=ask.user, what=f"review {review.id}: reminder put off", now=ask.now, product=product)
    return Reply(text=f"I ask you again on {ask.local(due):%A, %H:%M %Z}, if it still waits then.")


def never(ask: Ask) -> Reply:
    """Remind nobody of this review again who does not want it."""
    review, product = _asked(ask)
    audit.done(ask.session, user=ask.user, what=_no_reminder(review), now=ask.now, product=product)
    return Reply(text="I do not ask you about this one again. It stays under “me” until it is finished.")


def _asked(ask: Ask) -> tuple[Review, Product]:
    review = reviews.with_id(ask.session, number_of(ask.value))
    if review is None:
        raise looking.NoSuchReviewError
    return review, products.with_id(ask.session, review.product_id)


def _at(
    session: Session, user: str, product: Product, review_id: int, *, now: datetime, earliest: datetime
) -> datetime:
    due = next_working(earliest, _zone(session, user, product))
    key = f"{review_id}/{user}/{due:%Y-%m-%dT%H:%M}"
    later.at(session, due, name=NAME, key=key, now=now, user=user, value=str(review_id))
    return due


def _zone(session: Session, user: str, product: Product) -> ZoneInfo:
    person = directory.known(session, LOCAL_WORKSPACE, user)
    return zone_named(person.timezone) if person and person.timezone else zone_named(product.timezone)


def _has_to_look(ask: Ask, review: Review) -> bool:
    """Whether the review goes on and this person, who is still to speak, has not said a word in it."""
    if review.state is ReviewState.FINISHED or review.started_by == ask.user:
        return False
    if audit.did(ask.session, user=ask.user, what=_no_reminder(review)):
        return False
    roles = [one.role for one in products.people(ask.session, review.product_id) if one.user == ask.user]
    spoken = {user for item in meetings.items(ask.session, review.id) for user in item.said.speakers}
    return any(map(item_form.speaks, roles)) and ask.user not in spoken


def _no_reminder(review: Review) -> str:
    return f"review {review.id}: no reminder"


REMIND = Later(name=NAME, run=remind)
