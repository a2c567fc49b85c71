"""Bad answers that people met in Slack and reported: each a prediction with the voices of those who met it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists
from sqlmodel import Session, col, delete, select, update

from bot.store.tables import GoldenRow, IncidentPredictionRow, PredictionRow, ReportRow, ReviewItemRow, TruthRow
from bot.store.upsert import insert_into


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """One person's report of an answer. `item_id` is the seat it got in a review, None while it waits for one."""

    id: int
    product_id: int
    prediction_row_id: int
    user: str
    note: str
    reported_at: datetime
    item_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A reported answer with everybody who reported it since its last review, the first one first."""

    prediction_row_id: int
    voices: tuple[Voice, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """The reports it is made of: what `seat` takes."""
        return tuple(one.id for one in self.voices)


def keep(
    session: Session,
    *,
    product_id: int,
    prediction_row_id: int,
    user: str,
    channel: str,
    ts: str,
    note: str,
    now: datetime,
) -> Voice:
    """Write down that *user* reports a message; who reported it before says it in other words."""
    statement = insert_into(session, ReportRow).values(
        product_id=product_id,
        prediction_row_id=prediction_row_id,
        user_id=user,
        channel=channel,
        ts=ts,
        note=note,
        reported_at=now,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["product_id", "channel", "ts", "user_id"], set_={"note": statement.excluded.note}
        )
    )
    return next(one for one in of_prediction(session, prediction_row_id) if one.user == user)


def of_prediction(session: Session, prediction_row_id: int) -> list[Voice]:
    """Everybody who reported an answer, the first one first, whether it sat in a review or not."""
    rows = session.exec(
        select(ReportRow)
        .where(col(ReportRow.prediction_row_id) == prediction_row_id)
        .order_by(col(ReportRow.id))
        .execution_options(populate_existing=True)
    )
    return [_voice(row) for row in rows]


def of_message(session: Session, channel: str, ts: str) -> list[Voice]:
    """Everybody who reported a message, for whatever product, the first one first."""
    rows = session.exec(
        select(ReportRow).where(col(ReportRow.channel) == channel, col(ReportRow.ts) == ts).order_by(col(ReportRow.id))
    )
    return [_voice(row) for row in rows]


def with_id(session: Session, report_id: int) -> Voice | None:
    """The report of this id, None where it was withdrawn."""
    row = session.get(ReportRow, report_id)
    return _voice(row) if row else None


def waiting(session: Session, product_id: int) -> list[Report]:
    """What was reported and has had no seat in a review yet: the most voices first, then the oldest."""
    rows = session.exec(
        select(ReportRow)
        .where(col(ReportRow.product_id) == product_id, col(ReportRow.item_id).is_(None))
        .order_by(col(ReportRow.reported_at), col(ReportRow.id))
    )
    voices: dict[int, list[Voice]] = defaultdict(list)
    for row in rows:
        voices[row.prediction_row_id].append(_voice(row))
    found = [Report(prediction_row_id=row_id, voices=tuple(several)) for row_id, several in voices.items()]
    return sorted(found, key=lambda one: (-len(one.voices), one.voices[0].reported_at, one.voices[0].id))


def seat(session: Session, report_ids: Iterable[int], item_id: int) -> None:
    """Say that these reports have their seat in a review."""
    session.exec(update(ReportRow).where(col(ReportRow.id).in_(list(report_ids))).values(item_id=item_id))


def unseat(session: Session, review_id: int) -> None:
    """Let the reports that sit in a review wait again: to be called before its seats are made anew."""
    seats = select(ReviewItemRow.id).where(col(ReviewItemRow.review_id) == review_id)
    session.exec(update(ReportRow).where(col(ReportRow.item_id).in_(seats)).values(item_id=None))


def withdraw(session: Session, voice: Voice) -> bool:
    """Forget a report that has no seat yet, and the answer itself where nothing else is about it. False: it has one."""
    statement = delete(ReportRow).where(col(ReportRow.id) == voice.id, col(ReportRow.item_id).is_(None))
    if not session.exec(statement).rowcount:
        return False
    row_id = col(PredictionRow.id)
    used = [
        exists().where(col(ReportRow.prediction_row_id) == row_id),
        exists().where(col(TruthRow.prediction_row_id) == row_id),
        exists().where(col(GoldenRow.prediction_row_id) == row_id),
        exists().where(col(ReviewItemRow.prediction_row_id) == row_id),
        exists().where(col(IncidentPredictionRow.prediction_row_id) == row_id),
    ]
    session.exec(delete(PredictionRow).where(row_id == voice.prediction_row_id, *(~one for one in used)))
    return True


def _voice(row: ReportRow) -> Voice:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return Voice(
        id=row.id,
        product_id=row.product_id,
        prediction_row_id=row.prediction_row_id,
        user=row.user_id,
        note=row.note,
        reported_at=row.reported_at,
        item_id=row.item_id,
    )
