"""What a team wants of its incidents beside the card; a team that said nothing has updates on time and no more."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.store.tables import IncidentSettingsRow
from bot.store.upsert import insert_into


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentSettings:
    """*updates*: owners are reminded to say how it goes, as often as the severity asks. *emoji*: whoever puts it on a
    message of the thread keeps that message in the record; None: nobody does. *topic*: the channel's topic says who
    owns what is open. *paging*: a pager hears of it.
    """

    updates: bool = True
    emoji: str | None = None
    topic: bool = False
    paging: bool = False


def of_product(session: Session, product_id: int) -> IncidentSettings:
    """What the team of a product wants."""
    row = session.get(IncidentSettingsRow, product_id, populate_existing=True)
    if row is None:
        return IncidentSettings()
    return IncidentSettings(updates=row.updates, emoji=row.emoji, topic=row.topic, paging=row.paging)


def save(session: Session, product_id: int, settings: IncidentSettings) -> None:
    """Keep *settings* for a product; whoever saves last is right."""
    values = {name: getattr(settings, name) for name in IncidentSettings.__dataclass_fields__}
    session.execute(
        insert_into(session, IncidentSettingsRow)
        .values(product_id=product_id, **values)
        .on_conflict_do_update(index_elements=["product_id"], set_=values)
    )
