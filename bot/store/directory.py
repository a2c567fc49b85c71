"""The directory: people as Slack last described them, kept so that not every click asks again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.domain.people import Person, Standing
from bot.store.tables import PersonRow
from bot.store.upsert import insert_into

FRESH = timedelta(hours=1)
"""How long a description is relied on; Slack's events shorten that, but may get lost."""


def keep(session: Session, workspace: str, person: Person, now: datetime) -> None:
    """Write down how Slack describes *person* now."""
    values = {"name": person.name, "standing": person.standing, "timezone": person.timezone, "seen_at": now}
    session.execute(
        insert_into(session, PersonRow)
        .values(workspace=workspace, user_id=person.user, **values)
        .on_conflict_do_update(index_elements=["workspace", "user_id"], set_=values)
    )


def keep_all(session: Session, workspace: str, people: Iterable[Person], now: datetime) -> None:
    """Write down how Slack describes each of *people* now."""
    for person in people:
        keep(session, workspace, person, now)


def fresh(session: Session, workspace: str, user: str, now: datetime) -> Person | None:
    """*user* as Slack described them within the last hour, None when it must be asked."""
    row = session.exec(
        select(PersonRow).where(
            col(PersonRow.workspace) == workspace, col(PersonRow.user_id) == user, col(PersonRow.seen_at) > now - FRESH
        )
    ).first()
    return _person(row) if row else None


def known(session: Session, workspace: str, user: str) -> Person | None:
    """*user* as Slack last described them, however long ago; None where nobody asked yet."""
    row = session.get(PersonRow, (workspace, user))
    return _person(row) if row else None


def gone(session: Session, workspace: str, users: Iterable[str]) -> set[str]:
    """Those of *users* who have left, as far as Slack said so."""
    statement = select(PersonRow.user_id).where(
        col(PersonRow.workspace) == workspace,
        col(PersonRow.user_id).in_(list(users)),
        col(PersonRow.standing) == Standing.GONE,
    )
    return set(session.exec(statement))


def _person(row: PersonRow) -> Person:
    return Person(user=row.user_id, name=row.name, standing=Standing(row.standing), timezone=row.timezone)
