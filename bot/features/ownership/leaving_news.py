"""What is said when somebody who holds something is gone, or back: to the leads, and to the backup who steps in."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.domain.holders import mention, mentions
from bot.domain.leaving import why_gone
from bot.domain.ownership import Ownership
from bot.domain.product import Product
from bot.domain.responsibilities import responsibility
from bot.features.ownership.telling import presses
from bot.features.ownership.words import spoken_key
from bot.kit.asking import Ask
from bot.kit.blocks import Block, Element, actions, fallback, fit, saying, section
from bot.kit.choosing import named
from bot.kit.limits import BLOCKS
from bot.kit.owning import LEADS, expanded
from bot.kit.post import Post
from bot.store import directory, ownerships, products
from bot.store.products import LOCAL_WORKSPACE

MOST_OF_A_GROUP = 10
"""How many members of a group are told that it steps in; all of them see it in the matrix."""

BUTTONS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """That *holder* is gone from an ownership (*why*), or back (None), and what it was *before* and is *after* that."""

    product: Product
    holder: str
    why: str | None
    before: Ownership
    after: Ownership

    @property
    def is_told(self) -> bool:
        """Whether anybody is told: that who is gone is gone for another reason now is only shown."""
        return (self.holder in self.before.away) != (self.holder in self.after.away)

    @property
    def backup(self) -> str | None:
        """The backup who steps in, or steps back, by this; None where neither happens."""
        return self.after.backup if self.before.stands_in != self.after.stands_in else None


def posts_of(ask: Ask, news: Iterable[News]) -> list[Post]:
    """One direct message to each whom it concerns for each who is gone or back, with everything of theirs."""
    told = [one for one in news if one.is_told]
    messages: dict[tuple[str, str], list[News]] = {}
    for one in told:
        for user in _concerned(ask, one):
            messages.setdefault((one.holder, user), []).append(one)
    return [_message(ask, holder, user, rows) for (holder, user), rows in messages.items()]


def told_first(
    session: Session, product: Product, *, admins: Iterable[str] = (), but: Collection[str] = ()
) -> tuple[str, ...]:
    """Who hears of a product's gaps: its PM and ML lead; where neither is there the admins, and where they are not
    either, whoever still answers for something. Nobody of *but*; empty where nobody at all is left.
    """
    team = products.people(session, product.id)
    leads = [one.user for role in LEADS for one in team if one.role is role]
    acting = (one.acting for one in ownerships.of_product(session, product.id).values())
    answering = expanded(session, (holder for holders in acting for holder in holders))
    for several in (leads, admins, answering):
        there = tuple(user for user in dict.fromkeys(several) if user not in but and is_there(session, user))
        if there:
            return there
    return ()


def is_there(session: Session, user: str) -> bool:
    """Whether a person could do something about it, as far as Slack said."""
    known = directory.known(session, LOCAL_WORKSPACE, user)
    return known is None or why_gone(known.standing) is None


def _concerned(ask: Ask, news: News) -> tuple[str, ...]:
    leads = told_first(ask.session, news.product, admins=ask.admins, but=[news.holder])
    return tuple(dict.fromkeys((*leads, *_backups(ask, news))))


def _backups(ask: Ask, news: News) -> tuple[str, ...]:
    people = expanded(ask.session, [news.backup]) if news.backup else ()
    return tuple(user for user in people if is_there(ask.session, user))[:MOST_OF_A_GROUP]


def _message(ask: Ask, holder: str, user: str, news: Sequence[News]) -> Post:
    why = news[0].why
    names = ", ".join(f"{spoken_key(one.after.responsibility)} of {one.product.name}" for one in news)
    head, text = (
        (f"{mention(holder)} is back. This is how it stands now:", f"Somebody is back: {names}")
        if why is None
        else (
            f"{mention(holder)} {why}. They stay named until somebody else is; until then this is how it stands:",
            f"Somebody who answers for something is gone: {names}",
        )
    )
    rows = [block for one in news for block in _row(one, is_backup=user in _backups(ask, one))]
    presses = _buttons(news)
    blocks = [*fit([section(head), *rows], room=BLOCKS - len(presses)), *presses]
    return Post(key=f"ownership/{holder}/{ask.incoming.key}/{user}", to=user, text=fallback(text), blocks=blocks)


def _row(news: News, *, is_backup: bool) -> Iterator[Block]:
    after = news.after
    yield section(f"{named(news.product)}, {spoken_key(after.responsibility)}: {_state(news, is_backup=is_backup)}.")
    if is_backup and after.stands_in and after.backup not in after.accepted:
        row = presses(news.product, after.responsibility)
        # One message may ask about the same responsibility of two products.
        yield {**row, "block_id": f"{row['block_id']}-{news.product.id}"}


def _state(news: News, *, is_backup: bool) -> str:
    after = news.after
    if after.stands_in and is_backup:
        means = responsibility(after.responsibility).means
        return f"you were named as the backup, so it is yours until somebody else is named. It means: {means}"
    if after.stands_in:
        return f"{mentions(after.acting)} stands in as the backup"
    if after.is_gap:
        return "*nobody answers for it now*"
    backup = ", without a backup" if after.backup is None or after.backup in after.away else ""
    return f"{mentions(after.acting)} {'answer' if len(after.acting) > 1 else 'answers'} for it{backup}"


def _buttons(news: Sequence[News]) -> list[Block]:
    """Where somebody else can be named: a form for each product."""
    concerned = {one.product.key: one.product for one in news if one.why is not None}
    presses = [_name_somebody(one, alone=len(concerned) == 1) for one in list(concerned.values())[:BUTTONS]]
    return [actions("assign", *presses)] if presses else []


def _name_somebody(product: Product, *, alone: bool) -> Element:
    return saying("Name somebody" if alone else f"Name somebody for {product.name}", f"owner edit {product.key}")
