"""A pager is to hear of an incident's moves only where the team wants that, and of each once."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from bot.domain.paging import Action
from bot.kit.paging import page
from bot.store import incident_settings
from bot.store.incident_settings import IncidentSettings
from bot.store.session import Database
from bot.store.tables import WebhookRow
from tests.domain.test_paging import an_incident
from tests.support.builders import MONDAY, a_product

BEGUN = an_incident(version=1)
MOVES = [
    (Action.TRIGGER, BEGUN),
    (Action.RESOLVE, replace(BEGUN, version=2)),
    (Action.TRIGGER, replace(BEGUN, version=3)),
    (Action.RESOLVE, replace(BEGUN, version=4)),
]


@pytest.mark.parametrize("paging", [True, False])
def test_every_move_is_kept_once_where_paging_is_on_and_none_where_it_is_off(database: Database, paging: bool) -> None:
    """An incident that is opened again begins and ends twice."""
    product = database.do(a_product)
    database.do(lambda session: incident_settings.save(session, product.id, IncidentSettings(paging=paging)))

    for action, incident in [*MOVES, *MOVES]:
        database.do(
            lambda session, action=action, incident=incident: page(  # type: ignore[misc]  # bound
                session, action=action, incident=incident, product=product, now=MONDAY
            )
        )

    assert heard(database) == (["trigger", "resolve"] * 2 if paging else [])


@pytest.mark.every_database
def test_a_pager_that_calls_people_hears_when_to_stop_though_paging_is_off_by_then(database: Database) -> None:
    """And nothing after that: it is not begun again, and of an incident it never heard of it hears nothing."""
    product = database.do(a_product)
    other = replace(BEGUN, id=BEGUN.id + 1)
    moves = [
        (True, Action.TRIGGER, BEGUN),
        (False, Action.ACKNOWLEDGE, replace(BEGUN, version=2)),
        (False, Action.TRIGGER, replace(BEGUN, version=3)),
        (False, Action.RESOLVE, replace(BEGUN, version=4)),
        (False, Action.ACKNOWLEDGE, replace(BEGUN, version=5)),
        (False, Action.RESOLVE, other),
    ]

    for paging, action, incident in moves:
        with database.unit_of_work() as session:
            incident_settings.save(session, product.id, IncidentSettings(paging=paging))
            page(session, action=action, incident=incident, product=product, now=MONDAY)

    assert heard(database) == ["trigger", "acknowledge", "resolve"]


def heard(database: Database) -> list[str]:
    """What the pager is told, in order."""
    with database.reading() as session:
        return [row.payload["event_action"] for row in session.exec(select(WebhookRow).order_by(col(WebhookRow.id)))]
