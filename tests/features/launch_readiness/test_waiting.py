"""What everybody's home asks of a launch: little, unless it is their word that is missing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlmodel import Session

from bot.domain.launch import Signatory
from bot.domain.people import Person, Standing
from bot.features.launch_readiness.waiting import waiting
from bot.kit.launching import missing_from
from bot.store import directory, products
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.failure_modes.matrices import an_ask
from tests.features.launch_readiness.ready import PEOPLE, a_ready_product, know, own
from tests.support.builders import MONDAY
from tests.support.dialogue import answer
from tests.support.office import ML, OTHER, PM

STRANGER = "U0STRANGE"


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def asked(session: Session, user: str) -> int:
    """How many statements it takes to find that nothing waits for *user*."""
    with counted() as sent:
        assert waiting(an_ask(session, user=user)) == []
    return len(sent)


def test_a_product_whose_list_is_done_costs_who_speaks_for_nothing_three_questions(database: Database) -> None:
    with database.trying() as session:
        a_ready_product(session)
        one = asked(session, STRANGER)
        for key in ("second", "third"):
            a_ready_product(session, key=key, name=key.title())
        three = asked(session, STRANGER)

    assert three - one <= 2 * 3


def test_whose_word_is_there_already_is_not_asked_again(database: Database) -> None:
    with database.trying() as session:
        a_ready_product(session)
        answer(session, "launch sign go", user=ML)

        assert asked(session, ML) <= 4


def unsaid(session: Session, user: str) -> tuple[Signatory, ...]:
    return missing_from(session, products.everything(session)[0], user)


def test_a_word_is_missing_from_who_holds_the_role_and_from_nobody_else(database: Database) -> None:
    with database.trying() as session:
        a_ready_product(session)

        assert {user: unsaid(session, user) for user in (*PEOPLE.values(), STRANGER)} == {
            PM: (Signatory.PRODUCT,),
            ML: (Signatory.ML_ENGINEERING,),
            OTHER: (Signatory.RESEARCH,),
            STRANGER: (),
        }


def test_a_word_is_missing_from_who_answers_for_that_part_of_the_launch_where_the_nine_areas_are_on(
    database: Database,
) -> None:
    with database.trying() as session:
        own(session, a_ready_product(session), "launch_readiness/research", STRANGER)
        off = unsaid(session, STRANGER)
        answer(session, "product set areas=yes")

        assert (off, unsaid(session, STRANGER)) == ((), (Signatory.RESEARCH,))


@pytest.mark.parametrize("who", ["owns a thing", "speaks"])
def test_nothing_waits_for_a_guest(database: Database, who: str) -> None:
    become: dict[str, Callable[[Session], object]] = {
        "owns a thing": lambda session: (
            answer(session, f"launch owner ux <@{ML}>").text + answer(session, "launch untick ux").text
        ),
        "speaks": lambda _session: None,
    }
    with database.trying() as session:
        a_ready_product(session)
        know(session, ML)
        become[who](session)
        before = len(waiting(an_ask(session, user=ML)))
        guest = Person(user=ML, name="Raj", standing=Standing.GUEST)
        directory.keep(session, LOCAL_WORKSPACE, guest, MONDAY)

        assert (before, waiting(an_ask(session, user=ML))) == (1, [])
        assert unsaid(session, ML) == ()
