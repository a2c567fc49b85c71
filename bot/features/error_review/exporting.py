"""Taking a review along as a file: the button, and what the command line asks for."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.domain.product import Product
from bot.domain.text import escape
from bot.domain.words import number_of
from bot.features.error_review import record
from bot.features.error_review.looking import NoSuchReviewError, days
from bot.features.error_review.writing import ENDINGS, Format, written
from bot.kit import reviewing
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import named
from bot.kit.command import Action, Effect, Errand, Outside
from bot.kit.reply import Next, Reply
from bot.store import audit, products, reviews
from bot.store.reviews import Review

CHOOSE, HAND_OVER = "error_review.take", "error_review.hand_over"
_LABELS = {Format.MARKDOWN: "Markdown", Format.CSV: "CSV", Format.JSON: "JSON"}


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A review as a file for one person."""

    user: str
    name: str
    content: bytes
    comment: str


def offer(ask: Ask) -> Reply:
    """Which formats there are of the review that the button names."""
    review, product = _found(ask, ask.value)
    text = f"The review of {named(product)}, {days(product, review)}, as a file for you alone. In which format?"
    first, *more = [button(label, f"{CHOOSE}:{form}", value=f"{review.id} {form}") for form, label in _LABELS.items()]
    return Reply(text=text, blocks=[section(text), actions("formats", first, *more)])


def take(ask: Ask) -> Reply:
    """Write the review down in the format that the button names, and hand it over."""
    number, _, form = ask.value.partition(" ")
    review, product = _found(ask, number)
    if form not in set(Format):
        raise NoSuchReviewError
    audit.done(ask.session, user=ask.user, what=f"review {review.id} export: {form}", now=ask.now, product=product)
    return Reply(then=Next(errand=HAND_OVER, value=f"{review.id} {form}"))


def ask_file(ask: Ask) -> File:
    """The file that the errand hands over."""
    number, _, form = ask.value.partition(" ")
    review, product = _found(ask, number)
    chosen = Format(form)
    return File(
        user=ask.user,
        name=file_name(product, review, chosen),
        content=content(ask.session, product, review, chosen),
        comment=f"The error review of {escape(product.name)}, {days(product, review)}.",
    )


def hand_over(file: File, outside: Outside) -> None:
    """Give it to the person."""
    outside.hand_over(file.user, name=file.name, content=file.content, comment=file.comment)


def handed_over(_ask: Ask, file: File, _answer: None) -> Reply:
    """Say where it is."""
    return Reply(text=f"`{file.name}` is in your direct messages with me.")


def content(session: Session, product: Product, review: Review, form: Format) -> bytes:
    """Everything of a review in one file; the same review, the same bytes."""
    return written(record.of_review(session, product, review), form)


def file_name(product: Product, review: Review, form: Format) -> str:
    """What the file is called: copilot-2026-11-16.csv."""
    return f"{product.key}-{review.window.end:%Y-%m-%d}.{ENDINGS[form]}"


def _found(ask: Ask, number: str) -> tuple[Review, Product]:
    review = reviews.with_id(ask.session, number_of(number))
    if review is None:
        raise NoSuchReviewError
    return review, products.with_id(ask.session, review.product_id)


ACTIONS = (
    Action(name=reviewing.EXPORT, effect=Effect.READ, run=offer, inside=True),
    Action(name=CHOOSE, effect=Effect.CHANGE, run=take, inside=True),
)
ERRAND: Errand[File, None] = Errand(name=HAND_OVER, ask=ask_file, fetch=hand_over, keep=handed_over)
