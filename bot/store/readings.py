"""Readings: what was measured, when and by whom. A corrected one replaces, and the history keeps both."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select, update

from bot.domain.metrics import Unit
from bot.domain.readings import NewReading, Origin, Reading
from bot.domain.window import Window
from bot.store.tables import ReadingRow
from bot.store.upsert import insert_into, inserted


class Kept(StrEnum):
    """What became of a reading that came in."""

    NEW = "new"
    SAME = "same"
    REPLACED = "replaced"


def keep(session: Session, product_id: int, reading: NewReading, *, by: str, now: datetime) -> Kept:
    """Write *reading* down as entered by *by*; where one of the same metric and window says something else, it takes
    its place, and that one stays in the history.

    Of two people at once both are kept, the later in place of the earlier.
    """
    kept = Kept.NEW
    while not _insert(session, product_id, reading, by=by, now=now):
        found = standing(session, product_id, reading.metric, reading.window)
        if found is not None and _says_the_same(found, reading):
            return Kept.SAME
        _replace(session, found, now)
        kept = Kept.REPLACED
    return kept


def keep_all(
    session: Session, product_id: int, readings: Iterable[NewReading], *, by: str, now: datetime
) -> dict[Kept, int]:
    """`keep` each of *readings*, and how many came to what."""
    counts = dict.fromkeys(Kept, 0)
    # In one order for everybody: two writers of the same rows in different orders would deadlock on Postgres.
    for reading in sorted(readings, key=lambda one: (one.metric, one.window.start, one.window.end)):
        counts[keep(session, product_id, reading, by=by, now=now)] += 1
    return counts


def of_product(session: Session, product_id: int, *, metrics: Iterable[str], since: datetime) -> list[Reading]:
    """The readings that stand of these *metrics* whose window ends at or after *since*, oldest first."""
    rows = session.exec(
        select(ReadingRow)
        .where(
            col(ReadingRow.product_id) == product_id,
            col(ReadingRow.metric).in_(sorted(metrics)),
            col(ReadingRow.window_end) >= since,
            col(ReadingRow.replaced_at).is_(None),
        )
        .order_by(col(ReadingRow.window_end), col(ReadingRow.id))
    )
    return [_reading(row) for row in rows]


def last_before(session: Session, product_id: int, metrics: Iterable[str], instant: datetime) -> list[Reading]:
    """Of each of *metrics* the reading that stands whose window ended last, before *instant*; of several, all."""
    standing = (
        col(ReadingRow.product_id) == product_id,
        col(ReadingRow.window_end) < instant,
        col(ReadingRow.replaced_at).is_(None),
    )
    latest = (
        select(ReadingRow.metric, func.max(ReadingRow.window_end).label("ended"))
        .where(*standing, col(ReadingRow.metric).in_(sorted(metrics)))
        .group_by(ReadingRow.metric)
        .subquery()
    )
    at_the_end = (col(ReadingRow.metric) == latest.c.metric) & (col(ReadingRow.window_end) == latest.c.ended)
    return [_reading(row) for row in session.exec(select(ReadingRow).join(latest, at_the_end).where(*standing))]


def history(session: Session, product_id: int, metric: str, *, since: datetime) -> list[Reading]:
    """Every reading of *metric* whose window ends at or after *since*, the replaced ones too, by window, then as they
    were entered.
    """
    rows = session.exec(
        select(ReadingRow)
        .where(
            col(ReadingRow.product_id) == product_id,
            col(ReadingRow.metric) == metric,
            col(ReadingRow.window_end) >= since,
        )
        .order_by(col(ReadingRow.window_end), col(ReadingRow.window_start), col(ReadingRow.id))
    )
    return [_reading(row) for row in rows]


def with_ids(session: Session, ids: Iterable[int]) -> dict[int, Reading]:
    """The readings of these ids, also where they were replaced since."""
    rows = session.exec(select(ReadingRow).where(col(ReadingRow.id).in_(sorted(set(ids)))))
    return {reading.id: reading for reading in map(_reading, rows)}


def standing(session: Session, product_id: int, metric: str, window: Window) -> Reading | None:
    """The reading of *metric* over exactly this *window* that stands, None where there is none."""
    row = session.exec(
        select(ReadingRow).where(
            col(ReadingRow.product_id) == product_id,
            col(ReadingRow.metric) == metric,
            col(ReadingRow.window_start) == window.start,
            col(ReadingRow.window_end) == window.end,
            col(ReadingRow.replaced_at).is_(None),
        )
    ).first()
    return None if row is None else _reading(row)


def withdraw(session: Session, reading_id: int, now: datetime) -> bool:
    """Let a reading stand no longer, with nothing in its place; it stays in the history. False where it did not stand
    any more.
    """
    statement = update(ReadingRow).where(col(ReadingRow.id) == reading_id, col(ReadingRow.replaced_at).is_(None))
    return session.exec(statement.values(replaced_at=now)).rowcount == 1


def measured_metrics(session: Session, product_id: int, *, origin: Origin | None = None) -> set[str]:
    """The metrics that have had a reading (of this *origin*): the others are off until their first."""
    asked = select(ReadingRow.metric).where(col(ReadingRow.product_id) == product_id).distinct()
    if origin is not None:
        asked = asked.where(col(ReadingRow.origin) == origin)
    return set(session.exec(asked))


def _insert(session: Session, product_id: int, reading: NewReading, *, by: str, now: datetime) -> bool:
    values = {
        "product_id": product_id,
        "metric": reading.metric,
        "value": reading.value,
        "unit": reading.unit,
        "window_start": reading.window.start,
        "window_end": reading.window.end,
        "n": reading.n,
        "sd": reading.sd,
        "low": reading.low,
        "high": reading.high,
        "origin": reading.origin,
        "source": reading.source,
        "entered_by": by,
        "entered_at": now,
    }
    return inserted(session, insert_into(session, ReadingRow).values(values).on_conflict_do_nothing()) == 1


def _replace(session: Session, found: Reading | None, now: datetime) -> None:
    if found is not None:
        withdraw(session, found.id, now)


def _says_the_same(found: Reading, reading: NewReading) -> bool:
    return all(
        getattr(found, field) == getattr(reading, field) for field in ("value", "unit", "n", "sd", "low", "high")
    )


def _reading(row: ReadingRow) -> Reading:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return Reading(
        id=row.id,
        metric=row.metric,
        value=row.value,
        unit=Unit(row.unit),
        window=Window(row.window_start, row.window_end),
        n=row.n,
        sd=row.sd,
        low=row.low,
        high=row.high,
        origin=Origin(row.origin),
        source=row.source,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        replaced_at=row.replaced_at,
    )
