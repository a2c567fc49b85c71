"""Error reviews: which predictions were shown, in which order, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from bot.domain.ranking import Ranking
from bot.domain.window import Window
from bot.store.tables import ReviewItemRow, ReviewRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """One of the twenty: the row of its prediction, the rows folded into it, and the names of what it breaks."""

    rank: int
    prediction_row_id: int
    alike: tuple[int, ...] = ()
    breaches: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A review that was made: of which product and which days."""

    id: int
    product_id: int
    window: Window
    ranking: Ranking
    made_at: datetime
    seats: tuple[Seat, ...]


def keep(
    session: Session, product_id: int, *, window: Window, ranking: Ranking, seats: Sequence[Seat], now: datetime
) -> int:
    """Write a review down and return its id; made again for the same window, it takes the place of the first."""
    row = _row(session, product_id, window) or ReviewRow(
        product_id=product_id, window_start=window.start, window_end=window.end, ranking=ranking, made_at=now
    )
    row.ranking, row.made_at = ranking, now
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 a flushed row has its key
    session.exec(delete(ReviewItemRow).where(col(ReviewItemRow.review_id) == row.id))
    for seat in seats:
        session.add(
            ReviewItemRow(
                review_id=row.id,
                rank=seat.rank,
                prediction_row_id=seat.prediction_row_id,
                alike=list(seat.alike),
                breaches=list(seat.breaches),
            )
        )
    session.flush()
    return row.id


def seats_of(session: Session, product_id: int, window: Window) -> list[Seat]:
    """The seats of the review of *window*, worst first; none when there was no review."""
    row = _row(session, product_id, window)
    return [] if row is None or row.id is None else _seats(session, row.id)


def latest(session: Session, product_id: int) -> Review | None:
    """The review of a product that ends last, None before the first."""
    row = session.exec(
        select(ReviewRow)
        .where(col(ReviewRow.product_id) == product_id)
        .order_by(col(ReviewRow.window_end).desc(), col(ReviewRow.id).desc())
        .limit(1)
    ).first()
    return _review(session, row) if row else None


def with_id(session: Session, review_id: int) -> Review | None:
    """The review of this id, None where there is none."""
    row = session.get(ReviewRow, review_id)
    return _review(session, row) if row else None


def _review(session: Session, row: ReviewRow) -> Review:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return Review(
        id=row.id,
        product_id=row.product_id,
        window=Window(row.window_start, row.window_end),
        ranking=Ranking(row.ranking),
        made_at=row.made_at,
        seats=tuple(_seats(session, row.id)),
    )


def _seats(session: Session, review_id: int) -> list[Seat]:
    items = session.exec(
        select(ReviewItemRow).where(col(ReviewItemRow.review_id) == review_id).order_by(col(ReviewItemRow.rank))
    )
    return [
        Seat(
            rank=item.rank,
            prediction_row_id=item.prediction_row_id,
            alike=tuple(item.alike),
            breaches=tuple(item.breaches),
        )
        for item in items
    ]


def _row(session: Session, product_id: int, window: Window) -> ReviewRow | None:
    return session.exec(
        select(ReviewRow).where(
            col(ReviewRow.product_id) == product_id,
            col(ReviewRow.window_start) == window.start,
            col(ReviewRow.window_end) == window.end,
        )
    ).first()
