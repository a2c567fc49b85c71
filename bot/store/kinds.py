"""Kinds of error in the team's own words; two can be merged, and history follows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from bot.domain.text import one_line
from bot.store.tables import ErrorKindRow, ReviewItemRow, ReviewRow
from bot.store.upsert import insert_into, inserted


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorKind:
    """A kind of error as a team calls it."""

    id: int
    product_id: int
    name: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KindCount:
    """A kind with how many errors it was met in, in how many reviews, and since when it has a name; those merged into
    it count.
    """

    kind: ErrorKind
    items: int
    reviews: int
    since: datetime


def of_product(session: Session, product_id: int) -> list[ErrorKind]:
    """A product's kinds of error, those merged into others left out, the first one first."""
    rows = session.exec(
        select(ErrorKindRow)
        .where(col(ErrorKindRow.product_id) == product_id, col(ErrorKindRow.merged_into).is_(None))
        .order_by(col(ErrorKindRow.id))
    )
    return [_kind(row) for row in rows]


def called(session: Session, product_id: int, name: str, *, by: str, now: datetime) -> ErrorKind:
    """The kind with this name, made if there is none; case and white space do not matter, a merged one is followed."""
    shown, folded = one_line(name), _folded(name)
    statement = insert_into(session, ErrorKindRow).on_conflict_do_nothing(index_elements=["product_id", "folded"])
    inserted(session, statement.values(product_id=product_id, name=shown, folded=folded, created_by=by, created_at=now))
    row = session.exec(
        select(ErrorKindRow).where(col(ErrorKindRow.product_id) == product_id, col(ErrorKindRow.folded) == folded)
    ).one()
    return _kind(_followed(session, row))


def named(session: Session, product_id: int, name: str) -> ErrorKind | None:
    """The kind with this name as it is now, None where there is none; nothing is made."""
    row = session.exec(
        select(ErrorKindRow).where(
            col(ErrorKindRow.product_id) == product_id, col(ErrorKindRow.folded) == _folded(name)
        )
    ).first()
    return _kind(_followed(session, row)) if row else None


def with_id(session: Session, product_id: int, kind_id: int) -> ErrorKind | None:
    """The kind of this id as it is now, None where the product has none."""
    row = session.get(ErrorKindRow, kind_id)
    return _kind(_followed(session, row)) if row and row.product_id == product_id else None


def merge(session: Session, merged: int, into: int) -> Mapping[int, int | None]:
    """Let the kind *merged* be *into* from now on, also in what was said before.

    Returns what `unmerge` takes: the kinds that changed, each with what it was merged into before. Nothing changes, and
    it is empty, where either of them was merged meanwhile, or both are the same.
    """
    both = session.exec(
        select(ErrorKindRow)
        .where(col(ErrorKindRow.id).in_([merged, into]), col(ErrorKindRow.merged_into).is_(None))
        .order_by(col(ErrorKindRow.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(both) != 2:  # noqa: PLR2004 the one and the other
        return {}
    family = (col(ErrorKindRow.id) == merged) | (col(ErrorKindRow.merged_into) == merged)
    rows = session.exec(select(ErrorKindRow.id, ErrorKindRow.merged_into).where(family)).all()
    before = {kind_id: was for kind_id, was in rows if kind_id is not None}
    _point(session, before, into)
    return before


def unmerge(session: Session, before: Mapping[int, int | None], into: int) -> bool:
    """Let kinds that were merged into *into* be again what they were; False, and nothing changes, where something else
    was merged with them since.
    """
    rows = session.exec(
        select(ErrorKindRow.id)
        .where(col(ErrorKindRow.id).in_(list(before)), col(ErrorKindRow.merged_into) == into)
        .order_by(col(ErrorKindRow.id))
        .with_for_update()
    ).all()
    target = session.get(ErrorKindRow, into)
    if len(rows) != len(before) or target is None or target.merged_into is not None:
        return False
    for was in set(before.values()):
        _point(session, [kind_id for kind_id, one in before.items() if one == was], was)
    return True


def counts(session: Session, product_id: int) -> list[KindCount]:
    """A product's kinds with how often they were met: the most frequent first, then the older."""
    met: dict[int, list[int]] = defaultdict(list)
    for kind_id, review_id in _met(session, product_id):
        met[kind_id].append(review_id)
    found = [
        KindCount(kind=kind, items=len(met[kind.id]), reviews=len(set(met[kind.id])), since=since)
        for kind, since in _families(session, product_id)
    ]
    return sorted(found, key=lambda one: (-one.items, one.kind.id))


def in_order(session: Session, product_id: int) -> list[int]:
    """The kind of each reviewed error of a product that was given one, in the order they were reviewed."""
    return [kind_id for kind_id, _ in _met(session, product_id)]


def names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """What these kinds are called now, by their ids."""
    rows = session.exec(select(ErrorKindRow).where(col(ErrorKindRow.id).in_(list(ids))))
    return {row.id: _followed(session, row).name for row in rows if row.id is not None}


def _met(session: Session, product_id: int) -> list[tuple[int, int]]:
    """Kind and review of each reviewed error that was given a kind, in the order they were reviewed."""
    rows = session.exec(
        select(ErrorKindRow.id, ErrorKindRow.merged_into, ReviewItemRow.review_id)
        .join(ReviewItemRow, col(ReviewItemRow.kind_id) == col(ErrorKindRow.id))
        .join(ReviewRow, col(ReviewRow.id) == col(ReviewItemRow.review_id))
        .where(col(ErrorKindRow.product_id) == product_id, col(ReviewItemRow.reviewed_at).is_not(None))
        .order_by(col(ReviewItemRow.reviewed_at), col(ReviewItemRow.review_id), col(ReviewItemRow.rank))
    )
    return [(merged_into or kind_id or 0, review_id) for kind_id, merged_into, review_id in rows]


def _families(session: Session, product_id: int) -> list[tuple[ErrorKind, datetime]]:
    """The kinds, each with when the first of those that it is now was named."""
    rows = session.exec(select(ErrorKindRow).where(col(ErrorKindRow.product_id) == product_id)).all()
    since: dict[int, datetime] = {}
    for row in rows:
        kind_id = row.merged_into or row.id or 0
        since[kind_id] = min(row.created_at, since.get(kind_id, row.created_at))
    return [(_kind(row), since[row.id or 0]) for row in rows if row.merged_into is None]


def _point(session: Session, kind_ids: Iterable[int], into: int | None) -> None:
    session.exec(
        update(ErrorKindRow)
        .where(col(ErrorKindRow.id).in_(list(kind_ids)))
        .values(merged_into=into)
        .execution_options(synchronize_session="fetch")
    )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _followed(session: Session, row: ErrorKindRow) -> ErrorKindRow:
    if row.merged_into is None:
        return row
    target = session.get(ErrorKindRow, row.merged_into)
    return row if target is None else target


def _kind(row: ErrorKindRow) -> ErrorKind:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return ErrorKind(
        id=row.id, product_id=row.product_id, name=row.name, created_by=row.created_by, created_at=row.created_at
    )
