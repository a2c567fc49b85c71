"""The error review: load what the source said, decide who sits where, save it, and say it."""

from collections.abc import Sequence

from bot.features.error_review import blocks
from bot.features.error_review.blocks import Message
from bot.features.error_review.chores import PULL
from bot.features.error_review.view import Item, ReviewView, Week, review_view
from bot.kit.post import Post
from bot.kit.ritual import Turn
from bot.store import pulls, reviews
from bot.store.pulls import Pull
from bot.store.reviews import Seat


def review(turn: Turn) -> list[Post]:
    """The posts of one week's review: a short message with the worst five, and all 20 in its thread.

    Where the source failed, the one message says what could not be seen.
    """
    pull = pulls.of_window(turn.session, turn.product.id, turn.window())
    week = Week(product=turn.product.name, window=turn.window(), zone=turn.zone, late=turn.late)
    if pull is None:
        reason = turn.failed.get(PULL.name, "Nobody has asked for them yet.")
        return [_post(turn, "head", blocks.blind(week, reason))]
    view = review_view(pull, turn.product.record)
    return _said(turn, week, view, _save(turn, pull, view.items))


def _said(turn: Turn, week: Week, view: ReviewView, review_id: int) -> list[Post]:
    if turn.options.get("form") == "long" or len(view.items) <= blocks.HEAD_ITEMS:
        return [_post(turn, "head", blocks.whole(week, view, review_id))]
    head = _post(turn, "head", blocks.head(week, view, review_id))
    parts = blocks.thread(week, view, review_id)
    return [head, *(_post(turn, f"part-{n}", part, thread_of=head.key) for n, part in enumerate(parts, start=1))]


def _post(turn: Turn, part: str, message: Message, *, thread_of: str | None = None) -> Post:
    key = f"{turn.product.key}/error_review/{turn.slot.nominal:%Y-%m-%dT%H:%M}/{part}"
    # The runner gives no slot to a product without a channel.
    to = turn.product.team_channel or ""
    return Post(key=key, to=to, text=message.text, blocks=message.blocks, thread_of=thread_of)


def _save(turn: Turn, pull: Pull, items: Sequence[Item]) -> int:
    row_ids = dict(zip((one.identity for one in pull.pool), pull.row_ids, strict=True))
    seats = [
        Seat(
            rank=item.rank,
            prediction_row_id=row_ids[item.prediction.identity],
            alike=tuple(row_ids[one.identity] for one in item.alike),
            breaches=tuple(breach.name for breach in item.breaches),
        )
        for item in items
    ]
    return reviews.keep(
        turn.session, turn.product.id, window=pull.window, ranking=pull.ranking, seats=seats, now=turn.now
    )
