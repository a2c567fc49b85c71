"""A click on what belongs to a finished review: who finished it and when, and the way to its outcome."""

from bot.domain.product import Product
from bot.domain.reviewing import ReviewState
from bot.domain.typed_days import shown
from bot.domain.window import zone_named
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.reply import Reply
from bot.store import products
from bot.store.reviews import Review

OUTCOME = "fixing.outcome"


def still_open(ask: Ask, review: Review) -> Reply | None:
    """None while a review goes on; once it is finished, what whoever presses something of it is told."""
    return finished(ask, review) if review.state is ReviewState.FINISHED else None


def finished(ask: Ask, review: Review) -> Reply:
    """By whom and when a review was finished, and the way to its outcome."""
    when = _when(review, products.with_id(ask.session, review.product_id))
    text = f"<@{review.finished_by}> finished this review{when}. What was decided stands in its thread."
    see = button("See the outcome", OUTCOME, value=str(review.id))
    return Reply(text=text, blocks=[section(text), actions("closed", see)])


def _when(review: Review, product: Product) -> str:
    if review.finished_at is None:
        return ""
    local = review.finished_at.astimezone(zone_named(product.timezone))
    return f" on {shown(local.date())} at {local:%H:%M %Z}"
