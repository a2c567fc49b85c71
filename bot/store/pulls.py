"""Pulls: what a source said of a window, kept for the ritual to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain.prediction import Prediction
from bot.domain.ranking import Ranking
from bot.domain.summary import Summary
from bot.domain.window import Window
from bot.store import predictions
from bot.store.json import dumped, loaded
from bot.store.tables import PullRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Pull:
    """The worst of a window (*pool*, worst first) and the window in numbers, beside the one before it.

    `last` is None when there was nothing to compare with. `row_ids` are the pool's rows, in the same order.
    """

    window: Window
    ranking: Ranking
    pool: tuple[Prediction, ...]
    row_ids: tuple[int, ...]
    this: Summary
    last: Summary | None
    pulled_at: datetime


def keep(
    session: Session,
    product_id: int,
    *,
    window: Window,
    ranking: Ranking,
    pool: Sequence[Prediction],
    this: Summary,
    last: Summary | None,
    now: datetime,
) -> None:
    """Write down what the source said; a second answer for the same window replaces the first."""
    row_ids = predictions.keep(session, product_id, pool, loaded=False)
    row = _row(session, product_id, window) or PullRow(
        product_id=product_id, window_start=window.start, window_end=window.end, ranking=ranking, pulled_at=now
    )
    row.ranking, row.pulled_at = ranking, now
    row.pool = [row_ids[one.identity] for one in pool]
    row.this_week = dumped(this)
    row.last_week = dumped(last) if last else None
    session.add(row)
    session.flush()


def of_window(session: Session, product_id: int, window: Window) -> Pull | None:
    """What the source said of *window*, None when it was never asked or never answered."""
    row = _row(session, product_id, window)
    if row is None:
        return None
    return Pull(
        window=window,
        ranking=Ranking(row.ranking),
        pool=tuple(predictions.with_row_ids(session, row.pool)),
        row_ids=tuple(row.pool),
        this=loaded(Summary, row.this_week),
        last=loaded(Summary, row.last_week) if row.last_week else None,
        pulled_at=row.pulled_at,
    )


def _row(session: Session, product_id: int, window: Window) -> PullRow | None:
    return session.exec(
        select(PullRow).where(
            col(PullRow.product_id) == product_id,
            col(PullRow.window_start) == window.start,
            col(PullRow.window_end) == window.end,
        )
    ).first()
