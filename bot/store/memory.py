"""What the reviews of a product have left behind for the next one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bot.domain.fixes import FixState
from bot.domain.folding import Pair
from bot.domain.returning import Identity, Left, Memory, Remedy, Reviewed
from bot.domain.reviewing import ReviewState
from bot.domain.window import Window
from bot.domain.words import number_of
from bot.store import predictions, reports, reviews
from bot.store.tables import (
    FixItemRow,
    FixRow,
    OverrideRow,
    PredictionRow,
    ReportRow,
    ReviewItemRow,
    ReviewRow,
    WordsRow,
)

BATCH = 500
"""Rows per statement, like predictions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """How an item came to its seat. *window*: of the review that it was left over from. *title*, *shipped_at*: of the
    fix after which its error came back. *voices*: how many people reported it. *row_id* is its prediction's.
    """

    row_id: int
    window: Window | None = None
    title: str | None = None
    shipped_at: datetime | None = None
    voices: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Leftover:
    """An item of an earlier review that nobody got to, with the row of its prediction."""

    left: Left
    row_id: int


def of_product(session: Session, product_id: int, *, until: datetime) -> Memory:
    """Everything that was reviewed in reviews whose days end before *until*, the latest review first."""
    rows = session.exec(
        select(ReviewItemRow, FixRow)
        .join(ReviewRow, col(ReviewRow.id) == col(ReviewItemRow.review_id))
        .join(FixItemRow, col(FixItemRow.item_id) == col(ReviewItemRow.id), isouter=True)
        .join(FixRow, col(FixRow.id) == col(FixItemRow.fix_id), isouter=True)
        .where(
            col(ReviewRow.product_id) == product_id,
            col(ReviewRow.window_end) < until,
            col(ReviewItemRow.reviewed_at).is_not(None),
        )
        .order_by(col(ReviewRow.window_end).desc(), col(ReviewRow.id).desc(), col(ReviewItemRow.rank))
    ).all()
    found = predictions.with_row_ids(session, [item.prediction_row_id for item, _ in rows])
    known = _identities(session, {row_id for item, _ in rows for row_id in item.alike})
    reviewed = tuple(
        Reviewed(prediction=one, alike=frozenset(known[row_id] for row_id in item.alike), remedy=_remedy(fix))
        for (item, fix), one in zip(rows, found, strict=True)
    )
    return Memory(reviewed=reviewed, apart=_apart(session, product_id))


def left(session: Session, product_id: int, *, until: datetime) -> list[Leftover]:
    """What nobody got to in the latest review before *until* that people had begun, worst first; what was left over
    before, or has been since, is not among it.
    """
    review_id = _latest_begun(session, product_id, until)
    passed_on = (
        select(ReviewItemRow.left_from)
        .join(ReviewRow, col(ReviewRow.id) == col(ReviewItemRow.review_id))
        .where(
            col(ReviewRow.product_id) == product_id,
            col(ReviewRow.window_end) < until,
            col(ReviewItemRow.left_from).is_not(None),
        )
    )
    rows = session.exec(
        select(ReviewItemRow)
        .where(
            col(ReviewItemRow.review_id) == review_id,
            col(ReviewItemRow.reviewed_at).is_(None),
            col(ReviewItemRow.left_from).is_(None),
            col(ReviewItemRow.id).not_in(passed_on),
        )
        .order_by(col(ReviewItemRow.rank))
    ).all()
    found = predictions.with_row_ids(session, [row.prediction_row_id for row in rows])
    return [
        Leftover(left=Left(prediction=one, item_id=row.id or 0), row_id=row.prediction_row_id)
        for row, one in zip(rows, found, strict=True)
    ]


def make_room(session: Session, product_id: int, window: Window) -> int | None:
    """The review of *window* that people have begun with already, which stays as it is; otherwise None, and what was
    reported and sits in it waits for a seat again.
    """
    review_id = session.exec(
        select(ReviewRow.id).where(
            col(ReviewRow.product_id) == product_id,
            col(ReviewRow.window_start) == window.start,
            col(ReviewRow.window_end) == window.end,
        )
    ).first()
    if review_id is None:
        return None
    if reviews.has_begun(session, review_id):
        return review_id
    reports.unseat(session, review_id)
    return None


def item_ids(session: Session, review_id: int) -> Mapping[int, int]:
    """The ids of a review's items by their rank."""
    rows = session.exec(select(ReviewItemRow.rank, ReviewItemRow.id).where(col(ReviewItemRow.review_id) == review_id))
    return {rank: item_id for rank, item_id in rows if item_id is not None}


def origins(session: Session, review_id: int) -> dict[int, Origin]:
    """How the items of a review came to their seats, by their ids."""
    left_item, left_review = aliased(ReviewItemRow), aliased(ReviewRow)
    rows = session.exec(
        select(ReviewItemRow, left_review, FixRow)
        .join(FixRow, col(FixRow.id) == col(ReviewItemRow.back_from), isouter=True)
        .join(left_item, col(left_item.id) == col(ReviewItemRow.left_from), isouter=True)
        .join(left_review, col(left_review.id) == col(left_item.review_id), isouter=True)
        .where(col(ReviewItemRow.review_id) == review_id)
    ).all()
    voices = _voices(session, review_id)
    return {item.id or 0: _origin(item, before, fix, voices.get(item.id or 0, 0)) for item, before, fix in rows}


def reviewed_on(session: Session, product_id: int, first: datetime, last: datetime) -> int | None:
    """The id of the last review of a product whose days end from *first* on and before *last*."""
    return session.exec(
        select(ReviewRow.id)
        .where(
            col(ReviewRow.product_id) == product_id,
            col(ReviewRow.window_end) >= first,
            col(ReviewRow.window_end) < last,
        )
        .order_by(col(ReviewRow.window_end).desc(), col(ReviewRow.id).desc())
        .limit(1)
    ).first()


def _latest_begun(session: Session, product_id: int, until: datetime) -> int | None:
    """As `reviews.has_begun` has it, in one question over all reviews."""
    items = select(ReviewItemRow.id).where(col(ReviewItemRow.review_id) == ReviewRow.id)
    judged = exists().where(col(ReviewItemRow.review_id) == ReviewRow.id, col(ReviewItemRow.quick).is_not(None))
    spoken = exists().where(col(WordsRow.item_id).in_(items))
    return session.exec(
        select(ReviewRow.id)
        .where(col(ReviewRow.product_id) == product_id, col(ReviewRow.window_end) < until)
        .where(or_(col(ReviewRow.state) != ReviewState.OPEN, judged, spoken))
        .order_by(col(ReviewRow.window_end).desc(), col(ReviewRow.id).desc())
        .limit(1)
    ).first()


def _apart(session: Session, product_id: int) -> frozenset[Pair]:
    """Who was taken out of whose fold, by people."""
    rows = session.exec(
        select(ReviewItemRow.prediction_row_id, OverrideRow.about)
        .join(OverrideRow, col(OverrideRow.item_id) == col(ReviewItemRow.id))
        .join(ReviewRow, col(ReviewRow.id) == col(ReviewItemRow.review_id))
        .where(col(ReviewRow.product_id) == product_id, col(OverrideRow.what) == "fold")
    ).all()
    pairs = [(leader, number_of(about)) for leader, about in rows]
    known = _identities(session, {row_id for both in pairs for row_id in both})
    return frozenset(frozenset({known[one], known[other]}) for one, other in pairs if one in known and other in known)


def _identities(session: Session, row_ids: Iterable[int]) -> dict[int, Identity]:
    wanted: Sequence[int] = sorted(set(row_ids))
    return {
        row_id: (name, version)
        for start in range(0, len(wanted), BATCH)
        for row_id, name, version in session.exec(
            select(PredictionRow.id, PredictionRow.prediction_id, PredictionRow.model_version).where(
                col(PredictionRow.id).in_(wanted[start : start + BATCH])
            )
        )
        if row_id is not None
    }


def _origin(item: ReviewItemRow, before: ReviewRow | None, fix: FixRow | None, voices: int) -> Origin:
    return Origin(
        row_id=item.prediction_row_id,
        window=Window(before.window_start, before.window_end) if before else None,
        title=fix.title if fix else None,
        shipped_at=fix.shipped_at if fix else None,
        voices=voices,
    )


def _voices(session: Session, review_id: int) -> dict[int, int]:
    rows = session.exec(
        select(ReportRow.item_id, func.count(distinct(col(ReportRow.user_id))))
        .join(ReviewItemRow, col(ReviewItemRow.id) == col(ReportRow.item_id))
        .where(col(ReviewItemRow.review_id) == review_id)
        .group_by(col(ReportRow.item_id))
    )
    return {item_id: count for item_id, count in rows if item_id is not None}


def _remedy(fix: FixRow | None) -> Remedy | None:
    if fix is None or fix.id is None:
        return None
    return Remedy(fix_id=fix.id, state=FixState(fix.state), shipped_at=fix.shipped_at)
