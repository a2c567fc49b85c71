"""Fixes and what became of them; every change writes down who made it and why."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from bot.domain.fixes import OPEN, Fix, FixKind, FixState, Scores
from bot.errors import UserError
from bot.store.tables import FixEventRow, FixItemRow, FixRow, ReviewItemRow, ReviewRow
from bot.store.upsert import insert_into, inserted


class FixChangedError(UserError):
    """Somebody else changed this fix after it was read; *user* is who."""

    def __init__(self, fix_id: int, user: str | None) -> None:
        who = f"<@{user}>" if user else "Somebody"
        super().__init__(
            f"{who} changed fix {fix_id} meanwhile; yours was not saved. Look at it again, then repeat it."
        )
        self.user = user


@dataclass(frozen=True, kw_only=True, slots=True)
class NewFix:
    """What a fix is before it has a number."""

    product_id: int
    review_id: int
    title: str
    kind: FixKind
    state: FixState = FixState.PROPOSED
    owner: str | None = None
    due: date | None = None
    item_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Who changes a fix, when, and what they do: `proposed`, `scored`, a state. *reason*: why, where it takes one."""

    user: str
    at: datetime
    what: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FixEvent:
    """What happened to a fix. *detail* holds what changed as `{field: [before, after]}`, and the `reason` if any."""

    at: datetime
    user: str
    what: str
    detail: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedError:
    """An error that a fix is about, by the row of its prediction."""

    fix_id: int
    title: str
    state: FixState
    shipped_at: datetime | None
    row_id: int


def one_at_a_time(session: Session, review_id: int) -> None:
    """Let nobody else gather the fixes of this review before this transaction ends."""
    session.exec(select(ReviewRow.id).where(col(ReviewRow.id) == review_id).with_for_update()).all()


def of_review(session: Session, review_id: int) -> list[Fix]:
    """Every fix of a review, dropped ones too, by number."""
    return _read(session, col(FixRow.review_id) == review_id)


def of_product(session: Session, product_id: int, states: Collection[FixState] = OPEN) -> list[Fix]:
    """The fixes of a product in these states, by number."""
    return _read(session, col(FixRow.product_id) == product_id, col(FixRow.state).in_(list(states)))


def of_owner(session: Session, user: str, states: Collection[FixState] = OPEN) -> list[Fix]:
    """The fixes that *user* owns in these states, by number."""
    return _read(session, col(FixRow.owner) == user, col(FixRow.state).in_(list(states)))


def with_id(session: Session, fix_id: int) -> Fix | None:
    """The fix with this number, None where there is none."""
    return next(iter(_read(session, col(FixRow.id) == fix_id)), None)


def add(session: Session, new: NewFix, change: Change) -> Fix:
    """Write down a new fix and the items it is about; an item that belongs to another fix stays there."""
    row = FixRow(
        product_id=new.product_id,
        review_id=new.review_id,
        title=new.title,
        kind=new.kind,
        owner=new.owner,
        due=new.due,
        state=new.state,
        created_by=change.user,
        created_at=change.at,
    )
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 a flushed row has its key
    _hold(session, row.id, new.item_ids)
    _note(session, row.id, change, {"title": [None, new.title], **({"owner": [None, new.owner]} if new.owner else {})})
    return _one(session, row.id)


def save(session: Session, fix: Fix, change: Change) -> Fix:
    """Replace a fix by *fix*, which was read at its `version`; its items stay. Raises `FixChangedError`."""
    before = with_id(session, fix.id)
    statement = (
        update(FixRow)
        .where(col(FixRow.id) == fix.id, col(FixRow.version) == fix.version)
        .values(**_values(fix), version=fix.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    if before is None or session.exec(statement).rowcount == 0:
        raise FixChangedError(fix.id, _last_user(session, fix.id))
    _note(session, fix.id, change, _differences(before, fix))
    return _one(session, fix.id)


def merge(session: Session, merged: Fix, into: Fix, change: Change) -> Fix:
    """Let *into* be about the items of *merged* too, which is dropped. Raises `FixChangedError`."""
    _lock(session, [merged.id, into.id])
    change = replace(change, what="merged", reason=change.reason or f"merged into {into.id}")
    save(session, replace(merged, state=FixState.DROPPED, this_week=False), change)
    return _hand_over(session, merged, into, merged.item_ids, replace(change, reason=f"merged with {merged.id}"))


def split(session: Session, fix: Fix, item_ids: Collection[int], title: str, change: Change) -> Fix:
    """Make a fix of its own out of these items of *fix*, and return it. Raises `FixChangedError`."""
    change = replace(change, what="split")
    new = NewFix(product_id=fix.product_id, review_id=fix.review_id, title=title, kind=fix.kind, state=fix.state)
    made = add(session, replace(new, due=fix.due, owner=fix.owner), replace(change, reason=f"split from {fix.id}"))
    save(session, fix, replace(change, reason=f"split into {made.id}"))
    _move(session, fix.id, made.id, item_ids)
    return _one(session, made.id)


def move_items(session: Session, source: Fix, target: Fix, item_ids: Collection[int], change: Change) -> Fix:
    """Let *target* be about these items of *source*; returns *target*. Raises `FixChangedError`."""
    _lock(session, [source.id, target.id])
    save(session, source, replace(change, reason=change.reason or f"moved to {target.id}"))
    return _hand_over(session, source, target, item_ids, change)


def attach(session: Session, fix: Fix, item_ids: Collection[int], change: Change) -> Fix:
    """Let *fix* be about these items too, which belong to no fix yet. Raises `FixChangedError`."""
    save(session, fix, change)
    _hold(session, fix.id, item_ids)
    return _one(session, fix.id)


def restore(session: Session, before: Fix, version: int, change: Change) -> Fix:
    """Let a fix, which is at *version*, be again as it was: its items come back to it. Raises `FixChangedError`."""
    save(session, replace(before, version=version), change)
    session.exec(
        update(FixItemRow)
        .where(col(FixItemRow.item_id).in_(list(before.item_ids)))
        .values(fix_id=before.id)
        .execution_options(synchronize_session="fetch")
    )
    return _one(session, before.id)


def history(session: Session, fix_id: int) -> list[FixEvent]:
    """What happened to a fix, the first thing first."""
    rows = session.exec(select(FixEventRow).where(col(FixEventRow.fix_id) == fix_id).order_by(col(FixEventRow.id)))
    return [FixEvent(at=row.at, user=row.user_id, what=row.what, detail=row.detail) for row in rows]


def errors_of(session: Session, product_id: int) -> list[FixedError]:
    """Every error that a fix of a product is about, those folded into its items too, by number of the fix."""
    rows = session.exec(
        select(FixRow, ReviewItemRow)
        .join(FixItemRow, col(FixItemRow.fix_id) == col(FixRow.id))
        .join(ReviewItemRow, col(ReviewItemRow.id) == col(FixItemRow.item_id))
        .where(col(FixRow.product_id) == product_id)
        .order_by(col(FixRow.id), col(ReviewItemRow.rank))
    )
    return [
        FixedError(
            fix_id=fix.id or 0, title=fix.title, state=FixState(fix.state), shipped_at=fix.shipped_at, row_id=row_id
        )
        for fix, item in rows
        for row_id in (item.prediction_row_id, *item.alike)
    ]


def _lock(session: Session, fix_ids: Collection[int]) -> None:
    """Take hold of several fixes, in one order for everybody: two who take them crosswise would wait for each other."""
    session.exec(
        select(FixRow.id).where(col(FixRow.id).in_(list(fix_ids))).order_by(col(FixRow.id)).with_for_update()
    ).all()


def _hold(session: Session, fix_id: int, item_ids: Iterable[int]) -> None:
    for item_id in item_ids:
        statement = insert_into(session, FixItemRow).on_conflict_do_nothing(index_elements=["item_id"])
        inserted(session, statement.values(item_id=item_id, fix_id=fix_id))


def _hand_over(session: Session, source: Fix, target: Fix, item_ids: Collection[int], change: Change) -> Fix:
    save(session, target, change)
    _move(session, source.id, target.id, item_ids)
    return _one(session, target.id)


def _move(session: Session, source: int, target: int, item_ids: Collection[int]) -> None:
    session.exec(
        update(FixItemRow)
        .where(col(FixItemRow.fix_id) == source, col(FixItemRow.item_id).in_(list(item_ids)))
        .values(fix_id=target)
        .execution_options(synchronize_session="fetch")
    )


def _note(session: Session, fix_id: int, change: Change, changed: dict[str, Any]) -> None:
    detail = changed | ({"reason": change.reason} if change.reason else {})
    session.add(FixEventRow(fix_id=fix_id, at=change.at, user_id=change.user, what=change.what, detail=detail))
    session.flush()


def _last_user(session: Session, fix_id: int) -> str | None:
    return session.exec(
        select(FixEventRow.user_id).where(col(FixEventRow.fix_id) == fix_id).order_by(col(FixEventRow.id).desc())
    ).first()


def _values(fix: Fix) -> dict[str, Any]:
    scores = fix.scores
    return {
        "title": fix.title,
        "kind": fix.kind,
        "impact": scores.impact if scores else None,
        "feasibility": scores.feasibility if scores else None,
        "risk": scores.risk if scores else None,
        "alignment": scores.alignment if scores else None,
        "this_week": fix.this_week,
        "owner": fix.owner,
        "due": fix.due,
        "state": fix.state,
        "shipped_at": fix.shipped_at,
    }


def _differences(before: Fix, after: Fix) -> dict[str, Any]:
    old, new = _values(before), _values(after)
    return {name: [_plain(old[name]), _plain(new[name])] for name in new if old[name] != new[name]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _one(session: Session, fix_id: int) -> Fix:
    return _read(session, col(FixRow.id) == fix_id)[0]


def _read(session: Session, *where: ColumnElement[bool]) -> list[Fix]:
    statement = select(FixRow).where(*where).order_by(col(FixRow.id)).execution_options(populate_existing=True)
    rows = list(session.exec(statement))
    items = _items(session, [row.id or 0 for row in rows])
    return [_fix(row, tuple(item for fix_id, item in items if fix_id == row.id)) for row in rows]


def _items(session: Session, fix_ids: Iterable[int]) -> list[tuple[int, int]]:
    rows = session.exec(
        select(FixItemRow.fix_id, FixItemRow.item_id)
        .where(col(FixItemRow.fix_id).in_(list(fix_ids)))
        .order_by(col(FixItemRow.item_id))
    )
    return list(rows)


def _fix(row: FixRow, item_ids: tuple[int, ...]) -> Fix:
    assert row.id is not None  # noqa: S101 a stored row has its key
    kept = row.model_dump(exclude={"kind", "impact", "feasibility", "risk", "alignment", "state", "created_by"})
    kept.pop("created_at")
    return Fix(**kept, kind=FixKind(row.kind), state=FixState(row.state), scores=_scores(row), item_ids=item_ids)


def _scores(row: FixRow) -> Scores | None:
    if row.impact is None or row.feasibility is None or row.risk is None or row.alignment is None:
        return None
    return Scores(impact=row.impact, feasibility=row.feasibility, risk=row.risk, alignment=row.alignment)
