"""What somebody did to ownerships: saved, written down, told to whom it concerns, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.holders import mention
from bot.domain.ownership import Did, Happened, Origin, Ownership, nobody_yet
from bot.domain.product import Product
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.ownership import telling
from bot.features.ownership.words import absences, owners_of, spoken_key
from bot.kit.asking import Ask
from bot.kit.blocks import Element, actions, button, section
from bot.kit.choosing import named
from bot.kit.owning import speaks_for
from bot.kit.permission import require_may_change
from bot.kit.post import Post
from bot.kit.reply import MarkedUpError, Reply
from bot.store import audit, ownerships, products
from bot.store.json import dumped, loaded
from bot.store.ownerships import OwnershipChangedError

UNDO = "ownership.undo"
"""Take back what an answer told (value: the deed's id)."""

OWNED = "ownership"
"""What the audit log calls everything done to ownerships begins with this."""


class SomebodyWasFirstError(MarkedUpError):
    """Two people at the same ownership at the same instant: one of them won, and the other hears who."""

    def __init__(self, product: Product, key: str, error: OwnershipChangedError) -> None:
        who = mention(error.by) if error.by else "Somebody"
        super().__init__(
            f"{who} changed {spoken_key(key)} of {named(product)} at the same moment; yours was not saved. Now it is:"
            f" {owners_of(error.now)}. Look at it again, then repeat yours."
        )


class ChangedSinceError(UserError):
    """Something came after what is to be taken back."""

    def __init__(self) -> None:
        super().__init__("This was changed since: taking it back would lose that. Say “owner” to see how it is now.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One ownership as it was read, as it is to be, and what happened to it."""

    before: Ownership
    after: Ownership
    did: Did = Did.ASSIGNED


def require_may(ask: Ask, product: Product, ownership: Ownership) -> None:
    """Raise `NotYoursError` unless the person owns it, stands in for its owner, or may change the product."""
    holders = (*ownership.owners, *ownership.acting)
    if not any(speaks_for(ask.session, ask.user, one) for one in holders):
        require_may_change(ask, product)


def changed(
    ask: Ask, product: Product, after: Ownership, did: Did, origin: Origin, *, by: str | None = None, why: str = ""
) -> Ownership:
    """Save *after* and write it into the audit log; *by*: who did it, if not the person who asks (empty: Muster).

    Raises `SomebodyWasFirstError` where somebody else changed it since it was read.
    """
    who = ask.user if by is None else by
    kept = _saved(ask, product, after, Happened(by=who, at=ask.now, what=did, origin=origin))
    states = "; ".join([owners_of(kept), *absences(kept)])
    detail = f"{did} {spoken_key(kept.responsibility)}: {states}{f' ({why})' if why else ''}"
    audit.done(ask.session, user=who, what=f"{OWNED} {did}", now=ask.now, product=product, detail=detail)
    return kept


def done(
    ask: Ask,
    product: Product,
    turns: Sequence[Turn],
    origin: Origin,
    *,
    text: str,
    more: Sequence[Element] = (),
    posts: Sequence[Post] = (),
) -> Reply:
    """Save what the person did, tell everybody who is an owner now or no longer, and answer *text* (mrkdwn) with a way
    to take it back. Raises `SomebodyWasFirstError`; then nothing is saved.
    """
    kept = [
        _saved(ask, product, one.after, Happened(by=ask.user, at=ask.now, what=one.did, origin=origin)) for one in turns
    ]
    news = telling.news_of(ask, product, [(one.before, after) for one, after in zip(turns, kept, strict=True)])
    before = {
        "rows": [dumped(one.before) for one in turns],
        "versions": {one.responsibility: one.version for one in kept},
        "news": [dumped(one) for one in news],
    }
    deed = audit.done(
        ask.session,
        user=ask.user,
        what=f"{OWNED} {turns[0].did}",
        now=ask.now,
        product=product,
        detail=text,
        before=before,
    )
    told = telling.posts_of(ask.session, deed)
    row = actions("done", button("Undo", UNDO, value=str(deed)), *more)
    return Reply(text=text, blocks=[section(text), row], posts=[*told, *posts])


def undo(ask: Ask) -> Reply:
    """Take back what the clicked answer told, if nothing was changed since."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or deed.product_id is None or not deed.before or not deed.what.startswith(OWNED):
        raise ChangedSinceError
    product = products.current(ask.session, deed.product_id)
    known = ownerships.of_product(ask.session, product.id)
    rows = [loaded(Ownership, row) for row in deed.before["rows"]]
    for row in rows:
        now = known.get(row.responsibility) or nobody_yet(product.id, row.responsibility, ask.now)
        # Whoever gave their own away may still take it back.
        require_may(ask, product, row)
        if now.version != deed.before["versions"][row.responsibility]:
            raise ChangedSinceError
        changed(ask, product, replace(row, version=now.version), Did.ASSIGNED, Origin.BUTTON, why="taken back")
    telling.redraw(ask.session, deed.id)
    states = "; ".join(f"{spoken_key(row.responsibility)}: {owners_of(row)}" for row in rows)
    return Reply(text=f"You took it back. {named(product)} is as it was before: {states}.", replace=True)


def _saved(ask: Ask, product: Product, after: Ownership, how: Happened) -> Ownership:
    try:
        return ownerships.save(ask.session, after, how)
    except OwnershipChangedError as error:
        raise SomebodyWasFirstError(product, after.responsibility, error) from error
