"""Who may decide what is right, and who may pick the golden set; and what they are told who may not."""

from collections.abc import Collection

from bot.domain.product import Product
from bot.domain.truth import Deciders, Truth, TruthState, curators, deciders
from bot.domain.words import number_of
from bot.errors import UserError
from bot.kit.asking import Ask
from bot.kit.choosing import named
from bot.kit.reply import ForbiddenError, MarkedUpError
from bot.store import products, truths

VERDICTS = {
    TruthState.PROPOSED: "proposed",
    TruthState.ACCEPTED: "accepted",
    TruthState.AMENDED: "amended",
    TruthState.REJECTED: "rejected",
}


class NotAnExpertError(ForbiddenError):
    """Only a product's domain experts decide; where none is named, its PM and the admins."""

    def __init__(self, ask: Ask, product: Product, who: Deciders) -> None:
        people = mentions(who.users) or "an admin"
        if who.named:
            super().__init__(f"Only the domain experts of {named(product)} decide what is right. Ask {people}.")
        else:
            super().__init__(f"Only {people} may decide: {nobody_named(ask, product)}")


class OwnProposalError(ForbiddenError):
    """Nobody verifies what they proposed themselves, as long as there is anybody else."""

    def __init__(self, ask: Ask, who: Deciders) -> None:
        others = mentions([user for user in who.users if user != ask.user])
        super().__init__(f"You proposed this yourself, so somebody else verifies it. Ask {others}.")


class NotACuratorError(ForbiddenError):
    """The golden set is picked by the PM."""

    def __init__(self, product: Product, users: Collection[str]) -> None:
        who = mentions(users) or "an admin (nobody is named yet)"
        super().__init__(
            f"The product manager of {named(product)} picks its golden set, and the admins may. Ask {who}."
        )


class NoSuchProposalError(MarkedUpError):
    """A number that no proposal has."""

    def __init__(self, ask: Ask, number: str) -> None:
        told = f"There is no proposal {number_of(number)}." if number_of(number) else "Say the number of a proposal."
        super().__init__(f"{told} `{ask.command} truth` shows those that wait.")


class DecidedAlreadyError(MarkedUpError):
    """Somebody else was first; says who, and what they decided."""

    def __init__(self, ask: Ask, truth: Truth) -> None:
        who = "You" if truth.decided_by == ask.user else f"<@{truth.decided_by}>"
        at = ask.local(truth.decided_at or ask.now)
        super().__init__(
            f"{who} {VERDICTS[truth.state]} proposal {truth.id} already, on {at:%a} {at.day} {at:%b} at {at:%H:%M %Z};"
            " nothing was changed."
        )


class ChangedProposalError(MarkedUpError):
    """What was seen is not what stands there now."""

    def __init__(self, ask: Ask, truth: Truth) -> None:
        super().__init__(
            f"Proposal {truth.id} was changed since you saw it; nothing was decided."
            f" Look at it again: `{ask.command} truth {truth.id}`"
        )


class GoneProposalError(UserError):
    """A proposal that was taken back while somebody looked at it."""

    def __init__(self) -> None:
        super().__init__("This proposal is not there any more: whoever made it took it back.")


def deciders_of(ask: Ask, product: Product) -> Deciders:
    """Who decides the proposals of *product*."""
    return deciders(products.people(ask.session, product.id), ask.admins)


def curators_of(ask: Ask, product: Product) -> tuple[str, ...]:
    """Who picks the golden set of *product*."""
    return curators(products.people(ask.session, product.id), ask.admins)


def require_decider(ask: Ask, product: Product, truth: Truth, *, verifying: bool) -> Deciders:
    """Raise `ForbiddenError` unless the person may decide *truth*; *verifying*: accept or amend it.

    To reject one's own proposal makes nothing true: a decider may.
    """
    who = deciders_of(ask, product)
    if ask.user not in who.users:
        raise NotAnExpertError(ask, product, who)
    if verifying and not who.may_verify(ask.user, truth):
        raise OwnProposalError(ask, who)
    return who


def require_curator(ask: Ask, product: Product) -> None:
    """Raise `NotACuratorError` unless the person may pick the golden set of *product*."""
    users = curators_of(ask, product)
    if ask.user not in users:
        raise NotACuratorError(product, users)


def proposal(ask: Ask, number: str) -> Truth:
    """The proposal that a person or a button names. Raises `NoSuchProposalError`."""
    found = truths.with_id(ask.session, number_of(number))
    if found is None:
        raise NoSuchProposalError(ask, number)
    return found


def as_seen(ask: Ask, value: str) -> Truth:
    """The proposal that a button carries with its version, if it is still what was seen. Raises `UserError`."""
    number, _, version = value.partition(" ")
    found = truths.with_id(ask.session, number_of(number))
    if found is None:
        raise GoneProposalError
    if found.version != number_of(version):
        raise beaten(ask, found)
    return found


def beaten(ask: Ask, truth: Truth) -> MarkedUpError:
    """What somebody is told who decides what is not open any more."""
    return ChangedProposalError(ask, truth) if truth.is_open else DecidedAlreadyError(ask, truth)


def nobody_named(ask: Ask, product: Product) -> str:
    """That a product has no domain expert, and how to name one."""
    return (
        f"no domain expert is named for {named(product)}, so its product manager and the admins decide."
        f" Name one: `{ask.command} product edit {product.key}`"
    )


def mentions(users: Collection[str]) -> str:
    """People for mrkdwn: “A or B”."""
    return " or ".join(f"<@{user}>" for user in users)
