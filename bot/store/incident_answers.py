"""Predictions of incidents whose right answer nobody has proposed yet."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, distinct, exists
from sqlmodel import Session, col, func, select

from bot.domain.incidents import State
from bot.domain.truth import TruthState
from bot.store import held
from bot.store.held import Held
from bot.store.tables import GoldenRow, IncidentPredictionRow, IncidentRow, TruthRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Unanswered:
    """A prediction that belongs to an incident which is over, and that needs the right answer."""

    incident_id: int
    held: Held


def unanswered(session: Session, product_id: int, *, limit: int) -> list[Unanswered]:
    """What could join the golden set if somebody said what is right, the latest incident first.

    A proposal that waits or was verified is an answer, one that was rejected is none; what is in the set needs none.
    A prediction of several incidents is told with the latest.
    """
    row_id = col(IncidentPredictionRow.prediction_row_id)
    latest = func.max(col(IncidentPredictionRow.incident_id)).label("latest")
    rows = session.exec(
        select(row_id, latest)
        .join(IncidentRow, col(IncidentRow.id) == col(IncidentPredictionRow.incident_id))
        .where(*_needs_an_answer(product_id))
        .group_by(row_id)
        .order_by(latest.desc(), row_id)
        .limit(limit)
    ).all()
    found = held.with_row_ids(session, [number for number, _ in rows])
    return [Unanswered(incident_id=incident, held=one) for (_, incident), one in zip(rows, found, strict=True)]


def count_unanswered(session: Session, product_id: int) -> int:
    """How many they are."""
    return session.exec(
        select(func.count(distinct(col(IncidentPredictionRow.prediction_row_id))))
        .join(IncidentRow, col(IncidentRow.id) == col(IncidentPredictionRow.incident_id))
        .where(*_needs_an_answer(product_id))
    ).one()


def _needs_an_answer(product_id: int) -> tuple[ColumnElement[bool], ...]:
    row_id = col(IncidentPredictionRow.prediction_row_id)
    answered = exists().where(col(TruthRow.prediction_row_id) == row_id, col(TruthRow.state) != TruthState.REJECTED)
    in_the_set = exists().where(col(GoldenRow.prediction_row_id) == row_id, col(GoldenRow.dropped_at).is_(None))
    mine = col(IncidentRow.product_id) == product_id, col(IncidentRow.state) == State.RESOLVED
    return (*mine, ~answered, ~in_the_set)
