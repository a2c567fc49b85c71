"""What the machine said of a review's items and people put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from bot.store.tables import OverrideRow
from bot.store.upsert import insert_into, inserted


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """Something the machine said of an item that a person put right: *what* kind of saying, *about* what, and why."""

    what: str
    about: str
    user: str
    reason: str
    at: datetime


def put_right(session: Session, item_id: int, right: Override) -> bool:
    """Keep that a person put right what the machine said; False where somebody did already."""
    statement = insert_into(session, OverrideRow).on_conflict_do_nothing(index_elements=["item_id", "what", "about"])
    return (
        inserted(
            session,
            statement.values(
                item_id=item_id,
                what=right.what,
                about=right.about,
                user_id=right.user,
                reason=right.reason,
                overridden_at=right.at,
            ),
        )
        == 1
    )


def withdraw(session: Session, item_id: int, what: str, about: str) -> None:
    """Let hold again what the machine said."""
    session.exec(
        delete(OverrideRow).where(
            col(OverrideRow.item_id) == item_id, col(OverrideRow.what) == what, col(OverrideRow.about) == about
        )
    )


def of_items(session: Session, ids: Sequence[int]) -> list[tuple[int, Override]]:
    """What was put right of these items, each with the item's id."""
    rows = session.exec(select(OverrideRow).where(col(OverrideRow.item_id).in_(ids)).order_by(col(OverrideRow.id)))
    return [
        (
            row.item_id,
            Override(what=row.what, about=row.about, user=row.user_id, reason=row.reason, at=row.overridden_at),
        )
        for row in rows
    ]
