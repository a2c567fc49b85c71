"""Who was in the channel of a product's team when it was last looked at, to know at the next look who left it."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.store.tables import TeamRow
from bot.store.upsert import insert_into


def keep(session: Session, product_id: int, channel: str, members: Iterable[str], now: datetime) -> None:
    """Write down who is in a channel now."""
    values = {"members": sorted(members), "seen_at": now}
    session.execute(
        insert_into(session, TeamRow)
        .values(product_id=product_id, channel=channel, **values)
        .on_conflict_do_update(index_elements=["product_id", "channel"], set_=values)
    )


def known(session: Session, product_id: int, channel: str) -> frozenset[str] | None:
    """Who was in a channel at the last look; None where nobody looked yet."""
    row = session.get(TeamRow, (product_id, channel), populate_existing=True)
    return frozenset(row.members) if row else None
