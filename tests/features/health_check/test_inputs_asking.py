"""Once a week people are asked for the values that only they know."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.people import Person, Standing
from bot.domain.planning import Slot
from bot.domain.product import Product, Stage
from bot.domain.readings import Origin
from bot.domain.watching import Said
from bot.features.health_check.asking_for import RITUALS, ask_for_values
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.kit.ritual import Turn
from bot.store import directory, watches
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.health_check.checks import keep, put, shown, words
from tests.features.health_check.filling import fill, labels, press
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer
from tests.support.office import ML, OTHER, PM
from tests.support.readings import new_reading

THURSDAY = MONDAY + timedelta(days=3)
NEXT = THURSDAY + timedelta(weeks=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is undone."""
    with database.trying() as opened:
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product for which satisfaction and adoption were typed last week; Mia answers for satisfaction."""
    product = a_team(session, now=MONDAY - timedelta(days=60))
    watches.save(session, product.id, Said(metric="csat", owner=OTHER))
    keep(
        session,
        product,
        new_reading("csat", 4.1, origin=Origin.TYPED),
        new_reading("adoption_rate", 0.7, origin=Origin.TYPED),
    )
    return product


def asked(session: Session, product: Product) -> list[Post]:
    """What the ritual due a week after the values were typed posts."""
    slot = Slot(nominal=NEXT.replace(tzinfo=None), due=NEXT)
    said = ask_for_values(Turn(session=session, now=NEXT, product=product, slot=slot))
    put(session, said, NEXT)
    return said


def leave(session: Session, user: str) -> None:
    """Let somebody be gone."""
    directory.keep(session, LOCAL_WORKSPACE, Person(user=user, name="Mia", standing=Standing.GONE), MONDAY)


def test_everybody_gets_one_message_for_all_that_is_theirs(session: Session, product: Product) -> None:
    keep(session, product, new_reading("deflection_rate", 0.4, end=MONDAY - timedelta(days=30), origin=Origin.TYPED))

    assert [(post.to, words(post)) for post in asked(session, product)] == [
        (OTHER, "*Support Copilot*: 1 value for this week is yours.\nSatisfaction (CSAT)\n[Enter them]"),
        (PM, "*Support Copilot*: 2 values for this week are yours.\nAdoption, Deflection\n[Enter them]"),
    ]


def test_nobody_is_asked_when_nothing_is_missing_or_nothing_was_ever_typed(session: Session) -> None:
    product = a_team(session, now=MONDAY - timedelta(days=60))
    keep(session, product, new_reading("accuracy", 0.9), new_reading("csat", 4.2, end=NEXT, origin=Origin.TYPED))

    assert asked(session, product) == []


def test_what_a_source_computes_by_now_is_not_asked_for(session: Session, product: Product) -> None:
    keep(session, product, new_reading("csat", 4.0, end=NEXT, origin=Origin.COMPUTED))

    assert [post.to for post in asked(session, product)] == [PM]


def test_where_the_owner_left_the_pm_is_asked(session: Session, product: Product) -> None:
    leave(session, OTHER)

    assert [(post.to, "Satisfaction" in words(post)) for post in asked(session, product)] == [(PM, True)]


def test_the_button_opens_one_form_with_all_of_them(session: Session, product: Product) -> None:
    leave(session, OTHER)
    said = asked(session, product)

    opened = press(session, as_reply(said[0]), "Enter them", now=NEXT)

    assert list(labels(opened)) == ["value_csat", "value_adoption_rate", "days", "dates", "source"]


def test_the_button_dies_once_all_were_entered_and_not_before(session: Session, product: Product) -> None:
    leave(session, OTHER)
    (said,) = asked(session, product)
    opened = press(session, as_reply(said), "Enter them", now=NEXT)

    fill(session, opened, {"value_csat": "4.2"}, now=NEXT)
    assert shown(session, said.key) == words(said)

    answer(session, "health log adoption 72 %", now=NEXT, user=ML)
    assert shown(session, said.key) == (
        "*Support Copilot*: all values for this week are entered, the last of them by <@U0ML>. Thank you."
    )


def test_a_message_of_last_week_dies_too_and_those_of_others_stay(session: Session, product: Product) -> None:
    mine, theirs = asked(session, product)

    answer(session, "health log csat 4.2", now=NEXT + timedelta(days=5), user=OTHER)

    assert "all values" in shown(session, mine.key)
    assert shown(session, theirs.key) == words(theirs)


def test_whatever_day_it_comes_a_person_is_asked_once_a_week(session: Session, product: Product) -> None:
    assert [post.key for post in asked(session, product)] == [
        f"health_ask/{product.id}/2026-W48/{user}" for user in (OTHER, PM)
    ]


def test_it_comes_before_the_draft_and_is_on_once_a_product_has_found_its_market() -> None:
    (ritual,) = RITUALS

    assert (ritual.name, ritual.default_at, ritual.from_stage) == ("health_ask", "thu 09:00", Stage.MARKET_FIT)


def as_reply(post: Post) -> Reply:
    """A post, to press its button."""
    return Reply(text=post.text, blocks=post.blocks)
