"""Updates on time: who is asked when none came, and who is told then."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot.domain.incident_moves import acknowledged, updated
from bot.domain.incidents import Did, Event, Incident, Severity
from bot.domain.people import Standing
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.features.incident_response import calling, reminding
from bot.kit.feature import Feature
from bot.kit.incident_calling import next_update
from bot.store import incident_settings, incidents, night_calls
from bot.store.incident_settings import IncidentSettings
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import a_product
from tests.support.coming_and_going import ANA, LI, MIA, RAJ, TEAM, Workspace, owned
from tests.support.incidents import a_kept_incident, resolve

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
NOON, EVENING = datetime(2026, 11, 17, 12, 0, tzinfo=BERLIN), datetime(2026, 11, 17, 23, 0, tzinfo=BERLIN)
REMINDERS = Feature(name="incident_response", summary="Who is reminded", laters=(*calling.LATERS, *reminding.LATERS))


@pytest.fixture
def product(database: Database) -> Product:
    """Li answers for incidents, Mia stands in; Ana and Raj lead the product."""
    found = database.do(a_product)
    owned(database, found, INCIDENT_RESPONSE, LI, backup=MIA)
    return found


def at_work(database: Database, now: datetime) -> Workspace:
    workspace = Workspace(database, REMINDERS, now=now)
    for user in (ANA, RAJ, LI, MIA):
        workspace.is_known_as(user, Standing.MEMBER)
    return workspace


def held(database: Database, product: Product, at: datetime, severity: Severity = Severity.CRITICAL) -> Incident:
    """An incident that Li acknowledged *at* that instant."""

    def made(session: Session) -> Incident:
        one = a_kept_incident(session, product, owner=LI, declared_by="U0ELSE", severity=severity, now=at)
        after = updated(acknowledged(one, LI, at), next_update(session, product, severity, at))
        kept = incidents.save(session, after, Event(at=at, by=LI, what=Did.ACKNOWLEDGED), at)
        calling.begin(session, kept, at)
        return kept

    return database.do(made)


def said_how_it_goes(database: Database, product: Product, before: Incident, at: datetime) -> Incident:
    def told(session: Session) -> Incident:
        after = updated(before, next_update(session, product, before.severity, at))
        kept = incidents.save(session, after, Event(at=at, by=LI, what=Did.UPDATED), at)
        calling.begin(session, kept, at)
        return kept

    return database.do(told)


def heard(workspace: Workspace) -> list[tuple[str, str]]:
    return [(to, text.splitlines()[0]) for to, text in workspace.told()]


@pytest.mark.every_database
def test_the_owner_is_reminded_then_asked_then_the_others_are_told_each_once(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    held(database, product, NOON)
    workspace.passes(timedelta(hours=2), workers=2)

    about = "incident 1 of *Support Copilot*"
    silent = f"<@{LI}> does not say how {about} goes: an update was due"
    assert heard(workspace) == [
        (LI, f"The channel expects to hear now how {about} goes. A sentence is enough."),
        (LI, f"Are you still on {about}? An update was due 30 min ago. Say how it goes, or hand it over."),
        (MIA, f"{silent} 1 h ago. See to it with them, or take it."),
        (TEAM, "An update was due 1 h ago: asked U0Mia directly."),
        (ANA, f"{silent} 1 h 30 min ago. See to it with them, or take it."),
        (RAJ, f"{silent} 1 h 30 min ago. See to it with them, or take it."),
        (TEAM, "An update was due 1 h 30 min ago: asked U0Pm and U0Ml directly."),
    ]


def test_whoever_says_how_it_goes_is_reminded_a_wait_later_and_not_before(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    incident = held(database, product, NOON)
    workspace.passes(20 * MINUTE)
    said_how_it_goes(database, product, incident, workspace.clock.now())
    workspace.passes(29 * MINUTE)
    assert heard(workspace) == []

    workspace.passes(2 * MINUTE)
    assert [to for to, _ in heard(workspace)] == [LI]


def test_a_reminder_that_was_answered_loses_its_buttons(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    incident = held(database, product, NOON)
    workspace.passes(31 * MINUTE)
    assert "[Update]\n[Hand over]\n[Show]" in workspace.told()[0][1]

    said_how_it_goes(database, product, incident, workspace.clock.now())
    assert workspace.told() == [
        (
            LI,
            f"Incident 1 of *Support Copilot*: <@{LI}> is at it.\n[Show]",
        )
    ]


def test_what_is_over_is_not_asked_about(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    incident = held(database, product, NOON)
    database.do(lambda session: resolve(session, incident, at=NOON + MINUTE))
    workspace.passes(31 * MINUTE)

    assert heard(workspace) == []


def test_a_team_that_wants_no_updates_and_what_is_less_bad_hear_nothing(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    held(database, product, NOON, Severity.MEDIUM)
    held(database, product, NOON)
    database.do(lambda session: incident_settings.save(session, product.id, IncidentSettings(updates=False)))
    workspace.passes(31 * MINUTE)

    assert heard(workspace) == []
    with database.reading() as session:
        assert next_update(session, product, Severity.CRITICAL, NOON) is None


def test_at_night_who_is_at_it_is_asked_until_they_are_silent_and_nobody_else_is_woken(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, EVENING)
    held(database, product, EVENING)
    night = EVENING + timedelta(hours=8)
    workspace.until(night)
    assert [to for to, _ in heard(workspace)] == [LI, LI]

    workspace.until(night + timedelta(hours=1, minutes=5))
    assert [to for to, _ in heard(workspace)] == [LI, LI, MIA, TEAM]


def test_at_night_the_one_who_accepted_it_is_told_of_the_silence(database: Database, product: Product) -> None:
    workspace = at_work(database, EVENING)
    database.do(lambda session: night_calls.say(session, LOCAL_WORKSPACE, RAJ, accepted=True, now=EVENING))
    held(database, product, EVENING)
    workspace.until(EVENING + timedelta(hours=2))

    assert [to for to, _ in heard(workspace)] == [LI, LI, RAJ, TEAM]
