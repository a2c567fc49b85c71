"""The error review: load what the source said, decide who sits where, save it, and say it."""

from collections.abc import Mapping

from bot.domain.failures import breaches
from bot.domain.product import ProductRecord
from bot.domain.returning import SEATS, Identity, Reported, Seating, seating
from bot.domain.returning import Seat as Taken
from bot.features.error_review import blocks, reminding
from bot.features.error_review.blocks import Message
from bot.features.error_review.chores import PULL
from bot.features.error_review.opening import opening
from bot.features.error_review.view import ReviewView, Week, marks_of, review_view
from bot.kit import following_up
from bot.kit.post import Post
from bot.kit.ritual import Turn
from bot.store import memory, predictions, pulls, reports, reviews
from bot.store.pulls import Pull
from bot.store.reviews import Seat


def review(turn: Turn) -> list[Post]:
    """The posts of one week's review: a short message with the worst five, and all of them in its thread.

    Where the source failed, the one message says what could not be seen.
    """
    pull = pulls.of_window(turn.session, turn.product.id, turn.window())
    week = Week(product=turn.product.name, window=turn.window(), zone=turn.zone, late=turn.late)
    if pull is None:
        reason = turn.failed.get(PULL.name, "Nobody has asked for them yet.")
        return [_post(turn, "head", blocks.blind(week, reason))]
    begun = memory.make_room(turn.session, turn.product.id, pull.window)
    table, row_ids = _table(turn, pull)
    review_id = begun or _save(turn, pull, table, row_ids)
    marks = _marks(turn, review_id, row_ids)
    view = review_view(pull, turn.product.record, table=table, marks=marks, opening=opening(turn, pull))
    return [*_said(turn, week, view, review_id), *following_up.join(turn.session, turn.product, turn.now)]


def _table(turn: Turn, pull: Pull) -> tuple[Seating, dict[Identity, int]]:
    """Who sits, and the row of everybody who might."""
    session, product_id, until = turn.session, turn.product.id, pull.window.end
    waiting = reports.waiting(session, product_id)
    told = predictions.with_row_ids(session, [one.prediction_row_id for one in waiting])
    left = memory.left(session, product_id, until=until)
    table = seating(
        pull.pool,
        memory.of_product(session, product_id, until=until),
        reported=[Reported(prediction=one, report_ids=report.ids) for one, report in zip(told, waiting, strict=True)],
        left=[one.left for one in left],
    )
    rows = {
        **dict(zip((one.identity for one in pull.pool), pull.row_ids, strict=True)),
        **{one.identity: report.prediction_row_id for one, report in zip(told, waiting, strict=True)},
        **{one.left.prediction.identity: one.row_id for one in left},
    }
    return table, rows


def _said(turn: Turn, week: Week, view: ReviewView, review_id: int) -> list[Post]:
    # One message has room for the worst of the week and no more: what was reported or left needs a thread.
    long = turn.options.get("form") == "long" and len(view.items) <= SEATS
    if long or len(view.items) <= blocks.HEAD_ITEMS:
        return [_post(turn, "head", blocks.whole(week, view, review_id))]
    head = _post(turn, "head", blocks.head(week, view, review_id))
    parts = blocks.thread(week, view, review_id)
    return [head, *(_post(turn, f"part-{n}", part, thread_of=head.key) for n, part in enumerate(parts, start=1))]


def _post(turn: Turn, part: str, message: Message, *, thread_of: str | None = None) -> Post:
    # The runner gives no slot to a product without a channel.
    to = turn.product.team_channel or ""
    return Post(key=_key(turn, part), to=to, text=message.text, blocks=message.blocks, thread_of=thread_of)


def _key(turn: Turn, part: str) -> str:
    return f"{turn.product.key}/error_review/{turn.slot.nominal:%Y-%m-%dT%H:%M}/{part}"


def _save(turn: Turn, pull: Pull, table: Seating, row_ids: Mapping[Identity, int]) -> int:
    record = turn.product.record
    review_id = reviews.keep(
        turn.session,
        turn.product.id,
        window=pull.window,
        ranking=pull.ranking,
        seats=[_seat(rank, seat, record, row_ids) for rank, seat in enumerate(table.seats, start=1)],
        now=turn.now,
        head_key=_key(turn, "head"),
    )
    items = memory.item_ids(turn.session, review_id)
    for rank, seat in enumerate(table.seats, start=1):
        if seat.report_ids:
            reports.seat(turn.session, seat.report_ids, items[rank])
    reminding.plan(turn.session, turn.product, review_id, turn.now)
    return review_id


def _seat(rank: int, seat: Taken, record: ProductRecord, row_ids: Mapping[Identity, int]) -> Seat:
    return Seat(
        rank=rank,
        prediction_row_id=row_ids[seat.prediction.identity],
        alike=tuple(row_ids[one.identity] for one in seat.alike),
        breaches=tuple(breach.name for breach in breaches(seat.prediction, record)),
        why=seat.why,
        back_from=seat.back_from,
        left_from=seat.left_from,
    )


def _marks(turn: Turn, review_id: int, row_ids: Mapping[Identity, int]) -> dict[Identity, tuple[str, ...]]:
    by_row = {row_id: identity for identity, row_id in row_ids.items()}
    return {
        by_row[origin.row_id]: marks_of(origin, turn.zone)
        for origin in memory.origins(turn.session, review_id).values()
        if origin.row_id in by_row
    }
