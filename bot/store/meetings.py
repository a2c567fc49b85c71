"""What people say of a review's items, and the items with everything that was said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from bot.domain.prediction import Prediction
from bot.domain.reviewing import Part, Quick, Said, Settlement, Why, Words
from bot.store import kinds, overrides, predictions, questions
from bot.store.overrides import Override
from bot.store.questions import Question
from bot.store.tables import ReviewItemRow, SettlementRow, WordsRow
from bot.store.upsert import insert_into, inserted


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A seat of a review with everything that is known and was said of it. `kind` is the team's word for the error."""

    id: int
    review_id: int
    rank: int
    row_id: int
    prediction: Prediction
    alike_rows: tuple[int, ...]
    breaches: tuple[str, ...]
    why: Why
    back_from: int | None
    left_from: int | None
    kind: str | None
    said: Said
    overrides: tuple[Override, ...]
    questions: tuple[Question, ...]
    reviewed_at: datetime | None


def items(session: Session, review_id: int) -> list[Item]:
    """The items of a review by rank, with everything said of them."""
    return _read(session, review_id)


def item(session: Session, review_id: int, rank: int) -> Item | None:
    """One item of a review, None where there is none at this rank."""
    return next(iter(_read(session, review_id, rank=rank)), None)


def with_id(session: Session, item_id: int) -> Item | None:
    """The item with this id, None where there is none."""
    row = session.get(ReviewItemRow, item_id)
    return None if row is None else item(session, row.review_id, row.rank)


def speak(session: Session, item_id: int, words: Words) -> bool:
    """Keep what somebody says of an item for a part. *words.version* is what they saw of their own words, 0 for none.

    False, and nothing is changed, where they have said something else meanwhile, from another window.
    """
    if words.version == 0:
        statement = insert_into(session, WordsRow).on_conflict_do_nothing(index_elements=["item_id", "part", "user_id"])
        return (
            inserted(
                session,
                statement.values(
                    item_id=item_id,
                    part=words.part,
                    user_id=words.user,
                    verdict=words.verdict,
                    note=words.note,
                    said_at=words.said_at,
                    version=1,
                ),
            )
            == 1
        )
    changed = (
        update(WordsRow)
        .where(
            col(WordsRow.item_id) == item_id,
            col(WordsRow.part) == words.part,
            col(WordsRow.user_id) == words.user,
            col(WordsRow.version) == words.version,
        )
        .values(verdict=words.verdict, note=words.note, said_at=words.said_at, version=words.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(changed).rowcount == 1


def settle(session: Session, item_id: int, settlement: Settlement) -> bool:
    """Keep what the decider settled; False where it was settled already."""
    statement = insert_into(session, SettlementRow).on_conflict_do_nothing(index_elements=["item_id", "part"])
    return (
        inserted(
            session,
            statement.values(
                item_id=item_id,
                part=settlement.part,
                verdict=settlement.verdict,
                user_id=settlement.user,
                reason=settlement.reason,
                settled_at=settlement.settled_at,
            ),
        )
        == 1
    )


def unsettle(session: Session, item_id: int, part: Part) -> None:
    """Take back what was settled for a part."""
    session.exec(delete(SettlementRow).where(col(SettlementRow.item_id) == item_id, col(SettlementRow.part) == part))


def judge(session: Session, item_id: int, quick: Quick, *, user: str, now: datetime) -> bool:
    """Keep a verdict of one click; False where there is one already."""
    statement = (
        update(ReviewItemRow)
        .where(col(ReviewItemRow.id) == item_id, col(ReviewItemRow.quick).is_(None))
        .values(quick=quick, quick_by=user, quick_at=now)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(statement).rowcount == 1


def unjudge(session: Session, item_id: int) -> bool:
    """Take back the verdict of one click; False where there is none."""
    statement = (
        update(ReviewItemRow)
        .where(col(ReviewItemRow.id) == item_id, col(ReviewItemRow.quick).is_not(None))
        .values(quick=None, quick_by=None, quick_at=None)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(statement).rowcount == 1


def call(session: Session, item_id: int, kind_id: int | None) -> None:
    """Say which kind of error an item shows, None for no kind."""
    session.exec(
        update(ReviewItemRow)
        .where(col(ReviewItemRow.id) == item_id)
        .values(kind_id=kind_id)
        .execution_options(synchronize_session="fetch")
    )


def mark_reviewed(session: Session, item_id: int, at: datetime | None) -> None:
    """Keep since when an item counts as reviewed, None: it does not."""
    session.exec(
        update(ReviewItemRow)
        .where(col(ReviewItemRow.id) == item_id)
        .values(reviewed_at=at)
        .execution_options(synchronize_session="fetch")
    )


def seat_apart(session: Session, review_id: int, item_id: int, row_id: int) -> int:
    """Give a prediction that was folded into an item a seat of its own at the end; returns its rank."""
    ranks = session.exec(select(ReviewItemRow.rank).where(col(ReviewItemRow.review_id) == review_id))
    rank = max(ranks, default=0) + 1
    folded = session.get(ReviewItemRow, item_id)
    if folded is not None:
        folded.alike = [one for one in folded.alike if one != row_id]
        session.add(folded)
    session.add(ReviewItemRow(review_id=review_id, rank=rank, prediction_row_id=row_id, alike=[], breaches=[]))
    session.flush()
    return rank


def _read(session: Session, review_id: int, *, rank: int | None = None) -> list[Item]:
    statement = select(ReviewItemRow).where(col(ReviewItemRow.review_id) == review_id).order_by(col(ReviewItemRow.rank))
    if rank is not None:
        statement = statement.where(col(ReviewItemRow.rank) == rank)
    rows = list(session.exec(statement.execution_options(populate_existing=True)))
    ids = [row.id for row in rows if row.id is not None]
    found = predictions.with_row_ids(session, [row.prediction_row_id for row in rows])
    words, settlements = _words(session, ids), _settlements(session, ids)
    put_right, asked = overrides.of_items(session, ids), questions.of_items(session, ids)
    names = kinds.names(session, [row.kind_id for row in rows if row.kind_id is not None])
    return [
        Item(
            id=row.id or 0,
            review_id=row.review_id,
            rank=row.rank,
            row_id=row.prediction_row_id,
            prediction=prediction,
            alike_rows=tuple(row.alike),
            breaches=tuple(row.breaches),
            why=Why(row.why),
            back_from=row.back_from,
            left_from=row.left_from,
            kind=names.get(row.kind_id) if row.kind_id is not None else None,
            said=Said(
                words=tuple(one for item_id, one in words if item_id == row.id),
                settlements=tuple(one for item_id, one in settlements if item_id == row.id),
                quick=Quick(row.quick) if row.quick else None,
                quick_by=row.quick_by,
            ),
            overrides=tuple(one for item_id, one in put_right if item_id == row.id),
            questions=tuple(one for one in asked if one.item_id == row.id),
            reviewed_at=row.reviewed_at,
        )
        for row, prediction in zip(rows, found, strict=True)
    ]


def _words(session: Session, ids: Sequence[int]) -> list[tuple[int, Words]]:
    rows = session.exec(select(WordsRow).where(col(WordsRow.item_id).in_(ids)).order_by(col(WordsRow.id)))
    return [
        (
            row.item_id,
            Words(
                part=Part(row.part),
                user=row.user_id,
                verdict=row.verdict,
                note=row.note,
                said_at=row.said_at,
                version=row.version,
            ),
        )
        for row in rows
    ]


def _settlements(session: Session, ids: Sequence[int]) -> list[tuple[int, Settlement]]:
    rows = session.exec(
        select(SettlementRow).where(col(SettlementRow.item_id).in_(ids)).order_by(col(SettlementRow.id))
    )
    return [
        (
            row.item_id,
            Settlement(
                part=Part(row.part),
                verdict=row.verdict,
                user=row.user_id,
                reason=row.reason,
                settled_at=row.settled_at,
            ),
        )
        for row in rows
    ]
