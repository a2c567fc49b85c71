"""Who may change what."""

from typing import assert_never

from bot.domain.people import Person, Standing, may_change
from bot.domain.product import Product
from bot.domain.text import escape
from bot.kit.asking import Ask
from bot.kit.reply import ForbiddenError
from bot.store import products


class NotYoursError(ForbiddenError):
    """Only a product's people and the admins change it; says who they are."""

    def __init__(self, product: Product, people: list[str]) -> None:
        who = " or ".join(f"<@{user}>" for user in people) or "an admin (nobody is named yet)"
        super().__init__(f"Only the people of {escape(product.name)} and the admins change it. Ask {who}.")


def require_may_change(ask: Ask, product: Product) -> None:
    """Raise `NotYoursError` unless the person who asks may change *product*."""
    people = products.people(ask.session, product.id)
    if not may_change(ask.user, people, ask.admins):
        raise NotYoursError(product, list(dict.fromkeys(one.user for one in people)) or list(ask.admins))


class StrangerError(ForbiddenError):
    """What a product's people see stays inside their workspace."""

    def __init__(self) -> None:
        super().__init__("You belong to another workspace: what is kept here is for the people of this one.")


class OutsiderError(ForbiddenError):
    """Only members of the workspace act."""


def require_member(person: Person) -> None:
    """Raise `OutsiderError` unless *person* is a full member of the workspace; looking is free for everybody."""
    match person.standing:
        case Standing.MEMBER:
            return
        case Standing.GUEST:
            raise OutsiderError("Guests may look, but not change anything here. Ask somebody of the product's team.")
        case Standing.STRANGER:
            raise OutsiderError("You belong to another workspace: only people of this one may act here.")
        case Standing.BOT:
            raise OutsiderError("Bots may not act here.")
        case Standing.GONE:
            raise OutsiderError("This account is deactivated: it may not act here.")
        case _:
            assert_never(person.standing)
