"""How the checks of a product's metrics stand."""

from typing import Any

from sqlmodel import Session, col, select, update

from bot.domain.standings import Seen, Standing, State
from bot.errors import UserError
from bot.store.json import dumped, loaded
from bot.store.tables import StandingRow
from bot.store.upsert import insert_into, inserted


class StandingChangedError(UserError):
    """Somebody else changed this after it was read; *now* is how it stands, None where it is gone."""

    def __init__(self, now: Standing | None) -> None:
        super().__init__("Somebody was faster; yours was not saved. Look at it again, then repeat it.")
        self.now = now


def of_product(session: Session, product_id: int) -> dict[str, Standing]:
    """How every metric that was ever checked stands, by its name."""
    rows = session.exec(
        select(StandingRow)
        .where(col(StandingRow.product_id) == product_id)
        .order_by(col(StandingRow.metric))
        .execution_options(populate_existing=True)
    )
    return {row.metric: _standing(row) for row in rows}


def save(session: Session, product_id: int, standing: Standing) -> None:
    """Keep *standing* in place of what it was read as. Raises `StandingChangedError` where somebody was first."""
    values = {
        "recent": dumped(standing.recent),
        "state": standing.state,
        "since": standing.since,
        "said": standing.said,
        "said_at": standing.said_at,
        "snoozed_until": standing.snoozed_until,
        "snoozed_by": standing.snoozed_by,
        "snoozed_why": standing.snoozed_why,
        "taken_by": standing.taken_by,
        "taken_at": standing.taken_at,
        "version": standing.version + 1,
    }
    if not _written(session, product_id, standing, values):
        raise StandingChangedError(of_product(session, product_id).get(standing.metric))


def _written(session: Session, product_id: int, standing: Standing, values: dict[str, Any]) -> bool:
    if standing.version == 0:
        new = insert_into(session, StandingRow).values(product_id=product_id, metric=standing.metric, **values)
        return inserted(session, new.on_conflict_do_nothing()) == 1
    changed = (
        update(StandingRow)
        .where(
            col(StandingRow.product_id) == product_id,
            col(StandingRow.metric) == standing.metric,
            col(StandingRow.version) == standing.version,
        )
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(changed).rowcount == 1


def _standing(row: StandingRow) -> Standing:
    return Standing(
        metric=row.metric,
        since=row.since,
        state=State(row.state),
        recent=loaded(tuple[Seen, ...], row.recent),
        said=None if row.said is None else State(row.said),
        said_at=row.said_at,
        snoozed_until=row.snoozed_until,
        snoozed_by=row.snoozed_by,
        snoozed_why=row.snoozed_why,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        version=row.version,
    )
