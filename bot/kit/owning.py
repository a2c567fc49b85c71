"""Who answers for what, as all features read it: the matrix first, and where it is silent, the product's people."""

from collections.abc import Iterable, Iterator

from sqlmodel import Session

from bot.domain.holders import is_group
from bot.domain.ownership import Ownership, nobody_yet
from bot.domain.people import Role, Standing
from bot.domain.product import Product
from bot.domain.responsibilities import responsibility
from bot.kit.asking import Ask
from bot.store import directory, groups, ownerships, products
from bot.store.products import LOCAL_WORKSPACE

LEADS = (Role.PM, Role.ML_LEAD)
"""Who is told of a gap, in this order."""


def ownership_of(ask: Ask, product: Product, key: str) -> Ownership:
    """The ownership as it is now, of nobody where nobody was ever named."""
    return ownerships.one(ask.session, product.id, key) or nobody_yet(product.id, key, ask.now)


def answering(session: Session, product: Product, key: str) -> tuple[str, ...]:
    """Who answers for a responsibility now, as they are named in the matrix: people and groups; empty is a gap."""
    found = ownerships.one(session, product.id, key)
    return found.acting if found else ()


def people_answering(session: Session, product: Product, key: str) -> tuple[str, ...]:
    """The people who answer for it now, the members of groups in the place of the group; nobody who left."""
    return present(session, expanded(session, answering(session, product, key)))


def people_or_usual(session: Session, product: Product, key: str) -> tuple[str, ...]:
    """`people_answering`, and where nobody does, those of the product's people who usually would."""
    named = people_answering(session, product, key)
    if named:
        return named
    usual = responsibility(key).usual
    team = products.people(session, product.id)
    return present(session, [one.user for role in usual for one in team if one.role is role])


def leads_of(session: Session, product: Product) -> tuple[str, ...]:
    """The PM and the ML lead of a product, each once; nobody who left."""
    team = products.people(session, product.id)
    return present(session, [one.user for role in LEADS for one in team if one.role is role])


def expanded(session: Session, holders: Iterable[str]) -> tuple[str, ...]:
    """The people among *holders*, and the members of the groups among them, each once."""
    return tuple(dict.fromkeys(user for one in holders for user in _people_of(session, one)))


def speaks_for(session: Session, user: str, holder: str) -> bool:
    """Whether *user* is *holder*, or a member of that group."""
    return user in _people_of(session, holder)


def present(session: Session, users: Iterable[str]) -> tuple[str, ...]:
    """Those of *users* who may act, each once: nobody of whom Slack said that they are a guest, a bot, from elsewhere,
    or gone; who was never asked about is taken for a member.
    """
    described = {user: directory.known(session, LOCAL_WORKSPACE, user) for user in users}
    return tuple(user for user, one in described.items() if one is None or one.standing is Standing.MEMBER)


def _people_of(session: Session, holder: str) -> Iterator[str]:
    if not is_group(holder):
        yield holder
        return
    group = groups.known(session, LOCAL_WORKSPACE, holder)
    yield from group.members if group else ()
