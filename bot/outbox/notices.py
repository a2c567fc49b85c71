"""Telling a person that something could not be delivered, or may not have been: once, and somebody who is there."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.domain.delivery import PostState, StoredPost
from bot.domain.people import Assignment, Role, next_to_tell
from bot.domain.text import clip, escape, one_line
from bot.kit.blocks import section
from bot.kit.deliveries import decisions, place_of
from bot.store import posts, products

TITLE_ROOM = 150


def tell(session: Session, post: StoredPost, *, admins: Sequence[str], now: datetime) -> bool:
    """Write a direct message about *post*, which was just parked or held, to the first person not told yet.

    Where *post* is itself such a message, the next person is told of what it was about. False when nobody is left.
    """
    concern = posts.about(session, post) or post
    reports = posts.reports_on(session, concern)
    person = next_to_tell(_people(session, concern, admins), [report.recipient for report in reports])
    if person is None:
        return False
    notice = posts.NewPost(
        workspace=concern.workspace,
        key=f"{concern.key}#told-{len(reports) + 1}",
        recipient=person,
        text=_words(concern),
        blocks=[section(f"{_what_happened(concern)} {_question(concern)}"), decisions(concern)],
        product_id=concern.product_id,
        about_key=concern.key,
    )
    posts.add(session, notice, now)
    return True


def _people(session: Session, post: StoredPost, admins: Sequence[str]) -> list[Assignment]:
    named = products.people(session, post.product_id) if post.product_id is not None else []
    return [*named, *(Assignment(Role.ADMIN, user) for user in admins)]


def _words(post: StoredPost) -> str:
    """The notice where no button is shown: the same steps from the command line."""
    steps = f"`muster outbox retry {post.key}` sends it; if nobody needs it any more, `muster outbox drop {post.key}`."
    there = "" if post.state is PostState.PARKED else f" If it is there: `muster outbox arrived {post.key} LINK`."
    return f"{_what_happened(post)} {_question(post)} By hand: {steps}{there}"


def _what_happened(post: StoredPost) -> str:
    title = escape(clip(one_line(post.text.partition("\n")[0]), TITLE_ROOM))
    reason = escape(post.reason or "")
    if post.state is PostState.PARKED:
        return f"I could not post “{title}” to {place_of(post)}: {reason} It is kept."
    return f"I do not know whether “{title}” arrived in {place_of(post)}: {reason}"


def _question(post: StoredPost) -> str:
    if post.state is PostState.PARKED:
        return "Once that is mended, send it."
    return "Please look: is it there?"
