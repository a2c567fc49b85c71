"""Predictions that Muster holds: loaded whole, or fetched among the worst."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from bot.domain.prediction import CANONICAL, Feedback, Prediction
from bot.store.tables import PredictionRow
from bot.store.upsert import insert_into

BATCH = 500
"""Rows per statement: 27 columns each stay under SQLite's 32,766 variables."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PLAIN = tuple(name for name in CANONICAL if name not in {"id", "model_version", "citations", "feedback"})


def day_of(instant: datetime) -> int:
    """Days since 1970 in UTC: what the day index is made of."""
    return (instant - EPOCH).days


def keep(
    session: Session, product_id: int, predictions: Sequence[Prediction], *, loaded: bool
) -> dict[tuple[str, str], int]:
    """Write predictions down, once per identity, and return the row id of each (id, version or '').

    What is there already is replaced by the later `occurred_at`; the same instant again replaces it too, so a
    corrected file wins. A row that was ever *loaded* stays so.
    """
    # In one order for everybody: two writers of the same rows in different orders would deadlock on Postgres.
    unique = sorted(once(predictions), key=lambda one: one.identity)
    for start in range(0, len(unique), BATCH):
        rows = [_values(product_id, one, loaded=loaded) for one in unique[start : start + BATCH]]
        session.execute(_upsert(session), rows)
    return _row_ids(session, product_id, predictions)


def once(predictions: Iterable[Prediction]) -> list[Prediction]:
    """The last of each identity, the later `occurred_at` before the earlier: what `keep` would write of them."""
    latest: dict[tuple[str, str], Prediction] = {}
    for one in predictions:
        before = latest.get(one.identity)
        if before is None or before.occurred_at <= one.occurred_at:
            latest[one.identity] = one
    return list(latest.values())


def loaded_among(
    session: Session, product_id: int, predictions: Sequence[Prediction]
) -> dict[tuple[str, str], Prediction]:
    """Those that stand under the identities of *predictions* and were loaded, by identity."""
    ids = sorted({one.id for one in predictions})
    found: dict[tuple[str, str], Prediction] = {}
    for start in range(0, len(ids), BATCH):
        rows = session.exec(
            select(PredictionRow).where(
                col(PredictionRow.product_id) == product_id,
                col(PredictionRow.prediction_id).in_(ids[start : start + BATCH]),
                col(PredictionRow.loaded).is_(True),
            )
        )
        found |= {one.identity: one for one in map(_prediction, rows)}
    return found


def with_row_ids(session: Session, row_ids: Sequence[int]) -> list[Prediction]:
    """The predictions of these rows, in this order."""
    found = {
        row.id: row
        for start in range(0, len(row_ids), BATCH)
        for row in session.exec(select(PredictionRow).where(col(PredictionRow.id).in_(row_ids[start : start + BATCH])))
    }
    return [_prediction(found[row_id]) for row_id in row_ids]


def _upsert(session: Session) -> Any:
    statement = insert_into(session, PredictionRow)
    new = statement.excluded
    fresh = {name: new[name] for name in ("day", *_PLAIN, "citations", "feedback")}
    return statement.on_conflict_do_update(
        index_elements=["product_id", "prediction_id", "model_version"],
        set_=fresh | {"loaded": or_(col(PredictionRow.loaded), new.loaded)},
        where=col(PredictionRow.occurred_at) <= new.occurred_at,
    )


def _row_ids(session: Session, product_id: int, predictions: Sequence[Prediction]) -> dict[tuple[str, str], int]:
    wanted = {one.identity for one in predictions}
    ids = sorted({one.id for one in predictions})
    found: dict[tuple[str, str], int] = {}
    for start in range(0, len(ids), BATCH):
        statement = select(PredictionRow.id, PredictionRow.prediction_id, PredictionRow.model_version).where(
            col(PredictionRow.product_id) == product_id,
            col(PredictionRow.prediction_id).in_(ids[start : start + BATCH]),
        )
        found |= {(name, version): row_id for row_id, name, version in session.exec(statement) if row_id is not None}
    return {identity: row_id for identity, row_id in found.items() if identity in wanted}


def _values(product_id: int, one: Prediction, *, loaded: bool) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _PLAIN} | {
        "product_id": product_id,
        "prediction_id": one.id,
        "model_version": one.model_version or "",
        "day": day_of(one.occurred_at),
        "citations": json.dumps(one.citations) if one.citations else None,
        "feedback": one.feedback,
        "loaded": loaded,
    }


def _prediction(row: PredictionRow) -> Prediction:
    return Prediction(
        id=row.prediction_id,
        model_version=row.model_version or None,
        citations=tuple(json.loads(row.citations)) if row.citations else (),
        feedback=Feedback(row.feedback) if row.feedback else None,
        **{name: getattr(row, name) for name in _PLAIN},
    )
