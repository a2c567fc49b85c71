"""Guests, bots, strangers and people who left answer for nothing of a launch, and speak for no function."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from bot.domain.launch import Signatory, Thing
from bot.domain.people import Person, Standing
from bot.domain.product import Product
from bot.kit.command import FieldError
from bot.kit.launching import readiness_of
from bot.store import directory, launch_items, products
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.health_check.filling import Values, fill
from tests.features.launch_readiness.ready import a_ready_product, daily_look, know, signed_by_all
from tests.support.builders import MONDAY
from tests.support.dialogue import answer, shown
from tests.support.office import ML, OTHER, PM, read

NO_MEMBER = "U0LEE"
NO_MEMBERS = [one for one in Standing if one is not Standing.MEMBER]


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session with a ready product, of which nothing is kept."""
    with database.trying() as session:
        know(session, ML, OTHER)
        a_ready_product(session)
        yield session


def the_product(session: Session) -> Product:
    return products.everything(session)[0]


def become(session: Session, user: str, standing: Standing) -> None:
    """Slack says what *user* is now."""
    directory.keep(session, LOCAL_WORKSPACE, Person(user=user, name="Lee", standing=standing), MONDAY)


def owner(session: Session, thing: Thing) -> str | None:
    return launch_items.of_product(session, the_product(session).id)[thing].owner


def edited(session: Session, values: Values) -> dict[str, str]:
    """What the form of the list says beside its fields."""
    try:
        fill(session, answer(session, "launch edit"), values)
    except FieldError as refused:
        return dict(refused.sentences)
    return {}


@pytest.mark.parametrize("standing", NO_MEMBERS)
def test_nobody_but_members_is_named_for_a_thing(session: Session, standing: Standing) -> None:
    become(session, NO_MEMBER, standing)
    why = {
        Standing.GUEST: "guests may look, but not act here",
        Standing.STRANGER: "they belong to another workspace",
        Standing.BOT: "it is a bot",
        Standing.GONE: "they are not here any more",
    }[standing]
    refused = f"This person cannot answer for it: {why}. Choose somebody else."

    assert answer(session, f"launch owner rollback <@{NO_MEMBER}>").text == refused
    assert edited(session, {"owner_rollback": NO_MEMBER}) == {"owner_rollback": refused}
    assert owner(session, Thing.ROLLBACK) is None


def test_nobody_of_whom_slack_was_never_asked_is_named_before_it_was(session: Session) -> None:
    reply = answer(session, f"launch owner rollback <@{NO_MEMBER}>")

    assert reply.then is not None
    assert reply.then.errand == "launch_readiness.name"
    assert edited(session, {"owner_rollback": NO_MEMBER}) == {
        "owner_rollback": "Slack did not say in time who this is, so nothing was saved. Send it once more."
    }
    assert owner(session, Thing.ROLLBACK) is None


@pytest.mark.parametrize("sent", ["S0TEAM", "everybody"])
def test_the_form_takes_one_person_and_no_group(session: Session, sent: str) -> None:
    assert edited(session, {"owner_rollback": sent}) == {
        "owner_rollback": "Choose one person: a thing of the list has one owner, and a group has none."
    }
    assert owner(session, Thing.ROLLBACK) is None


def test_who_is_no_member_any_more_keeps_their_things_by_name_until_somebody_else_has_them(session: Session) -> None:
    answer(session, f"launch owner rollback <@{ML}>")
    become(session, ML, Standing.GUEST)

    page = read(shown(answer(session, "launch")))
    others = edited(session, {"owner_comms": OTHER})

    assert "*The nine things: 8 of 9*" in page
    assert f"☐ Rollback: ticked by <@{PM}> Mon 16 Nov 2026, owner <@{ML}>, who is no member any more\n" in page
    assert (others, owner(session, Thing.ROLLBACK), owner(session, Thing.COMMS)) == ({}, ML, OTHER)


@pytest.mark.parametrize("standing", NO_MEMBERS)
def test_who_is_no_member_any_more_speaks_for_nothing_and_what_they_signed_falls(
    session: Session, standing: Standing
) -> None:
    signed_by_all(session)
    become(session, ML, standing)

    found = readiness_of(session, the_product(session), now=MONDAY)
    posts = daily_look(session)

    why = "Whoever signed does not speak for ML engineering any more."
    assert found.speaking[Signatory.ML_ENGINEERING] == ()
    assert found.fallen == {Signatory.ML_ENGINEERING: (why,)}
    assert posts == []
