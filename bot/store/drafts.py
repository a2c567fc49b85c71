"""Drafts of stakeholder updates, and what happened to each: its events are added, never changed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from bot.domain.charts import Chart
from bot.domain.draft_states import DraftState, Move
from bot.domain.drafts import Draft
from bot.domain.updates import Body, Facts
from bot.domain.window import Window
from bot.errors import UserError
from bot.store.json import dumped, loaded
from bot.store.tables import DraftEventRow, DraftRow
from bot.store.upsert import insert_into, inserted


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDraft:
    """What a draft is before it has a number."""

    product_id: int
    week: Window
    post_due: datetime
    body: Body
    facts: Facts
    approver: str | None = None
    deputy: str | None = None
    chart: Chart | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Who moves a draft, when, and how; *user* is empty where Muster does. *reason*: why, where it takes one."""

    user: str
    at: datetime
    move: Move
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftEvent:
    """What happened to a draft; *user* is empty where Muster did it. *detail* holds the `reason` if any, and the `body`
    as it was before, where the words changed.
    """

    at: datetime
    user: str
    what: Move
    before: DraftState | None
    after: DraftState
    detail: dict[str, Any]


class DraftChangedError(UserError):
    """Somebody moved the draft after it was read; *last* is what they did."""

    def __init__(self, last: DraftEvent | None) -> None:
        super().__init__("This update was changed meanwhile; yours was not saved. Look at it again, then repeat it.")
        self.last = last


def add(session: Session, new: NewDraft, change: Change) -> Draft | None:
    """Write down the draft of a week; None where that week has one already."""
    statement = insert_into(session, DraftRow).on_conflict_do_nothing(index_elements=["product_id", "week_end"])
    values = {
        "product_id": new.product_id,
        "week_start": new.week.start,
        "week_end": new.week.end,
        "post_due": new.post_due,
        "state": DraftState.DRAFTED,
        "approver": new.approver,
        "deputy": new.deputy,
        "body": dumped(new.body),
        "facts": dumped(new.facts),
        "remarks": list(new.remarks),
        "ticks": [],
        "chart": dumped(new.chart) if new.chart else None,
        "made_at": change.at,
        "reason": "",
        "version": 1,
    }
    if inserted(session, statement.values(**values)) == 0:
        return None
    draft = of_week(session, new.product_id, new.week.end)
    assert draft is not None  # noqa: S101 it was just written
    _note(session, draft.id, change, before=None, after=draft, was=None)
    return draft


def save(session: Session, before: Draft, after: Draft, change: Change) -> Draft:
    """Replace a draft, which was read as *before*, by *after*. Raises `DraftChangedError` where somebody was first."""
    statement = (
        update(DraftRow)
        .where(col(DraftRow.id) == before.id, col(DraftRow.version) == before.version)
        .values(**_values(after), version=before.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    if session.exec(statement).rowcount == 0:
        raise DraftChangedError(last_event(session, before.id))
    was = before.body if before.body != after.body else None
    _note(session, before.id, change, before=before.state, after=after, was=was)
    return replace(after, version=before.version + 1)


def with_id(session: Session, draft_id: int) -> Draft | None:
    """The draft with this number, None where there is none."""
    return next(iter(_read(session, col(DraftRow.id) == draft_id)), None)


def of_week(session: Session, product_id: int, week_end: datetime) -> Draft | None:
    """The draft of the week that ends at *week_end*, None where there is none."""
    return next(iter(_read(session, col(DraftRow.product_id) == product_id, col(DraftRow.week_end) == week_end)), None)


def of_product(session: Session, product_id: int, *, limit: int = 1) -> list[Draft]:
    """The drafts of a product, the latest week first."""
    return _read(session, col(DraftRow.product_id) == product_id, limit=limit)


def before_week(session: Session, product_id: int, week_end: datetime) -> list[Draft]:
    """The drafts of the weeks before the one that ends at *week_end*, the latest first; at most a year's."""
    return _read(session, col(DraftRow.product_id) == product_id, col(DraftRow.week_end) < week_end, limit=52)


def in_states(session: Session, states: frozenset[DraftState]) -> list[Draft]:
    """The drafts of all products in these states, the latest week first."""
    return _read(session, col(DraftRow.state).in_(list(states)))


def history(session: Session, draft_id: int) -> list[DraftEvent]:
    """What happened to a draft, the first thing first."""
    rows = session.exec(
        select(DraftEventRow).where(col(DraftEventRow.draft_id) == draft_id).order_by(col(DraftEventRow.id))
    )
    return [_event(row) for row in rows]


def last_event(session: Session, draft_id: int) -> DraftEvent | None:
    """The latest thing that happened to a draft, None where there is none."""
    row = session.exec(
        select(DraftEventRow).where(col(DraftEventRow.draft_id) == draft_id).order_by(col(DraftEventRow.id).desc())
    ).first()
    return _event(row) if row else None


def _note(
    session: Session, draft_id: int, change: Change, *, before: DraftState | None, after: Draft, was: Body | None
) -> None:
    detail = ({"reason": change.reason} if change.reason else {}) | ({"body": dumped(was)} if was else {})
    session.add(
        DraftEventRow(
            draft_id=draft_id,
            at=change.at,
            user_id=change.user,
            what=change.move,
            before=before or "",
            after=after.state,
            detail=detail,
        )
    )
    session.flush()


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "state": draft.state,
        "body": dumped(draft.body),
        "ticks": list(draft.ticks),
        "decided_by": draft.decided_by,
        "decided_at": draft.decided_at,
        "reason": draft.reason,
        "post_key": draft.post_key,
        "posted_at": draft.posted_at,
        "corrected_by": draft.corrected_by,
        "corrected_at": draft.corrected_at,
    }


def _read(session: Session, *where: ColumnElement[bool], limit: int | None = None) -> list[Draft]:
    statement = select(DraftRow).where(*where).order_by(col(DraftRow.week_end).desc(), col(DraftRow.id).desc())
    # Somebody else may have moved it since this session read it.
    rows = session.exec(statement.limit(limit).execution_options(populate_existing=True))
    return [_draft(row) for row in rows]


def _draft(row: DraftRow) -> Draft:
    assert row.id is not None  # noqa: S101 a stored row has its key
    kept = row.model_dump(exclude={"week_start", "week_end", "state", "body", "facts", "remarks", "ticks", "chart"})
    return Draft(
        **kept,
        week=Window(row.week_start.astimezone(UTC), row.week_end.astimezone(UTC)),
        state=DraftState(row.state),
        body=loaded(Body, row.body),
        facts=loaded(Facts, row.facts),
        remarks=tuple(row.remarks),
        ticks=tuple(row.ticks),
        chart=loaded(Chart, row.chart) if row.chart else None,
    )


def _event(row: DraftEventRow) -> DraftEvent:
    return DraftEvent(
        at=row.at,
        user=row.user_id,
        what=Move(row.what),
        before=DraftState(row.before) if row.before else None,
        after=DraftState(row.after),
        detail=row.detail,
    )
