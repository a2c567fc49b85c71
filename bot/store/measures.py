"""Windows of predictions in numbers, as they were measured."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain.measuring import KeptMeasure, Measured
from bot.domain.window import Window
from bot.store.json import dumped, loaded
from bot.store.tables import MeasureRow
from bot.store.upsert import insert_into


def keep(session: Session, product_id: int, window: Window, measured: Measured, now: datetime) -> None:
    """Write a window's numbers down; measured again, the latest hold."""
    values = {"measured": dumped(measured), "measured_at": now}
    statement = insert_into(session, MeasureRow).values(
        product_id=product_id, window_start=window.start, window_end=window.end, **values
    )
    session.execute(
        statement.on_conflict_do_update(index_elements=["product_id", "window_start", "window_end"], set_=values)
    )


def latest(session: Session, product_id: int, as_of: datetime, *, since: datetime) -> list[KeptMeasure]:
    """The windows that ended after *since* and by *as_of*, the one that ended last first."""
    rows = session.exec(
        select(MeasureRow)
        .where(
            col(MeasureRow.product_id) == product_id,
            col(MeasureRow.window_end) <= as_of,
            col(MeasureRow.window_end) > since,
        )
        .order_by(col(MeasureRow.window_end).desc(), col(MeasureRow.window_start).desc())
    )
    return [
        KeptMeasure(
            window=Window(row.window_start, row.window_end),
            measured=loaded(Measured, row.measured),
            measured_at=row.measured_at,
        )
        for row in rows
    ]
