"""Feedback on predictions, kept by the prediction's id: it waits for those that Muster does not hold yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case
from sqlmodel import Session, col, func, select, update

from bot.domain.feedback import SAID, Given, joined, with_feedback
from bot.domain.prediction import Feedback, Prediction
from bot.domain.truth import Origin
from bot.store import predictions, truths
from bot.store.tables import FeedbackRow, PredictionRow
from bot.store.upsert import insert_into

BATCH = 500
"""Rows per statement, like predictions."""


def keep(session: Session, product_id: int, given: Iterable[Given]) -> None:
    """Write feedback down, once for each prediction, version and person.

    What a person said in several pieces is joined: where they speak of the same thing the later one holds, at the same
    instant the one that is loaded later. Of pieces older than what is kept only what fills a gap counts.
    """
    # In one order for everybody: two writers of the same rows in different orders would deadlock on Postgres.
    rows = [_values(product_id, one) for _, one in sorted(_joined(given).items())]
    for start in range(0, len(rows), BATCH):
        session.execute(_upsert(session), rows[start : start + BATCH])


def of_predictions(session: Session, product_id: int, prediction_ids: Iterable[str]) -> list[Given]:
    """Everything that was said of predictions with these ids."""
    wanted = sorted(set(prediction_ids))
    return [
        _given(row)
        for start in range(0, len(wanted), BATCH)
        for row in session.exec(
            select(FeedbackRow).where(
                col(FeedbackRow.product_id) == product_id,
                col(FeedbackRow.prediction_id).in_(wanted[start : start + BATCH]),
            )
        )
    ]


def enrich(session: Session, product_id: int, found: Sequence[Prediction]) -> list[Prediction]:
    """*found* with the latest thumb and final text that were loaded for each, in the same order."""
    by_id = _by_id(of_predictions(session, product_id, (one.id for one in found)))
    return [with_feedback(one, by_id.get(one.id, ())) for one in found]


def reach(session: Session, product_id: int, prediction_ids: Iterable[str], now: datetime) -> set[str]:
    """Let what was said of these predictions reach those that are held: thumbs and final texts stand on them,
    corrections become proposals. Doing it again changes nothing. Returns which ids it reached.
    """
    by_id = _by_id(of_predictions(session, product_id, prediction_ids))
    row_ids = _held(session, product_id, sorted(by_id))
    held = predictions.with_row_ids(session, row_ids)
    for row_id, prediction in zip(row_ids, held, strict=True):
        given = by_id[prediction.id]
        _settle(session, row_id, prediction, with_feedback(prediction, given))
        corrections = [one for one in given if one.correction and one.is_about(*prediction.identity)]
        _propose(session, product_id, row_id, corrections, now)
    return {prediction.id for prediction in held}


def _settle(session: Session, row_id: int, before: Prediction, after: Prediction) -> None:
    if after != before:
        session.exec(
            update(PredictionRow)
            .where(col(PredictionRow.id) == row_id)
            .values(feedback=after.feedback, final_output=after.final_output)
        )


def _propose(session: Session, product_id: int, row_id: int, given: Iterable[Given], now: datetime) -> None:
    """The corrections as proposals; of one person's only the latest, whatever version they speak of."""
    latest = {one.given_by: one for one in sorted(given, key=lambda one: (one.given_at, one.model_version))}
    for one in latest.values():
        truths.propose(
            session,
            product_id=product_id,
            prediction_row_id=row_id,
            origin=Origin.FEEDBACK,
            proposal=one.correction or "",
            by=one.given_by,
            now=now,
        )


def _held(session: Session, product_id: int, ids: Sequence[str]) -> list[int]:
    """The rows of the predictions with these ids."""
    found: list[int] = []
    for start in range(0, len(ids), BATCH):
        statement = (
            select(PredictionRow.id)
            .where(
                col(PredictionRow.product_id) == product_id,
                col(PredictionRow.prediction_id).in_(ids[start : start + BATCH]),
            )
            .order_by(col(PredictionRow.id))
        )
        found += [row_id for row_id in session.exec(statement) if row_id is not None]
    return found


def _joined(given: Iterable[Given]) -> dict[tuple[str, str, str], Given]:
    """One of each identity: one statement may not touch a row twice."""
    found: dict[tuple[str, str, str], Given] = {}
    for one in sorted(given, key=lambda one: one.given_at):
        identity = (one.prediction_id, one.model_version, one.given_by)
        found[identity] = joined(found[identity], one) if identity in found else one
    return found


def _upsert(session: Session) -> Any:
    """The same as `joined`, in the database."""
    statement = insert_into(session, FeedbackRow)
    new, old = statement.excluded, FeedbackRow
    is_later = col(old.given_at) <= new.given_at
    said = {name: _said(is_later, new[name], getattr(old, name)) for name in SAID}
    return statement.on_conflict_do_update(
        index_elements=["product_id", "prediction_id", "model_version", "given_by"],
        set_={**said, "given_at": case((is_later, new.given_at), else_=col(old.given_at))},
    )


def _said(is_later: Any, new: Any, old: Any) -> Any:
    return case((is_later, func.coalesce(new, old)), else_=func.coalesce(old, new))


def _values(product_id: int, one: Given) -> dict[str, Any]:
    frame = {name: getattr(one, name) for name in ("prediction_id", "model_version", "given_by")}
    return {
        "product_id": product_id,
        "given_at": one.given_at,
        **frame,
        **{name: getattr(one, name) or None for name in SAID},
    }


def _given(row: FeedbackRow) -> Given:
    return Given(
        prediction_id=row.prediction_id,
        model_version=row.model_version,
        given_by=row.given_by,
        given_at=row.given_at,
        feedback=Feedback(row.feedback) if row.feedback else None,
        correction=row.correction,
        final_output=row.final_output,
        comment=row.comment,
    )


def _by_id(given: Iterable[Given]) -> Mapping[str, list[Given]]:
    found: dict[str, list[Given]] = defaultdict(list)
    for one in given:
        found[one.prediction_id].append(one)
    return found
