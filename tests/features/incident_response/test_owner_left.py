"""An open incident is never left with somebody who left: it goes to the next at once, and its thread says so."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.incident_moves import acknowledged, assigned
from bot.domain.incidents import Did, Event, Incident, State, tenures
from bot.domain.people import Standing
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.features.incident_response import card, owner_left
from bot.kit.feature import Feature
from bot.store import incidents, posts
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product
from tests.support.coming_and_going import ANA, LI, MIA, RAJ, TEAM, Workspace, owned
from tests.support.incidents import a_kept_incident

DAY = timedelta(days=1)
ALONE = Feature(
    name="incident_response",
    summary="Whose owner left",
    happenings=owner_left.HAPPENINGS,
    errands=owner_left.ERRANDS,
    laters=owner_left.LATERS,
)


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


@pytest.fixture
def workspace(database: Database) -> Workspace:
    return Workspace(database, ALONE)


def an_open_one(session: Session, product: Product, owner: str = RAJ) -> Incident:
    """An incident that its owner is at, with its card in the team's channel."""
    one = a_kept_incident(session, product, owner=owner, declared_by=MIA, now=MONDAY)
    shown = card.post(session, product, one, TEAM, MONDAY)
    new = NewPost(workspace=LOCAL_WORKSPACE, key=shown.key, recipient=shown.to, text=shown.text, blocks=shown.blocks)
    posts.add(session, new, MONDAY)
    event = Event(at=MONDAY, by=owner, what=Did.ACKNOWLEDGED)
    return incidents.save(session, acknowledged(one, owner, MONDAY), event, MONDAY)


def now_is(database: Database, incident: Incident) -> Incident:
    with database.reading() as session:
        found = incidents.with_id(session, incident.id)
    assert found is not None
    return found


def owners(database: Database, incident: Incident) -> list[str]:
    """Who ever owned it, by its record."""
    with database.reading() as session:
        return [one.user for one in tenures(incidents.events(session, incident.id))]


@pytest.mark.every_database
def test_it_goes_to_the_next_at_once_and_once_however_often_slack_tells_of_it(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, INCIDENT_RESPONSE, RAJ, LI)
    incident = database.do(lambda session: an_open_one(session, product))

    workspace.becomes(RAJ, Standing.GONE, times=2)
    workspace.passes(2 * DAY, workers=2)

    after = now_is(database, incident)
    assert (after.owner, after.state, after.called_at) == (LI, State.DECLARED, MONDAY)
    assert owners(database, incident) == [RAJ, LI]
    (post,) = [text for to, text in workspace.told() if "passed on" in text]
    assert post == (
        "U0Ml left Slack, so this incident was passed on: <@U0LI> owns it now. They were at it: it has to be"
        " acknowledged anew."
    )


def test_an_event_that_was_lost_is_made_up_for_by_the_daily_look(
    database: Database, workspace: Workspace, product: Product
) -> None:
    incident = database.do(lambda session: an_open_one(session, product))
    workspace.becomes(RAJ, Standing.GONE, lost=True)
    assert now_is(database, incident).owner == RAJ

    workspace.passes(DAY)

    assert now_is(database, incident).owner == ANA


def test_whom_it_was_offered_to_has_it_before_all_others(
    database: Database, workspace: Workspace, product: Product
) -> None:
    incident = database.do(lambda session: an_open_one(session, product))
    offered = assigned(incident, MIA, RAJ, MONDAY)
    event = Event(at=MONDAY, by=RAJ, what=Did.OFFERED)
    database.do(lambda session: incidents.save(session, offered, event, MONDAY))

    workspace.becomes(RAJ, Standing.GUEST)

    assert (now_is(database, incident).owner, now_is(database, incident).offered_to) == (MIA, None)


def test_where_nobody_else_is_left_it_stays_with_its_owner(
    database: Database, workspace: Workspace, product: Product
) -> None:
    incident = database.do(lambda session: an_open_one(session, product))
    for user in (ANA, MIA):
        workspace.is_known_as(user, Standing.GONE)

    workspace.becomes(RAJ, Standing.GONE)

    assert (now_is(database, incident).owner, owners(database, incident)) == (RAJ, [RAJ])


def test_what_changes_about_those_who_stay_changes_nothing(
    database: Database, workspace: Workspace, product: Product
) -> None:
    incident = database.do(lambda session: an_open_one(session, product))

    workspace.becomes(RAJ, Standing.MEMBER)
    workspace.becomes(LI, Standing.GONE)
    workspace.passes(2 * DAY)

    assert now_is(database, incident) == incident
