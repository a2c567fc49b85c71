"""Which update a person means, whether they may decide about it, and who was first where two did."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot.domain import drafts as rules
from bot.domain.drafts import Deciders, Draft
from bot.domain.product import Product
from bot.domain.text import escape
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.stakeholder_update.saying import did, when
from bot.kit.asking import Ask
from bot.kit.choosing import only_product_of, product_with_id
from bot.kit.reply import ForbiddenError, MarkedUpError
from bot.store import directory, drafts, products, readings, update_settings
from bot.store.drafts import DraftChangedError, DraftEvent


class NoSuchUpdateError(UserError):
    """A button of an update that is not there."""

    def __init__(self) -> None:
        super().__init__("This update is not there any more. Say “update” to see the one of this week.")


class NothingDraftedError(MarkedUpError):
    """There is no draft to decide about."""

    def __init__(self, ask: Ask, product: Product) -> None:
        super().__init__(
            f"There is no update of {escape(product.name)} yet. To draft it now:"
            f" `{ask.command} update draft {product.key}`"
        )


class NotYourDecisionError(ForbiddenError):
    """Only the approver, the deputy and the admins decide; says who they are."""

    def __init__(self, product: Product, found: Deciders) -> None:
        who = " or ".join(f"<@{user}>" for user in found.named or found.admins) or "an admin (nobody is named yet)"
        super().__init__(f"You do not decide about the update of {escape(product.name)}. Ask {who}.")


class SomebodyWasFirstError(MarkedUpError):
    """What was seen is not how the update is now: somebody did something since, maybe the person who asks."""

    def __init__(self, ask: Ask, product: Product, last: DraftEvent | None) -> None:
        happened = f"{did(last, you=ask.user)} on {when(product, last.at)}" if last else "It was changed meanwhile"
        super().__init__(
            f"{happened}: nothing was saved now. See the update of {escape(product.name)} as it is, then decide:"
            f" `{ask.command} update {product.key}`"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An update with its product and those who decide about it."""

    draft: Draft
    product: Product
    deciders: Deciders


def deciders_of(session: Session, product: Product, admins: tuple[str, ...] = ()) -> Deciders:
    """Who decides about the update of *product* now; nobody who has left."""
    settings = update_settings.of_product(session, product.id)
    people = products.people(session, product.id)
    known = [one.user for one in people] + [user for user in (settings.approver, settings.deputy) if user]
    gone = directory.gone(session, product.workspace, known)
    found = rules.deciders(people, approver=settings.approver, deputy=settings.deputy, gone=gone)
    return replace(found, admins=admins)


def latest_of(ask: Ask, says: str) -> Case:
    """The latest update of the product that the words name. Raises `NothingDraftedError`."""
    product = only_product_of(ask, says)
    found = drafts.of_product(ask.session, product.id)
    if not found:
        raise NothingDraftedError(ask, product)
    return Case(draft=found[0], product=product, deciders=deciders_of(ask.session, product, ask.admins))


def case_of(ask: Ask, carried: str | None) -> Case:
    """The update that a button or form carries, as it was when that was made: “number version”.

    It went to a client and came back, so it may be anything. Raises `NoSuchUpdateError`, `SomebodyWasFirstError`, and
    `products.GoneProductError` where the product was put away.
    """
    number, _, version = (carried or "").partition(" ")
    draft = drafts.with_id(ask.session, number_of(number))
    if draft is None:
        raise NoSuchUpdateError
    product = product_with_id(ask, str(draft.product_id))
    if draft.version != number_of(version):
        raise SomebodyWasFirstError(ask, product, drafts.last_event(ask.session, draft.id))
    return Case(draft=draft, product=product, deciders=deciders_of(ask.session, product, ask.admins))


def own(ask: Ask, case: Case) -> Case:
    """The same, for somebody who may decide about it. Raises `NotYourDecisionError`."""
    if not case.deciders.may_decide(ask.user):
        raise NotYourDecisionError(case.product, case.deciders)
    return case


def as_stored(session: Session, case: Case) -> Case:
    """*case* with what it may still claim: a number that was corrected since it was drafted has nothing behind it."""
    draft = case.draft
    known = readings.with_ids(session, [one.reading_id for one in draft.facts.figures if one.reading_id is not None])
    standing = {number for number, reading in known.items() if reading.replaced_at is None}
    kept = (one for one in draft.facts.figures if one.reading_id is None or one.reading_id in standing)
    return replace(case, draft=replace(draft, facts=replace(draft.facts, figures=tuple(kept))))


def carried(draft: Draft) -> str:
    """What a button or form carries of an update."""
    return f"{draft.id} {draft.version}"


@contextmanager
def first_come(ask: Ask, product: Product) -> Iterator[None]:
    """Whoever saves second is told who was first. Raises `SomebodyWasFirstError`."""
    try:
        yield
    except DraftChangedError as error:
        raise SomebodyWasFirstError(ask, product, error.last) from error
