"""Predictions that Muster holds, each with its row."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from bot.domain.prediction import Prediction
from bot.store import predictions
from bot.store.tables import PredictionRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A prediction and the id of its row."""

    row_id: int
    prediction: Prediction


def with_row_ids(session: Session, row_ids: Iterable[int | None]) -> list[Held]:
    """The predictions of these rows, in this order."""
    known = [row_id for row_id in row_ids if row_id is not None]
    found = predictions.with_row_ids(session, known)
    return [Held(row_id=row_id, prediction=one) for row_id, one in zip(known, found, strict=True)]


def called(session: Session, product_id: int, name: str) -> Held | None:
    """The prediction with this id, of several versions the latest; None where none is held."""
    found = session.exec(
        select(PredictionRow.id)
        .where(col(PredictionRow.product_id) == product_id, col(PredictionRow.prediction_id) == name)
        .order_by(col(PredictionRow.occurred_at).desc(), col(PredictionRow.id).desc())
        .limit(1)
    )
    return next(iter(with_row_ids(session, found)), None)


def of_product(session: Session, product_id: int, row_id: int) -> Held | None:
    """The prediction of this row, None where the product has no such row."""
    found = session.exec(
        select(PredictionRow.id).where(col(PredictionRow.product_id) == product_id, col(PredictionRow.id) == row_id)
    )
    return next(iter(with_row_ids(session, found)), None)
