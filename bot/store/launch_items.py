"""The things a launch needs: who answers for each, and who ticked it."""

from typing import Any

from sqlmodel import Session, col, select, update

from bot.domain.launch import Item, Thing
from bot.errors import UserError
from bot.store.tables import LaunchItemRow
from bot.store.upsert import insert_into, inserted


class LaunchItemChangedError(UserError):
    """Somebody else changed this thing after it was read; *now* is how it stands."""

    def __init__(self, now: Item) -> None:
        super().__init__("Somebody was faster; yours was not saved. Look at it again, then repeat it.")
        self.now = now


def of_product(session: Session, product_id: int) -> dict[Thing, Item]:
    """The nine things in their order, those nobody spoke of too."""
    rows = session.exec(
        select(LaunchItemRow)
        .where(col(LaunchItemRow.product_id) == product_id)
        .execution_options(populate_existing=True)
    )
    known = {row.area: _item(row) for row in rows}
    return {thing: known.get(thing) or Item(product_id=product_id, thing=thing) for thing in Thing}


def save(session: Session, item: Item) -> None:
    """Keep *item* in place of what it was read as. Raises `LaunchItemChangedError` where somebody was first."""
    values: dict[str, Any] = {
        "owner": item.owner,
        "note": item.note,
        "ticked_by": item.ticked_by,
        "ticked_at": item.ticked_at,
        "version": item.version + 1,
    }
    if not _written(session, item, values):
        raise LaunchItemChangedError(of_product(session, item.product_id)[item.thing])


def _written(session: Session, item: Item, values: dict[str, Any]) -> bool:
    if item.version == 0:
        new = insert_into(session, LaunchItemRow).values(product_id=item.product_id, area=item.thing, **values)
        return inserted(session, new.on_conflict_do_nothing()) == 1
    changed = (
        update(LaunchItemRow)
        .where(
            col(LaunchItemRow.product_id) == item.product_id,
            col(LaunchItemRow.area) == item.thing,
            col(LaunchItemRow.version) == item.version,
        )
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(changed).rowcount == 1


def _item(row: LaunchItemRow) -> Item:
    return Item(
        product_id=row.product_id,
        thing=Thing(row.area),
        owner=row.owner,
        note=row.note,
        ticked_by=row.ticked_by,
        ticked_at=row.ticked_at,
        version=row.version,
    )
