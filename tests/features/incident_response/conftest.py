"""What tests of incidents begin with: a team, and an incident that Raj is at."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from bot.domain.incidents import Incident
from bot.domain.product import Product
from bot.store import incident_settings
from bot.store.incident_settings import IncidentSettings
from bot.store.session import Database
from tests.features.incident_response.team import now_of, people
from tests.support.dialogue import pressed
from tests.support.incidents import MINUTE, TUESDAY, a_kept_incident
from tests.support.office import ML


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that leaves nothing behind."""
    with database.trying() as opened:
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product of which nobody expects updates, so that answers are short."""
    product = people(session)
    incident_settings.save(session, product.id, IncidentSettings(updates=False))
    return product


@pytest.fixture
def declared(session: Session, product: Product) -> Incident:
    """An incident that the PM declared and that waits for Raj."""
    return a_kept_incident(session, product)


@pytest.fixture
def held(session: Session, declared: Incident) -> Incident:
    """The same, with Raj at it since four minutes after it was declared."""
    pressed(session, "incident_response.acknowledge", "1", user=ML, now=TUESDAY + 4 * MINUTE)
    return now_of(session, declared.id)
