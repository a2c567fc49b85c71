"""A review as all features see it: its buttons, how far it is, and its head message, which is edited in place."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from bot.domain.reviewing import ReviewState
from bot.domain.text import joined
from bot.kit.blocks import Block, actions, button, context, markdown, section
from bot.store import meetings, posts, reviews
from bot.store.meetings import Item
from bot.store.products import LOCAL_WORKSPACE
from bot.store.reviews import Review

START, REVIEW, FINISH = "error_review.start", "error_review.item", "fixing.finish"
"""Start the meeting (value: review id). Review one item (`review id` `rank`). Gather fixes (value: review id)."""

ALL, EXPORT = "error_review.all", "error_review.export"
"""See every item, take the review along as a file (value: review id)."""

FIX = "fixing.show"
"""Show a fix with what can be done with it (value: fix id)."""

TRUTH = "ground_truth.look"
"""Show a proposed answer with what can be decided of it (value: truth id)."""

PROPOSE = "ground_truth.propose"
"""Say what the right answer to a prediction of an incident is (value: `product id` `row id`)."""

PROGRESS, BUTTONS = "progress", "review"
"""The blocks of the head message that change: their block ids."""


def thread_place(session: Session, review: Review, otherwise: str) -> tuple[str, str | None]:
    """Where what belongs to a review is posted: the channel of its head and the head's key; without a head, in the
    channel *otherwise* and in no thread.
    """
    head = posts.named(session, LOCAL_WORKSPACE, review.head_key) if review.head_key else None
    return (head.recipient, head.key) if head else (otherwise, None)


def card_key(review: Review) -> str:
    """The key of the post that is the shared card."""
    return f"{review.head_key or f'review/{review.id}'}/card"


def refresh_head(session: Session, review_id: int) -> None:
    """Let the head message show how far its review is, and close the card of a review that is finished; nothing happens
    where there is no such message.
    """
    review = reviews.with_id(session, review_id)
    head = posts.named(session, LOCAL_WORKSPACE, review.head_key or "") if review else None
    if review is None or head is None:
        return
    items = meetings.items(session, review_id)
    if review.state is ReviewState.FINISHED:
        line = progress_line(review, items)
        posts.revise(session, LOCAL_WORKSPACE, card_key(review), text=line, blocks=[section(line)])
    new = {PROGRESS: progress(review, items), BUTTONS: buttons(review)}
    blocks = [new.get(block.get("block_id", ""), block) for block in head.blocks]
    posts.revise(session, LOCAL_WORKSPACE, head.key, text=head.text, blocks=blocks)


def progress(review: Review, items: Sequence[Item]) -> Block:
    """How many are reviewed, by whom, in small print."""
    return context(markdown(progress_line(review, items)), name=PROGRESS)


def progress_line(review: Review, items: Sequence[Item]) -> str:
    """How many are reviewed, by whom, in mrkdwn."""
    done = sum(item.said.is_reviewed for item in items)
    who = named(speaker for item in items for speaker in item.said.speakers)
    by = f" by {who}" if who else ""
    if review.state is ReviewState.FINISHED:
        return f"Finished by <@{review.finished_by}>: {done} of {len(items)} reviewed{by}."
    if not done and review.state is ReviewState.OPEN:
        return _untouched(len(items))
    return f"{done} of {len(items)} reviewed{by if done else ', begun' + by if by else ''}."


def buttons(review: Review) -> Block:
    """What can be done with a review as it is."""
    return _buttons(review.id, review.state, len(review.seats))


def fresh(review_id: int, count: int) -> list[Block]:
    """The changing blocks of a review that has just been made."""
    untouched = context(markdown(_untouched(count)), name=PROGRESS)
    return [untouched, _buttons(review_id, ReviewState.OPEN, count)]


def named(users: Iterable[str]) -> str:
    """People in mrkdwn, each once: “A”, “A and B”, “A, B and C”."""
    return joined(f"<@{user}>" for user in dict.fromkeys(users))


def _untouched(count: int) -> str:
    return f"Nobody has looked at {'this error' if count == 1 else f'these {count} errors'} yet."


def _buttons(review_id: int, state: ReviewState, count: int) -> Block:
    number = str(review_id)
    everything = button(f"All {count}", ALL, value=number)
    if state is ReviewState.FINISHED:
        return actions(BUTTONS, everything, button("Export", EXPORT, value=number))
    label = "Start review" if state is ReviewState.OPEN else "Go on"
    return actions(BUTTONS, button(label, START, value=number), everything, button("Finish", FINISH, value=number))
