"""`/muster incident on-call`: what people say of their nights, and who would be called tonight at two."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot.domain.incidents import Severity
from bot.domain.ownership import Did, Happened, Origin, assigned, nobody_yet
from bot.domain.people import Person, Standing
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.kit.incident_calling import Callees, named_quietly, owner_for
from bot.store import audit, directory, night_calls, ownerships
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product
from tests.support.dialogue import answer, hear
from tests.support.office import GUEST, ML, PM, Office, read

LEE, KIM = "U0LEE", "U0KIM"
NIGHT = datetime(2026, 11, 17, 2, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def product(database: Database) -> Product:
    """Lee answers for incidents, Kim stands in and lives in New York; a PM and an ML lead are in Berlin."""

    def made(session: Session) -> Product:
        found = a_product(session)
        zones = {LEE: "Europe/Berlin", KIM: "America/New_York", PM: "Europe/Berlin", ML: "Europe/Berlin"}
        for user, zone in zones.items():
            person = Person(user=user, name=user[2:].title(), standing=Standing.MEMBER, timezone=zone)
            directory.keep(session, LOCAL_WORKSPACE, person, MONDAY)
        before = nobody_yet(found.id, INCIDENT_RESPONSE, MONDAY)
        named = assigned(before, [LEE], KIM, by=PM, now=MONDAY)
        ownerships.save(session, named, Happened(by=PM, at=MONDAY, what=Did.ASSIGNED, origin=Origin.COMMAND))
        return found

    return database.do(made)


def said(database: Database, text: str, *, user: str = PM) -> str:
    """What a person is told, as they read it."""
    reply = database.do(lambda session: answer(session, text, user=user))
    return read({"blocks": list(reply.blocks), "text": reply.text})


def accepts(database: Database, user: str) -> None:
    database.do(lambda session: night_calls.say(session, LOCAL_WORKSPACE, user, accepted=True, now=MONDAY))


def owner(database: Database, product: Product, *, declared_by: str = "U0MIA", now: datetime = NIGHT) -> str:
    """Who owns an incident of the worst kind that is declared then."""
    with database.reading() as session:
        return owner_for(session, product, declared_by=declared_by, admins=(), severity=Severity.CRITICAL, now=now)


def test_who_never_said_so_is_not_called_and_is_shown_that_nobody_would_be(
    database: Database, product: Product
) -> None:
    assert said(database, "incident on-call") == (
        "You are not called at night: you never said that you may be.\n"
        f"*{product.name}*: tonight at 02:00 CET *nobody* would be called: nobody of these accepted it. The first would"
        f" be <@{LEE}> at Tue 08:00 CET. Ask one of them to say “incident on-call on”.\n"
        f"<@{LEE}>: no, it is 02:00 CET there and they have not accepted to be called at night.\n"
        f"<@{KIM}>: no, it is 20:00 EST there and they have not accepted to be called at night.\n"
        f"<@{PM}>: no, it is 02:00 CET there and they have not accepted to be called at night.\n"
        f"<@{ML}>: no, it is 02:00 CET there and they have not accepted to be called at night.\n"
        "[Call me at night]"
    )


def test_who_accepts_is_called_and_can_take_it_back(database: Database, product: Product) -> None:
    told = said(database, "incident on-call on", user=ML)

    first = (
        "You may be called at night from now on, for incidents of severity 1 and 2. Slack itself stays silent while your"
        " notifications are paused: let their schedule leave room for me."
    )
    assert told.splitlines()[:2] == [
        first,
        f"*{product.name}*: tonight at 02:00 CET I would call <@{ML}>; then nobody else.",
    ]
    assert told.splitlines()[-2:] == [
        f"<@{PM}>: no, it is 02:00 CET there and they have not accepted to be called at night.",
        "[Not at night]",
    ]
    assert said(database, "incident night off", user=ML).startswith(
        "You are not called at night any more; by day you are."
    )
    assert f"<@{ML}>: no, it is 02:00 CET there and they said no." in said(database, "incident on-call copilot")
    with database.reading() as session:
        deeds = [(one.user, one.what) for one in audit.everything(session)]
    assert deeds == [(ML, "incident on-call on"), (ML, "incident on-call off")]


def test_those_who_would_be_called_stand_in_the_order_of_the_calls(database: Database, product: Product) -> None:
    for user in (LEE, KIM, PM, ML):
        accepts(database, user)

    assert f"I would call <@{LEE}>; then <@{KIM}>; then <@{PM}> and <@{ML}>; then nobody else." in said(
        database, "incident on-call"
    )


def test_a_word_that_is_neither_on_nor_off_nor_a_product_is_not_passed_over(
    database: Database, product: Product
) -> None:
    assert "I do not know “onn”. Did you mean “on”?" in said(database, "incident on-call onn")
    with database.reading() as session:
        assert night_calls.said(session, LOCAL_WORKSPACE, PM) is None


def test_before_there_is_a_product_a_person_can_say_it(database: Database) -> None:
    assert said(database, "incident on-call on").startswith("You may be called at night from now on")


def test_at_night_the_first_candidate_who_may_be_called_owns_it(database: Database, product: Product) -> None:
    assert owner(database, product) == LEE
    assert owner(database, product, now=NIGHT - timedelta(minutes=1)) == KIM
    accepts(database, ML)
    assert owner(database, product) == ML
    assert owner(database, product, now=NIGHT + timedelta(hours=6)) == LEE


def test_who_declares_it_owns_it_where_they_answer_for_it_or_nobody_does(database: Database, product: Product) -> None:
    assert owner(database, product, declared_by=PM) == PM
    assert owner(database, product, declared_by=PM, now=NIGHT + timedelta(hours=6)) == LEE

    with database.reading() as session:
        nobodys = replace(product, id=99)
        assert (
            owner_for(session, nobodys, declared_by="U0MIA", admins=(), severity=Severity.CRITICAL, now=NIGHT)
            == "U0MIA"
        )


def test_who_sleeps_is_named_and_not_mentioned(database: Database, product: Product) -> None:
    with database.reading() as session:
        assert named_quietly(session, product, LEE, NIGHT) == "Lee"
        assert named_quietly(session, product, LEE, NIGHT + timedelta(hours=6)) == f"<@{LEE}>"
        assert "<@" not in named_quietly(session, product, "U0NEW", NIGHT)


def test_a_zone_that_nobody_here_knows_counts_as_that_of_the_product(database: Database, product: Product) -> None:
    with database.reading() as session:
        directory.keep(
            session,
            LOCAL_WORKSPACE,
            Person(user=LEE, name="Lee", standing=Standing.MEMBER, timezone="Mars/Olympus"),
            MONDAY,
        )
        assert Callees(session=session, product=product).zone_of(LEE) == ZoneInfo("Europe/Berlin")


def test_only_members_say_it(office: Office) -> None:
    assert "Guests may look" in hear(office, "incident on-call on", user=GUEST)
    assert hear(office, "incident on-call", user=GUEST).startswith("You are not called at night")
