"""Who is asked whether something is still theirs, when they were asked before, and when they are at work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain.confirming import Asked, Step
from bot.domain.delivery import StoredPost
from bot.domain.holders import is_group
from bot.domain.ownership import Ownership
from bot.domain.product import Product
from bot.domain.working_hours import next_working
from bot.features.ownership.leaving_news import is_there, told_first
from bot.kit.asking import Ask
from bot.kit.zones import zone_of
from bot.store import asked, ownerships, posts, products
from bot.store.asked import LastPost
from bot.store.products import LOCAL_WORKSPACE

ROW = "confirm"
"""What the blocks are called by which a row can be answered: this, the product and the responsibility."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """An ownership that somebody is asked about: for themselves, or for a group (*holder*)."""

    product: Product
    row: Ownership
    holder: str


def held_by(ask: Ask) -> dict[str, list[Held]]:
    """Everything that people are asked about, by person."""
    known = {one.id: one for one in products.everything(ask.session)}
    held: dict[str, list[Held]] = {}
    for row in ownerships.everything(ask.session):
        for holder in row.present:
            one = Held(product=known[row.product_id], row=row, holder=holder)
            for user in asked_for(ask, one):
                held.setdefault(user, []).append(one)
    return held


def asked_for(ask: Ask, held: Held) -> tuple[str, ...]:
    """Who is asked about something: its holder; for a group, who named it, or the leads where they are not there."""
    if not is_group(held.holder):
        return (held.holder,)
    if held.row.set_by and is_there(ask.session, held.row.set_by):
        return (held.row.set_by,)
    return told_first(ask.session, held.product, admins=ask.admins)


def prefix(user: str, step: Step) -> str:
    """How the keys of the messages begin that this step about *user* has sent."""
    return f"ownership/confirm/{user}/{step}/"


def asked_before(session: Session, user: str) -> Asked:
    """When *user* was last asked and about what, asked again, and their leads told."""
    first, again = (_last_asked(session, user, step) for step in (Step.ASK, Step.ASK_AGAIN))
    # The leads hear of nothing but a round that was asked twice, and after that.
    leads = (
        asked.last_after(session, LOCAL_WORKSPACE, prefix(user, Step.TELL_LEADS), after=again)
        if first and again and again.place > first.place
        else None
    )
    marks = (mark for post in messages_of(session, user, Step.ASK) for mark in _open_in(post))
    return Asked(asked=_at(first), again=_at(again), leads=_at(leads), about=frozenset(marks))


def messages_of(session: Session, user: str, step: Step) -> list[StoredPost]:
    """The last messages by which *user* was asked, or asked again: all of the round."""
    last = _last_asked(session, user, step)
    if last is None:
        return []
    keys = asked.together(session, LOCAL_WORKSPACE, f"{last.key.rpartition('/')[0]}/", to=user)
    found = (posts.named(session, LOCAL_WORKSPACE, key) for key in keys)
    return [post for post in found if post is not None]


def mark_of(row: Ownership) -> str:
    """The block of a message in which a row can be answered."""
    return f"{ROW}-{row.product_id}-{row.responsibility}"


def at_work(ask: Ask, user: str) -> datetime:
    """Now, or the next instant at which *user* is at work."""
    return next_working(ask.now, zone_of(ask.session, user, usual=ask.zone))


def _last_asked(session: Session, user: str, step: Step) -> LastPost | None:
    return asked.last(session, LOCAL_WORKSPACE, prefix(user, step), to=user)


def _at(post: LastPost | None) -> datetime | None:
    return post.written_at if post else None


def _open_in(post: StoredPost) -> Iterator[tuple[int, str]]:
    """What a message still asks."""
    for block in post.blocks:
        name, _, rest = str(block.get("block_id", "")).partition("-")
        number, _, key = rest.partition("-")
        if name == ROW:
            yield int(number), key
