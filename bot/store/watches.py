"""What a product's team said of its metrics: which it watches, with which targets."""

from sqlmodel import Session, col, select, update

from bot.domain.metrics import Direction, Metric, Target
from bot.domain.watching import Said
from bot.errors import UserError
from bot.store.json import dumped, loaded
from bot.store.tables import WatchRow
from bot.store.upsert import insert_into, inserted


class MetricChangedError(UserError):
    """Somebody else changed this metric after it was read."""

    def __init__(self, metric: str) -> None:
        super().__init__(f"Somebody changed {metric} meanwhile; yours was not saved. Look at it again, then repeat it.")


def of_product(session: Session, product_id: int) -> dict[str, Said]:
    """What was said of each metric of a product, by name; metrics nobody spoke of are left out."""
    rows = session.exec(select(WatchRow).where(col(WatchRow.product_id) == product_id).order_by(col(WatchRow.metric)))
    return {row.metric: _said(row) for row in rows}


def save(session: Session, product_id: int, said: Said) -> Said:
    """Keep *said* in place of what it was read as. Raises `MetricChangedError` where somebody was first."""
    values = {
        "definition": None if said.definition is None else dumped(said.definition),
        "chosen": said.chosen,
        "headline": said.headline,
        "direction": said.target.direction if said.target else None,
        "target": said.target.value if said.target else None,
        "agreed_by": said.agreed_by,
        "agreed_on": said.agreed_on,
        "minimum_sample": said.minimum_sample,
        "owner": said.owner,
        "version": said.version + 1,
    }
    if not _written(session, product_id, said, values):
        raise MetricChangedError(said.metric)
    return of_product(session, product_id)[said.metric]


def _written(session: Session, product_id: int, said: Said, values: dict[str, object]) -> bool:
    if said.version == 0:
        new = insert_into(session, WatchRow).values(product_id=product_id, metric=said.metric, **values)
        return inserted(session, new.on_conflict_do_nothing()) == 1
    changed = (
        update(WatchRow)
        .where(
            col(WatchRow.product_id) == product_id,
            col(WatchRow.metric) == said.metric,
            col(WatchRow.version) == said.version,
        )
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(changed).rowcount == 1


def _said(row: WatchRow) -> Said:
    target = None
    if row.direction is not None and row.target is not None:
        target = Target(direction=Direction(row.direction), value=row.target)
    return Said(
        metric=row.metric,
        definition=None if row.definition is None else loaded(Metric, row.definition),
        chosen=row.chosen,
        headline=row.headline,
        target=target,
        agreed_by=row.agreed_by,
        agreed_on=row.agreed_on,
        minimum_sample=row.minimum_sample,
        owner=row.owner,
        version=row.version,
    )
