"""What Slack says of those who hold something: asked for outside of any transaction, and kept for the next look."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session

from bot.domain.holders import is_group
from bot.domain.leaving import Channel, why_group_gone, why_person_gone
from bot.domain.ownership import Ownership
from bot.domain.people import Group, Person
from bot.domain.product import Product
from bot.errors import PermanentError
from bot.kit.asking import Ask
from bot.kit.command import Outside
from bot.log import logger
from bot.store import channel_members, directory, groups, ownerships, products
from bot.store.products import LOCAL_WORKSPACE

T = TypeVar("T")

LOOK = "ownership.look"
"""Ask Slack about a holder and settle whether they are gone (told: the holder, and the channel they are said to have
left, if any); told nothing: settle it for everybody who holds anything, whom `LOOK_ON` asked about before.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Whom to ask Slack about, and which channels to look into."""

    people: frozenset[str]
    groups: frozenset[str]
    channels: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What Slack says; there is nothing of a group or channel that Muster cannot see."""

    people: Mapping[str, Person]
    groups: Mapping[str, Group]
    members: Mapping[str, frozenset[str]]


def concerned(session: Session, holder: str) -> list[Ownership]:
    """Every ownership that names *holder* or a group that they are in; every one there is where it is empty."""
    rows = ownerships.everything(session)
    if not holder:
        return rows
    theirs = {one.id for one in groups.everything(session, LOCAL_WORKSPACE) if holder in one.members} | {holder}
    return [one for one in rows if theirs & set(one.named)]


def teams_of(session: Session, rows: Iterable[Ownership]) -> dict[int, Product]:
    """The products that *rows* are about, by id."""
    wanted = {one.product_id for one in rows}
    return {one.id: one for one in products.everything(session) if one.id in wanted}


def question_of(ask: Ask) -> Question:
    """What to ask about the holder that the errand was told; where it was told nobody, only who is in the channels."""
    holder = ask.value.partition(" ")[0]
    rows = concerned(ask.session, holder)
    named = {one for row in rows for one in row.named if holder and (one == holder or is_group(one))}
    channels = {one.team_channel for one in teams_of(ask.session, rows).values()}
    return Question(
        people=frozenset(one for one in named if not is_group(one)),
        groups=frozenset(one for one in named if is_group(one)),
        channels=frozenset(one for one in channels if one is not None),
    )


def fetch(question: Question, outside: Outside) -> Found:
    """What Slack says now. Raises `TransientError` where it is to be asked again."""
    found = dict(_seen(question.groups, outside.group))
    users = question.people.union(*(one.members for one in found.values()))
    members = dict(_seen(question.channels, outside.members))
    return Found(people=outside.people(users), groups=found, members=members)


def keep_seen(ask: Ask, found: Found) -> None:
    """Write down how people and groups are now."""
    directory.keep_all(ask.session, LOCAL_WORKSPACE, found.people.values(), ask.now)
    for group in found.groups.values():
        groups.keep(ask.session, LOCAL_WORKSPACE, group, ask.now)


def channel_of(ask: Ask, product: Product, found: Found) -> Channel | None:
    """The channel of a product's team, as it is and as it was when it was last looked at; None where it has none."""
    if product.team_channel is None:
        return None
    known = channel_members.known(ask.session, product.id, product.team_channel)
    user, _, left = ask.value.partition(" ")
    # Whom Slack says to have left it was in it, whoever looked.
    said = frozenset([user]) if left == product.team_channel else None
    was = known if said is None else said | (known or frozenset())
    return Channel(now=found.members.get(product.team_channel), before=was)


def remember(ask: Ask, product: Product, found: Found) -> None:
    """Write down who is in the channel of a product's team, to know at the next look who left it.

    Where only one holder was looked at, nobody else is forgotten: whether the others left is still to be settled.
    """
    channel = product.team_channel or ""
    now = found.members.get(channel)
    if now is None:
        return
    if ask.value:
        looked_at = {ask.value.partition(" ")[0]}
        before = channel_members.known(ask.session, product.id, channel)
        now = (now & looked_at) | ((now if before is None else before) - looked_at)
    channel_members.keep(ask.session, product.id, channel, now, ask.now)


def why_away(holder: str, row: Ownership, channel: Channel | None, found: Found) -> str | None:
    """Why *holder* counts as gone from *row*; of whom nothing was heard, what was known before holds."""
    counted = row.away.get(holder)
    if is_group(holder) and holder in found.groups:
        members = found.groups[holder].members
        heard = all(one in found.people for one in members)
        return why_group_gone(found.people[one].standing for one in members) if heard else counted
    if holder in found.people:
        return why_person_gone(holder, found.people[holder].standing, channel, counted)
    return counted


def _seen(names: Iterable[str], look: Callable[[str], T]) -> Iterator[tuple[str, T]]:
    """What there is to see of each of *names*, but for those that Muster cannot see."""
    for name in sorted(names):
        try:
            yield name, look(name)
        except PermanentError as error:
            logger().warning("ownership.unseen", name=name, reason=str(error))
