"""Error reviews: which predictions were shown, in which order, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from bot.domain.ranking import Ranking
from bot.domain.reviewing import ReviewState, Why
from bot.domain.window import Window
from bot.store.tables import OverrideRow, QuestionRow, ReviewItemRow, ReviewRow, WordsRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """One of the list: the row of its prediction, the rows folded into it, the names of what it breaks, and how it
    came here. *back_from* is the fix after which its error came back, *left_from* the item it was in a review before.
    """

    rank: int
    prediction_row_id: int
    alike: tuple[int, ...] = ()
    breaches: tuple[str, ...] = ()
    why: Why = Why.WORST
    back_from: int | None = None
    left_from: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A review that was made: of which product and which days, and how far people are with it.

    `head_key` is the key of the post it was announced by, None for one that was made before that was kept. `place` is
    the rank of the item on the shared card.
    """

    id: int
    product_id: int
    window: Window
    ranking: Ranking
    made_at: datetime
    seats: tuple[Seat, ...]
    state: ReviewState = ReviewState.OPEN
    head_key: str | None = None
    place: int = 1
    started_by: str | None = None
    started_at: datetime | None = None
    finished_by: str | None = None
    finished_at: datetime | None = None
    most_help: str = ""


def keep(
    session: Session,
    product_id: int,
    *,
    window: Window,
    ranking: Ranking,
    seats: Sequence[Seat],
    now: datetime,
    head_key: str | None = None,
) -> int:
    """Write a review down and return its id; made again for the same window, it takes the place of the first, unless
    people have begun with that one: then it stays as it is.
    """
    row = _row(session, product_id, window) or ReviewRow(
        product_id=product_id, window_start=window.start, window_end=window.end, ranking=ranking, made_at=now
    )
    if row.id is not None and has_begun(session, row.id):
        return row.id
    row.ranking, row.made_at, row.head_key = ranking, now, head_key
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
                why=seat.why,
                back_from=seat.back_from,
                left_from=seat.left_from,
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


def lock(session: Session, review_id: int) -> None:
    """Keep everybody else from redrawing this review until the transaction ends: what is read from here on is all that
    anybody said, so the last one to redraw shows the words of all.
    """
    session.exec(select(ReviewRow.id).where(col(ReviewRow.id) == review_id).with_for_update()).first()


def before(session: Session, product_id: int, instant: datetime) -> Review | None:
    """The last review of a product whose days end at *instant* or earlier, None where there is none."""
    row = session.exec(
        select(ReviewRow)
        .where(col(ReviewRow.product_id) == product_id, col(ReviewRow.window_end) <= instant)
        .order_by(col(ReviewRow.window_end).desc(), col(ReviewRow.id).desc())
        .limit(1)
    ).first()
    return _review(session, row) if row else None


def unfinished(session: Session, product_id: int) -> list[Review]:
    """The reviews of a product that nobody has finished, the latest first."""
    rows = session.exec(
        select(ReviewRow)
        .where(col(ReviewRow.product_id) == product_id, col(ReviewRow.state) != ReviewState.FINISHED)
        .order_by(col(ReviewRow.window_end).desc(), col(ReviewRow.id).desc())
    )
    return [_review(session, row) for row in rows]


def has_begun(session: Session, review_id: int) -> bool:
    """Whether anybody has started a review, or said anything of its items."""
    row = session.get(ReviewRow, review_id)
    if row is not None and row.state != ReviewState.OPEN:
        return True
    items = select(ReviewItemRow.id).where(col(ReviewItemRow.review_id) == review_id)
    said = [select(one.id).where(col(one.item_id).in_(items)).limit(1) for one in (WordsRow, OverrideRow, QuestionRow)]
    quick = items.where(col(ReviewItemRow.quick).is_not(None)).limit(1)
    return any(session.exec(statement).first() is not None for statement in (*said, quick))


def start(session: Session, review_id: int, *, user: str, now: datetime) -> bool:
    """Let *user* start a review; False when it was started or finished already."""
    statement = (
        update(ReviewRow)
        .where(col(ReviewRow.id) == review_id, col(ReviewRow.state) == ReviewState.OPEN)
        .values(state=ReviewState.STARTED, started_by=user, started_at=now)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(statement).rowcount == 1


def finish(session: Session, review_id: int, *, user: str, now: datetime) -> bool:
    """Let *user* finish a review; False when it was finished already."""
    statement = (
        update(ReviewRow)
        .where(col(ReviewRow.id) == review_id, col(ReviewRow.state) != ReviewState.FINISHED)
        .values(state=ReviewState.FINISHED, finished_by=user, finished_at=now)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(statement).rowcount == 1


def reopen(session: Session, review_id: int) -> bool:
    """Take back that a review was finished; False when it was not."""
    statement = (
        update(ReviewRow)
        .where(col(ReviewRow.id) == review_id, col(ReviewRow.state) == ReviewState.FINISHED)
        .values(state=ReviewState.STARTED, finished_by=None, finished_at=None)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(statement).rowcount == 1


def turn_to(session: Session, review_id: int, place: int) -> None:
    """Let the shared card show the item at this rank."""
    session.exec(
        update(ReviewRow)
        .where(col(ReviewRow.id) == review_id)
        .values(place=place)
        .execution_options(synchronize_session="fetch")
    )


def say_what_helps(session: Session, review_id: int, words: str) -> None:
    """Keep the team's answer to what would help most."""
    session.exec(
        update(ReviewRow)
        .where(col(ReviewRow.id) == review_id)
        .values(most_help=words)
        .execution_options(synchronize_session="fetch")
    )


def _review(session: Session, row: ReviewRow) -> Review:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return Review(
        id=row.id,
        product_id=row.product_id,
        window=Window(row.window_start, row.window_end),
        ranking=Ranking(row.ranking),
        made_at=row.made_at,
        seats=tuple(_seats(session, row.id)),
        state=ReviewState(row.state),
        head_key=row.head_key,
        place=row.place,
        started_by=row.started_by,
        started_at=row.started_at,
        finished_by=row.finished_by,
        finished_at=row.finished_at,
        most_help=row.most_help,
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
            why=Why(item.why),
            back_from=item.back_from,
            left_from=item.left_from,
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
