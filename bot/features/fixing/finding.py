"""Which fix or review a person means, and whether they may change it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from bot.domain.fixes import Fix
from bot.domain.product import Product
from bot.domain.reviewing import ReviewState
from bot.domain.text import clip, one_line
from bot.domain.window import zone_named
from bot.domain.words import number_of
from bot.errors import UserError
from bot.kit.asking import Ask
from bot.kit.permission import require_may_change
from bot.kit.reply import MarkedUpError
from bot.store import directory, fixes, products, reviews
from bot.store.fixes import FixChangedError
from bot.store.products import LOCAL_WORKSPACE
from bot.store.reviews import Review

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_USER = re.compile(r"[UW][A-Z0-9]+")


class NoSuchFixError(UserError):
    """No fix has this number."""

    def __init__(self, word: str) -> None:
        shown = f"There is no fix {clip(one_line(word), 20)}" if word else "That is no number of a fix"
        super().__init__(f"{shown}. Say “fix list” to see which there are.")


class NoSuchReviewError(UserError):
    """A button of a review that is not there."""

    def __init__(self) -> None:
        super().__init__("This review is not there any more. Say “review” to see the latest one.")


class NobodyError(UserError):
    """Who left cannot have a fix."""

    def __init__(self) -> None:
        super().__init__("This person is not here any more: choose somebody else.")


class SomebodyWasFirstError(MarkedUpError):
    """Two people at the same fix at the same instant: one of them won, and the other hears who."""

    def __init__(self, user: str | None) -> None:
        who = f"<@{user}>" if user else "Somebody"
        super().__init__(
            f"{who} changed this fix at the same moment; yours was not saved. Look at it again, then repeat it."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A fix with the product and the review it belongs to."""

    fix: Fix
    product: Product
    review: Review

    @property
    def is_on_board(self) -> bool:
        """Whether its review is still going on."""
        return self.review.state is not ReviewState.FINISHED


def case_of(ask: Ask, number: str) -> Case:
    """The fix with this number; it went to a client and came back, or was typed, so it may be anything.

    Raises `NoSuchFixError`, and `products.GoneProductError` where its product was put away.
    """
    fix = fixes.with_id(ask.session, number_of(number.removeprefix("#")))
    if fix is None:
        raise NoSuchFixError(number)
    return Case(fix=fix, product=products.current(ask.session, fix.product_id), review=_review(ask, fix.review_id))


def own_case_of(ask: Ask, number: str) -> Case:
    """The same, for somebody who may change it: its owner, the product's people, the admins."""
    case = case_of(ask, number)
    if ask.user != case.fix.owner:
        require_may_change(ask, case.product)
    return case


def own_review_of(ask: Ask, number: str | None) -> tuple[Review, Product]:
    """The review with this number and its product, for somebody who may change it. Raises `NoSuchReviewError`."""
    review = _review(ask, number_of(number))
    product = products.current(ask.session, review.product_id)
    require_may_change(ask, product)
    return review, product


@contextmanager
def first_come() -> Iterator[None]:
    """Whoever saves a fix second is told who was first. Raises `SomebodyWasFirstError`."""
    try:
        yield
    except FixChangedError as error:
        raise SomebodyWasFirstError(error.user) from error


def today_of(ask: Ask, product: Product) -> date:
    """Which day it is where the product is."""
    return ask.now.astimezone(zone_named(product.timezone)).date()


def person_in(word: str) -> str | None:
    """The user id of a person as Slack sends them, None where *word* is none."""
    found = _PERSON.fullmatch(word)
    return found[1] if found else None


def require_here(ask: Ask, user: str) -> None:
    """Raise `NobodyError` where *user* is no user id (forms send anything), or somebody who left."""
    if not _USER.fullmatch(user) or directory.gone(ask.session, LOCAL_WORKSPACE, [user]):
        raise NobodyError


def _review(ask: Ask, review_id: int) -> Review:
    review = reviews.with_id(ask.session, review_id)
    if review is None:
        raise NoSuchReviewError
    return review
