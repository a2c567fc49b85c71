"""How an update looks while it is decided about: the text as it will be read, how far it is, and what can be done."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from sqlmodel import Session

from bot.domain.draft_states import OPEN, DraftState
from bot.domain.drafts import Draft, is_due, undecided
from bot.domain.product import Product
from bot.domain.text import clip, count_of
from bot.features.stakeholder_update.finding import carried, deciders_of
from bot.features.stakeholder_update.names import APPROVE, CORRECT, EDIT, POST_NOW, REOPEN, SKIP, WITHDRAW
from bot.features.stakeholder_update.saying import product_name, when
from bot.kit.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    divider,
    fallback,
    fit,
    markdown,
    plain,
    plain_section,
)
from bot.kit.limits import SECTION
from bot.kit.pictures import picture
from bot.kit.post import Post
from bot.kit.update_blocks import shown, title_of
from bot.store import posts


def asking(session: Session, draft: Draft, product: Product, now: datetime) -> list[Post]:
    """The draft for those who decide, each in a message of their own; who has it already does not get it again."""
    text, blocks = _copy(session, draft, product, now)
    return [
        Post(key=_key(draft, user), to=user, text=text, blocks=blocks) for user in _readers(session, draft, product)
    ]


def redraw(session: Session, draft: Draft, product: Product, now: datetime) -> None:
    """Let every copy show how the update is now: what can no longer be done has no button anywhere."""
    text, blocks = _copy(session, draft, product, now)
    for user in _readers(session, draft, product):
        posts.revise(session, product.workspace, _key(draft, user), text=text, blocks=blocks)


def preview(draft: Draft, product: Product, now: datetime, picture_block: Block | None = None) -> list[Block]:
    """The text as it will look, how far it is, and what can be done now."""
    text = shown(draft.body, product, draft.week, picture=picture_block)
    words = " With a chart of the last weeks." if draft.chart and picture_block is None else ""
    reads = "was posted" if draft.state is DraftState.POSTED else "will look"
    head = context(plain(f"The update of {product_name(product)} as it {reads}.{words}"))
    tail = [*_remarked(draft), *_suggested(draft), divider(), *state_of(draft, product, now), *presses(draft, now)]
    return [head, *fit(text, _ROOM), *tail]


def state_of(draft: Draft, product: Product, now: datetime) -> list[Block]:
    """How far it is: who decided, when, why, and what happens next."""
    words = context(markdown(_state(draft, product, now)))
    return [words, context(plain(f"Why: {draft.reason}"))] if draft.reason else [words]


def presses(draft: Draft, now: datetime) -> list[Block]:
    """What can be done with it now, as a row of buttons; none where nothing can."""
    row = _buttons(draft, now)
    return [actions("update", row[0], *row[1:])] if row else []


def key_of(draft: Draft) -> str:
    """The key of the post that stakeholders read."""
    return f"update/{draft.id}"


def chart_of(session: Session, draft: Draft, now: datetime) -> Block | None:
    """The update's chart for a post of ours, None where there is none."""
    return picture(session, f"{key_of(draft)}/chart", draft.chart, now) if draft.chart else None


_ROOM = 40
"""Blocks that the text itself may take: what stands below it is always shown."""


def _copy(session: Session, draft: Draft, product: Product, now: datetime) -> tuple[str, list[Block]]:
    words = title_of(draft.body, product, draft.week)
    return fallback(words), preview(draft, product, now, chart_of(session, draft, now))


def _readers(session: Session, draft: Draft, product: Product) -> Sequence[str]:
    """Who was asked, and who decides now."""
    return tuple(dict.fromkeys((*draft.asked, *deciders_of(session, product).named)))


def _key(draft: Draft, user: str) -> str:
    return f"{key_of(draft)}/asks/{user}"


def _remarked(draft: Draft) -> list[Block]:
    """What is for those who decide, as long as there is something to decide."""
    if not draft.remarks or draft.state not in OPEN:
        return []
    return [plain_section(clip("\n".join(draft.remarks), SECTION))]


def _suggested(draft: Draft) -> list[Block]:
    waiting = undecided(draft.body)
    if not waiting:
        return []
    words = f"{count_of(len(waiting), 'suggestion')} of Muster's, to accept or delete when you approve:"
    return [plain_section("\n".join([words, *(f"• {one.text}" for one in waiting)]))]


def _state(draft: Draft, product: Product, now: datetime) -> str:
    who = f"<@{draft.decided_by}>"
    at = when(product, draft.decided_at) if draft.decided_at else ""
    match draft.state:
        case DraftState.DRAFTED:
            return _waiting(draft, product, now)
        case DraftState.HELD:
            return (
                f"*Held.* It was to be posted on {when(product, draft.post_due)}, and nobody had approved it. Once it"
                " is approved it is posted at once."
            )
        case DraftState.APPROVED:
            return f"*Approved* by {who} on {at}. {_next(draft, product, now)}"
        case DraftState.SKIPPED:
            return f"*Skipped* by {who} on {at}. Nothing is posted for this week."
        case DraftState.POSTED:
            return _posted(draft, product, f"*Posted*. {who} approved it on {at}.")
        case DraftState.LAPSED:
            return "*Over.* It was not posted, and another week's draft took its place."
        case _:
            assert_never(draft.state)


def _waiting(draft: Draft, product: Product, now: datetime) -> str:
    if is_due(draft, now):
        return f"*Not approved yet.* Once it is approved it is posted at once, in {_place(product)}."
    deadline = when(product, draft.post_due)
    return f"*Not approved yet.* Approved by {deadline} it is posted then in {_place(product)}; else it is held."


def _next(draft: Draft, product: Product, now: datetime) -> str:
    if is_due(draft, now):
        return f"It can be posted now, in {_place(product)}."
    return f"It is posted on {when(product, draft.post_due)} in {_place(product)}."


def _posted(draft: Draft, product: Product, words: str) -> str:
    if draft.corrected_by and draft.corrected_at:
        words += f" <@{draft.corrected_by}> corrected it on {when(product, draft.corrected_at)}."
    return words


def _place(product: Product) -> str:
    return f"<#{product.stakeholder_channel}>" if product.stakeholder_channel else "no channel yet: choose one first"


def _buttons(draft: Draft, now: datetime) -> list[Element]:
    value = carried(draft)
    match draft.state:
        case DraftState.DRAFTED | DraftState.HELD:
            return [
                button("Approve", APPROVE, value=value),
                button("Edit", EDIT, value=value),
                button("Skip this week", SKIP, value=value),
            ]
        case DraftState.APPROVED:
            at_once = [button("Post it now", POST_NOW, value=value)] if is_due(draft, now) else []
            return [*at_once, button("Withdraw approval", WITHDRAW, value=value), button("Edit", EDIT, value=value)]
        case DraftState.SKIPPED:
            return [button("Bring it back", REOPEN, value=value)]
        case DraftState.POSTED:
            return [button("Correct", CORRECT, value=value)]
        case DraftState.LAPSED:
            return []
        case _:
            assert_never(draft.state)
