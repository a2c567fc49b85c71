"""Questions to experts about a review's items, and their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from bot.store.tables import QuestionRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question to an expert about an item; *answered_at* is None while it waits. *acceptable*: yes, no or depends."""

    id: int
    item_id: int
    asked_by: str
    expert: str
    question: str
    asked_at: datetime
    acceptable: str | None = None
    answer: str = ""
    answered_at: datetime | None = None


def ask(session: Session, item_id: int, *, by: str, expert: str, question: str, now: datetime) -> int:
    """Keep a question to an expert, and return its id."""
    row = QuestionRow(item_id=item_id, asked_by=by, expert=expert, question=question, asked_at=now)
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 a flushed row has its key
    return row.id


def with_id(session: Session, question_id: int) -> Question | None:
    """The question with this id, None where there is none."""
    row = session.get(QuestionRow, question_id)
    return None if row is None else _question(row)


def answer(session: Session, question_id: int, *, acceptable: str, words: str, now: datetime) -> bool:
    """Keep an expert's answer; False where there is one already."""
    statement = (
        update(QuestionRow)
        .where(col(QuestionRow.id) == question_id, col(QuestionRow.answered_at).is_(None))
        .values(acceptable=acceptable, answer=words, answered_at=now)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(statement).rowcount == 1


def waiting_for(session: Session, expert: str) -> list[Question]:
    """What waits for an expert's answer, the oldest first."""
    rows = session.exec(
        select(QuestionRow)
        .where(col(QuestionRow.expert) == expert, col(QuestionRow.answered_at).is_(None))
        .order_by(col(QuestionRow.id))
    )
    return [_question(row) for row in rows]


def of_items(session: Session, ids: Sequence[int]) -> list[Question]:
    """The questions about these items, the first one first."""
    rows = session.exec(select(QuestionRow).where(col(QuestionRow.item_id).in_(ids)).order_by(col(QuestionRow.id)))
    return [_question(row) for row in rows]


def _question(row: QuestionRow) -> Question:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return Question(
        id=row.id,
        item_id=row.item_id,
        asked_by=row.asked_by,
        expert=row.expert,
        question=row.question,
        asked_at=row.asked_at,
        acceptable=row.acceptable,
        answer=row.answer,
        answered_at=row.answered_at,
    )
