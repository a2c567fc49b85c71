"""Proposed and verified answers. What was decided is compared with what was seen: of two deciders one is first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists
from sqlmodel import Session, col, delete, func, select, update

from bot.domain.truth import Origin, Truth, TruthState
from bot.store.tables import GoldenRow, TruthRow
from bot.store.upsert import insert_into, inserted


def propose(
    session: Session,
    *,
    product_id: int,
    prediction_row_id: int,
    origin: Origin,
    proposal: str,
    by: str,
    now: datetime,
) -> Truth:
    """Write down what somebody proposes as the right answer, once for each prediction, origin and person.

    The same words again change nothing, whatever was decided of them. Other words take the place of the earlier ones
    and wait to be decided anew, with a version of their own: so a correction of a correction is looked at, and an
    answer that was picked into the golden set stays there until the new one is verified and picked. *proposal* is
    stored as it is: apply the product's rule for personal data before.
    """
    new = {"product_id": product_id, "proposal": proposal, "proposed_at": now, "state": TruthState.PROPOSED}
    key = {"prediction_row_id": prediction_row_id, "origin": origin, "proposed_by": by}
    statement = insert_into(session, TruthRow).on_conflict_do_nothing(index_elements=list(key))
    inserted(session, statement.values(**key, **new, reason="", version=1))
    row = session.exec(_fresh().filter_by(**key).with_for_update()).one()
    if row.proposal != proposal:
        row.proposal, row.proposed_at = proposal, now
        _waits_again(row)
        session.add(row)
        session.flush()
    return _truth(row)


def withdraw(session: Session, *, prediction_row_id: int, origin: Origin, by: str) -> None:
    """Take back what somebody proposed, as long as nobody has decided it and no row of the golden set came of it."""
    picked = exists().where(col(GoldenRow.truth_id) == col(TruthRow.id))
    session.exec(
        delete(TruthRow).where(
            col(TruthRow.prediction_row_id) == prediction_row_id,
            col(TruthRow.origin) == origin,
            col(TruthRow.proposed_by) == by,
            col(TruthRow.state) == TruthState.PROPOSED,
            ~picked,
        )
    )


def decide(
    session: Session, truth: Truth, state: TruthState, *, answer: str | None, by: str, reason: str, now: datetime
) -> Truth | None:
    """Settle a proposal that was read as *truth*; None where somebody changed or decided it meanwhile."""
    values = {"state": state, "answer": answer, "decided_by": by, "decided_at": now, "reason": reason}
    return _changed(session, truth, values, col(TruthRow.state) == TruthState.PROPOSED)


def reopen(session: Session, truth: Truth) -> Truth | None:
    """Let what was decided wait again; None where it is not at this version any more, or is in the golden set."""
    undecided = {"state": TruthState.PROPOSED, "answer": None, "decided_by": None, "decided_at": None, "reason": ""}
    picked = exists().where(col(GoldenRow.truth_id) == truth.id, col(GoldenRow.dropped_at).is_(None))
    return _changed(session, truth, undecided, ~picked)


def with_id(session: Session, truth_id: int) -> Truth | None:
    """The proposal of this number, None where there is none."""
    row = session.exec(_fresh().where(col(TruthRow.id) == truth_id)).first()
    return _truth(row) if row else None


def waiting(session: Session, product_id: int, *, limit: int, after: int = 0) -> list[Truth]:
    """The proposals of a product that nobody has decided, the oldest number first, of those *after* a number."""
    rows = session.exec(
        _fresh()
        .where(
            col(TruthRow.product_id) == product_id,
            col(TruthRow.state) == TruthState.PROPOSED,
            col(TruthRow.id) > after,
        )
        .order_by(col(TruthRow.id))
        .limit(limit)
    )
    return [_truth(row) for row in rows]


def count_waiting(session: Session, product_id: int, *, after: int = 0, not_by: str | None = None) -> int:
    """How many of them wait; without those that the Slack user *not_by* proposed."""
    statement = select(func.count()).where(
        col(TruthRow.product_id) == product_id,
        col(TruthRow.state) == TruthState.PROPOSED,
        col(TruthRow.id) > after,
    )
    if not_by is not None:
        mine = and_(col(TruthRow.proposed_by) == not_by, col(TruthRow.origin) != Origin.FEEDBACK)
        statement = statement.where(~mine)
    return session.exec(statement).one()


def of_prediction(session: Session, prediction_row_id: int) -> list[Truth]:
    """Everything that was proposed for one prediction, the oldest number first."""
    rows = session.exec(_fresh().where(col(TruthRow.prediction_row_id) == prediction_row_id).order_by(col(TruthRow.id)))
    return [_truth(row) for row in rows]


def read(rows: Sequence[TruthRow]) -> list[Truth]:
    """Rows as what they say; for the stores beside this one."""
    return [_truth(row) for row in rows]


def _fresh() -> Any:
    """A SELECT that believes the database rather than what this session saw before."""
    return select(TruthRow).execution_options(populate_existing=True)


def _changed(session: Session, truth: Truth, values: dict[str, Any], condition: Any) -> Truth | None:
    statement = (
        update(TruthRow)
        .where(col(TruthRow.id) == truth.id, col(TruthRow.version) == truth.version, condition)
        .values(**values, version=truth.version + 1)
        .execution_options(synchronize_session=False)
    )
    return with_id(session, truth.id) if session.exec(statement).rowcount else None


def _waits_again(row: TruthRow) -> None:
    row.state, row.answer, row.reason = TruthState.PROPOSED, None, ""
    row.decided_by, row.decided_at = None, None
    row.version += 1


def _truth(row: TruthRow) -> Truth:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return Truth(
        id=row.id,
        product_id=row.product_id,
        prediction_row_id=row.prediction_row_id,
        origin=Origin(row.origin),
        proposal=row.proposal,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        state=TruthState(row.state),
        answer=row.answer,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        version=row.version,
    )
