"""The private message to who owns something new, or no longer: what it means, and whether they say yes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.holders import is_group, mention, mentions
from bot.domain.ownership import Ownership
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE, responsibility
from bot.domain.text import escape
from bot.features.ownership.words import owners_of, spoken_key
from bot.kit.asking import Ask
from bot.kit.blocks import Block, Element, actions, button, context, fallback, fit, markdown, section
from bot.kit.choosing import named
from bot.kit.owning import expanded, speaks_for
from bot.kit.post import Post
from bot.store import audit, directory, ownerships, posts, products
from bot.store.audit import Deed
from bot.store.json import loaded
from bot.store.ownerships import OwnershipEvent
from bot.store.products import LOCAL_WORKSPACE

ACCEPT, AT_NIGHT, BY_DAY, DECLINE = (
    "ownership.accept",
    "ownership.accept_nights",
    "ownership.accept_days",
    "ownership.decline",
)
"""The buttons of who is asked (value: `product id` `responsibility` `deed`, the last 0 where no message tells it)."""

FEW = 5
"""Up to so many members of a group are told each; more are told at once, in the team's channel."""

REMEMBERED = timedelta(days=90)
"""Who had it within this time need not be told again what it means. Source: ux 3.3."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """That *holder* was named for a responsibility; *explained*: they are told what it means."""

    responsibility: str
    holder: str
    explained: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What a person (or a channel) is told of a deed: what is theirs now, and what no longer is."""

    to: str
    came: tuple[Came, ...] = ()
    went: tuple[str, ...] = ()


def news_of(ask: Ask, product: Product, changes: Iterable[tuple[Ownership, Ownership]]) -> list[News]:
    """Whom the changes concern, each once. Who did it knows already."""
    told: dict[str, tuple[list[Came], list[str]]] = {}
    for before, after in changes:
        for came in _came(ask, before, after):
            for to in _told_for(ask, product, came.holder):
                told.setdefault(to, ([], []))[0].append(came)
        # Who left is not written to.
        for holder in (one for one in before.named if one not in after.named and one not in before.away):
            for to in _told_for(ask, product, holder):
                told.setdefault(to, ([], []))[1].append(after.responsibility)
    return [News(to=to, came=tuple(came), went=tuple(dict.fromkeys(went))) for to, (came, went) in told.items()]


def posts_of(session: Session, deed_id: int) -> list[Post]:
    """The messages that tell of a deed, as things are now."""
    deed = audit.with_id(session, deed_id)
    if deed is None or not deed.before or deed.product_id is None:
        return []
    return [_post(session, deed, loaded(News, one)) for one in deed.before.get("news", ())]


def redraw(session: Session, deed_id: int) -> None:
    """Let the messages of a deed show how things are now: a button that was pressed is one no longer."""
    for post in posts_of(session, deed_id):
        posts.revise(session, LOCAL_WORKSPACE, post.key, text=post.text, blocks=post.blocks)


def deed_for(session: Session, ownership: Ownership, holder: str) -> int:
    """The deed whose messages asked *holder* for a yes to this last, 0 where none did."""
    done = reversed(audit.of_product(session, ownership.product_id))
    return next((deed.id for deed in done if _asks(deed, ownership.responsibility, holder)), 0)


def had_lately(past: Sequence[OwnershipEvent], holder: str, now: datetime) -> bool:
    """Whether *holder* had it at some time within the last ninety days, by what happened, the first thing first."""
    recent = [event for event in past if now - event.at <= REMEMBERED]
    states = [*(event.before for event in recent), *(event.after for event in (*recent, *past[-1:]))]
    return any(holder in _names(state) for state in states if state)


def presses(product: Product, key: str, deed_id: int = 0) -> Block:
    """Yes or no to a responsibility; of incident response, also whether at night."""
    value = f"{product.id} {key} {deed_id}"
    no = button("Decline", f"{DECLINE}:{key}", value=value)
    return actions(f"asked-{key}", *_yes(key, value), no)


def _yes(key: str, value: str) -> tuple[Element, ...]:
    if key != INCIDENT_RESPONSE:
        return (button("Accept", f"{ACCEPT}:{key}", value=value),)
    nights = button("Accept, call me at night too", f"{AT_NIGHT}:{key}", value=value)
    return nights, button("Accept, days only", f"{BY_DAY}:{key}", value=value)


def _came(ask: Ask, before: Ownership, after: Ownership) -> Iterator[Came]:
    """Who is an owner now and was none, or is the backup and was not named at all."""
    past = ownerships.history(ask.session, after.product_id, after.responsibility)[:-1]
    owners = [one for one in after.owners if one not in before.owners]
    backup = [after.backup] if after.backup and after.backup not in before.named else []
    for holder in (*owners, *backup):
        explained = not had_lately(past, holder, ask.now)
        yield Came(responsibility=after.responsibility, holder=holder, explained=explained)


def _told_for(ask: Ask, product: Product, holder: str) -> list[str]:
    if not is_group(holder):
        return [] if holder == ask.user else [holder]
    members = expanded(ask.session, [holder])
    if len(members) > FEW:
        return [product.team_channel] if product.team_channel else []
    return [one for one in members if one != ask.user]


def _post(session: Session, deed: Deed, news: News) -> Post:
    product = products.with_id(session, deed.product_id or 0)
    known = ownerships.of_product(session, product.id)
    came = [block for one in news.came for block in _shown(product, known.get(one.responsibility), deed.id, one)]
    went = [section(_went(session, known.get(key), key, news.to)) for key in news.went]
    keys = dict.fromkeys([*(one.responsibility for one in news.came), *news.went])
    head = f"{_who(session, deed, news)} in {named(product)}:"
    text = fallback(f"Who owns what in {product.name}: {', '.join(map(spoken_key, keys))}")
    return Post(
        key=f"ownership/deed/{deed.id}/{news.to}", to=news.to, text=text, blocks=fit([section(head), *came, *went])
    )


def _who(session: Session, deed: Deed, news: News) -> str:
    """Who changed it; in a channel by name, for nobody need be called about what they did themselves."""
    if not news.to.startswith(("C", "G")):
        return f"<@{deed.user}> changed what you own"
    person = directory.known(session, LOCAL_WORKSPACE, deed.user)
    groups = mentions(one.holder for one in news.came) if news.came else "A group's members"
    return f"{groups}: {escape(person.name) if person else 'somebody'} changed what you own"


def _shown(product: Product, now: Ownership | None, deed_id: int, came: Came) -> list[Block]:
    one, holder = responsibility(came.responsibility), came.holder
    if now is None or holder not in now.named:
        return [section(_gone(now, one.key))]
    means = [context(markdown(f"It means: {one.means}."))] if came.explained else []
    said = holder in now.accepted
    answer = context(markdown("Accepted.")) if said else presses(product, one.key, deed_id)
    return [section(f"*{one.title}*: {_part_of(now, holder)}."), *means, answer]


def _part_of(now: Ownership, holder: str) -> str:
    if holder not in now.owners:
        if not now.owners:
            return "you are the backup, and nobody owns it: you stand in until somebody does"
        return f"you are the backup of {mentions(now.owners)}: you step in when no owner is there"
    others = [who for who in now.owners if who != holder]
    beside = f", together with {mentions(others)}" if others else ""
    return f"you own it{beside}{f'; backup {mention(now.backup)}' if now.backup else ''}"


def _went(session: Session, now: Ownership | None, key: str, to: str) -> str:
    again = now is not None and any(speaks_for(session, to, one) for one in now.named)
    return f"*{responsibility(key).title}* is yours as before." if again else _gone(now, key)


def _gone(now: Ownership | None, key: str) -> str:
    return f"*{responsibility(key).title}* is not yours any more. Now: {owners_of(now)}."


def _asks(deed: Deed, key: str, holder: str) -> bool:
    news = (deed.before or {}).get("news", ())
    return any((came["responsibility"], came["holder"]) == (key, holder) for one in news for came in one["came"])


def _names(state: Any) -> list[str]:
    return [*state["owners"], state["backup"]]
