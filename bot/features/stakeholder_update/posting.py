"""Posting what was approved, and telling those whom it concerns where nothing can be posted."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.domain import drafts as rules
from bot.domain.draft_states import Move
from bot.domain.drafts import Draft
from bot.domain.people import Role
from bot.domain.product import Product
from bot.features.stakeholder_update import showing
from bot.features.stakeholder_update.finding import deciders_of
from bot.features.stakeholder_update.saying import day_and_time, name_of, product_name, when
from bot.kit.blocks import Block, Element, actions, context, fallback, fit, plain, plain_section, saying
from bot.kit.post import Post
from bot.kit.update_blocks import shown, text_of
from bot.store import directory, drafts, posts, products
from bot.store.drafts import Change

_ROOM = 45


def publish(session: Session, draft: Draft, product: Product, now: datetime) -> tuple[Draft, list[Post]]:
    """Post an approved update; where the product has no channel for it, say so to those who look after it instead.

    Raises `NotNowError` for one that is not approved, and `drafts.DraftChangedError`.
    """
    if product.stakeholder_channel is None:
        return draft, _no_channel(session, draft, product)
    after = rules.posted(draft, key=showing.key_of(draft), at=now)
    saved = drafts.save(session, draft, after, Change(user="", at=now, move=Move.POST))
    showing.redraw(session, saved, product, now)
    text, blocks = _message(session, saved, product, now)
    return saved, [Post(key=showing.key_of(draft), to=product.stakeholder_channel, text=text, blocks=blocks)]


def hold(session: Session, draft: Draft, product: Product, now: datetime) -> tuple[Draft, list[Post]]:
    """Hold an update that nobody approved in time, and tell PM, deputy and ML lead. Raises like `publish`."""
    saved = drafts.save(session, draft, rules.held(draft), Change(user="", at=now, move=Move.HOLD))
    showing.redraw(session, saved, product, now)
    words = (
        f"The update of {product_name(product)} was not posted: nobody had approved it by"
        f" {when(product, draft.post_due)}. It is held, not lost: once it is approved it is posted at once."
    )
    return saved, _notices(saved, product, "held", words, to=_concerned(session, product))


def correct(session: Session, draft: Draft, product: Product, now: datetime) -> None:
    """Let the post, and every copy, show the corrected text; nothing new is posted."""
    text, blocks = _message(session, draft, product, now)
    posts.revise(session, product.workspace, draft.post_key or showing.key_of(draft), text=text, blocks=blocks)
    showing.redraw(session, draft, product, now)


def _message(session: Session, draft: Draft, product: Product, now: datetime) -> tuple[str, list[Block]]:
    signed = _signed(session, draft, product)
    chart = showing.chart_of(session, draft, now)
    blocks = shown(draft.body, product, draft.week, approved_line=signed, picture=chart)
    text = text_of(draft.body, product, draft.week, approved_line=signed)
    return fallback(text), [*fit(blocks, _ROOM), *_correction(session, draft, product)]


def _signed(session: Session, draft: Draft, product: Product) -> str:
    """Who made it: the machine, whoever put words of their own in, and whoever answers for it."""
    by = draft.decided_by or ""
    at = day_and_time(product, draft.decided_at) if draft.decided_at else ""
    writers = list(dict.fromkeys(draft.body.written.values()))
    names = " and ".join(name_of(session, product, user) for user in writers)
    edited = "" if not writers else ", edited and" if writers == [by] else f", edited by {names},"
    return f"Drafted by Muster{edited or ','} approved by {name_of(session, product, by)}, {at}."


def _correction(session: Session, draft: Draft, product: Product) -> list[Block]:
    if draft.corrected_by is None or draft.corrected_at is None:
        return []
    who = f"Corrected by {name_of(session, product, draft.corrected_by)}, {when(product, draft.corrected_at)}"
    return [context(plain(f"{who}: {draft.reason}"))]


def _no_channel(session: Session, draft: Draft, product: Product) -> list[Post]:
    words = (
        f"The update of {product_name(product)} is approved, but there is nowhere to post it: the product has no"
        " stakeholder channel. Choose one, then press “Post it now”."
    )
    choose = [saying("Choose the channel", f"product edit {product.key}")]
    return _notices(draft, product, "no-channel", words, to=_concerned(session, product, (Role.PM,)), more=choose)


def _concerned(session: Session, product: Product, roles: Sequence[Role] = (Role.PM, Role.ML_LEAD)) -> list[str]:
    """The people in these roles and those who decide, but for those who have left, each once."""
    people = products.people(session, product.id)
    in_role = [one.user for role in roles for one in people if one.role is role]
    several = dict.fromkeys((*in_role, *deciders_of(session, product).named))
    gone = directory.gone(session, product.workspace, several)
    return [user for user in several if user not in gone]


def _notices(
    draft: Draft, product: Product, what: str, words: str, *, to: Sequence[str], more: Sequence[Element] = ()
) -> list[Post]:
    show = saying("Show the update", f"update {product.key}")
    blocks = [plain_section(words), actions("update", show, *more)]
    # By version: an update may be held, skipped, brought back and held again.
    key = f"{showing.key_of(draft)}/{what}/{draft.version}"
    return [Post(key=f"{key}/{user}", to=user, text=fallback(words), blocks=blocks) for user in to]
