"""The golden set of a product; a row that was taken out stays, so that it comes back under the same name."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select, update

from bot.domain.golden import Golden, golden_id
from bot.domain.prediction import Feedback, Prediction
from bot.domain.product import Product
from bot.domain.truth import VERIFIED, Truth
from bot.store import held, predictions, truths
from bot.store.held import Held
from bot.store.tables import GoldenRow, PredictionRow, TruthRow
from bot.store.upsert import insert_into


def put(
    session: Session,
    product: Product,
    prediction_row_id: int,
    *,
    answer: str,
    truth_id: int | None,
    by: str,
    now: datetime,
) -> Golden:
    """Put a prediction with its right answer into the set; one that is in it with this answer stays as it is.

    The row keeps its number and its golden_id, however often it is taken out and put back.
    """
    (prediction,) = predictions.with_row_ids(session, [prediction_row_id])
    statement = insert_into(session, GoldenRow)
    fresh = {"answer": answer, "truth_id": truth_id, "picked_by": by, "picked_at": now}
    statement = statement.values(
        product_id=product.id,
        prediction_row_id=prediction_row_id,
        golden_id=golden_id(product.key, *prediction.identity),
        **fresh,
    ).on_conflict_do_update(
        index_elements=["product_id", "prediction_row_id"],
        set_={**fresh, "dropped_by": None, "dropped_at": None},
        where=or_(col(GoldenRow.dropped_at).is_not(None), col(GoldenRow.answer) != answer),
    )
    session.execute(statement)
    row = session.exec(_fresh().where(col(GoldenRow.prediction_row_id) == prediction_row_id)).one()
    return _golden(row, prediction)


def drop(session: Session, number: int, *, by: str, now: datetime) -> bool:
    """Take a row out of the set; False where it is out already."""
    statement = (
        update(GoldenRow)
        .where(col(GoldenRow.id) == number, col(GoldenRow.dropped_at).is_(None))
        .values(dropped_by=by, dropped_at=now)
    )
    return bool(session.exec(statement).rowcount)


def drop_picked(session: Session, product_id: int, *, by: str, at: datetime, now: datetime) -> int:
    """Take out everything that one person put in at one instant; returns how many rows that was."""
    statement = (
        update(GoldenRow)
        .where(
            col(GoldenRow.product_id) == product_id,
            col(GoldenRow.picked_by) == by,
            col(GoldenRow.picked_at) == at,
            col(GoldenRow.dropped_at).is_(None),
        )
        .values(dropped_by=by, dropped_at=now)
    )
    return session.exec(statement).rowcount


def put_back(session: Session, number: int) -> None:
    """Undo `drop`: the row is in the set again with the answer it had."""
    session.exec(update(GoldenRow).where(col(GoldenRow.id) == number).values(dropped_by=None, dropped_at=None))


def of_product(session: Session, product_id: int) -> list[Golden]:
    """The golden set of a product, the oldest number first; what was taken out is not in it."""
    rows = session.exec(
        _fresh()
        .where(col(GoldenRow.product_id) == product_id, col(GoldenRow.dropped_at).is_(None))
        .order_by(col(GoldenRow.id))
    ).all()
    found = predictions.with_row_ids(session, [row.prediction_row_id for row in rows])
    return [_golden(row, prediction) for row, prediction in zip(rows, found, strict=True)]


def count(session: Session, product_id: int) -> int:
    """How many rows are in the set."""
    statement = select(func.count()).where(col(GoldenRow.product_id) == product_id, col(GoldenRow.dropped_at).is_(None))
    return session.exec(statement).one()


def last_added(session: Session, product_id: int) -> datetime | None:
    """When a row that is in the set was put in last, None where there is none."""
    return session.exec(
        select(col(GoldenRow.picked_at))
        .where(col(GoldenRow.product_id) == product_id, col(GoldenRow.dropped_at).is_(None))
        .order_by(col(GoldenRow.picked_at).desc())
        .limit(1)
    ).first()


def with_number(session: Session, number: int) -> Golden | None:
    """The row of this number, whether it is in the set or was taken out; None where there is none."""
    row = session.exec(_fresh().where(col(GoldenRow.id) == number)).first()
    if row is None:
        return None
    (prediction,) = predictions.with_row_ids(session, [row.prediction_row_id])
    return _golden(row, prediction)


def of_truth(session: Session, truth_id: int) -> Golden | None:
    """The row of the set that came of a proposal, None where there is none in it."""
    row = session.exec(_fresh().where(col(GoldenRow.truth_id) == truth_id, col(GoldenRow.dropped_at).is_(None))).first()
    return with_number(session, row.id) if row else None


def of_prediction(session: Session, prediction_row_id: int) -> Golden | None:
    """The row of the set that a prediction is, None where it is not in it."""
    row = session.exec(
        _fresh().where(col(GoldenRow.prediction_row_id) == prediction_row_id, col(GoldenRow.dropped_at).is_(None))
    ).first()
    return with_number(session, row.id) if row else None


def candidates(session: Session, product_id: int, *, limit: int | None = None) -> list[Truth]:
    """Verified answers that could join the set, the oldest number first: for each prediction the one verified last,
    unless it is in the set already or was taken out of it with that answer.
    """
    rows = session.exec(_waiting(select(TruthRow), product_id).order_by(col(TruthRow.id)).limit(limit)).all()
    return truths.read(rows)


def count_candidates(session: Session, product_id: int) -> int:
    """How many they are."""
    return int(session.exec(_waiting(select(func.count(col(TruthRow.id))), product_id)).one())


def good_outputs(session: Session, product_id: int, *, limit: int) -> list[Held]:
    """Outputs that were good as they were and have never been in the set, the latest day first."""
    known = exists().where(col(GoldenRow.prediction_row_id) == col(PredictionRow.id))
    liked = and_(col(PredictionRow.correct).is_(None), col(PredictionRow.feedback) == Feedback.UP)
    found = session.exec(
        select(PredictionRow.id)
        .where(
            col(PredictionRow.product_id) == product_id,
            or_(col(PredictionRow.correct).is_(True), liked),
            col(PredictionRow.hallucinated).is_not(True),
            col(PredictionRow.output).is_not(None),
            ~known,
        )
        .order_by(col(PredictionRow.day).desc(), col(PredictionRow.id))
        .limit(limit)
    )
    return held.with_row_ids(session, found)


def _waiting(statement: Any, product_id: int) -> Any:
    later = aliased(TruthRow)
    newer = exists().where(
        col(later.prediction_row_id) == col(TruthRow.prediction_row_id),
        col(later.state).in_(VERIFIED),
        or_(
            col(later.decided_at) > col(TruthRow.decided_at),
            and_(col(later.decided_at) == col(TruthRow.decided_at), col(later.id) > col(TruthRow.id)),
        ),
    )
    settled = exists().where(
        col(GoldenRow.prediction_row_id) == col(TruthRow.prediction_row_id),
        col(GoldenRow.answer) == col(TruthRow.answer),
    )
    return statement.where(col(TruthRow.product_id) == product_id, col(TruthRow.state).in_(VERIFIED), ~newer, ~settled)


def _fresh() -> Any:
    """A SELECT that believes the database rather than what this session saw before."""
    return select(GoldenRow).execution_options(populate_existing=True)


def _golden(row: GoldenRow, prediction: Prediction) -> Golden:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return Golden(
        id=row.id,
        product_id=row.product_id,
        golden_id=row.golden_id,
        prediction=prediction,
        answer=row.answer,
        truth_id=row.truth_id,
        picked_by=row.picked_by,
        picked_at=row.picked_at,
        dropped=row.dropped_at is not None,
    )
