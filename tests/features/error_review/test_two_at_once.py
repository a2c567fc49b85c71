"""Several people at one card at the same instant, in several processes: nobody's words are lost, and all are shown."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Standing
from bot.domain.product import Product
from bot.domain.reviewing import Part
from bot.features.error_review import card
from bot.kit import reviewing
from bot.slack.handling import House
from bot.store import meetings, posts, reviews
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team
from tests.support.meetings import errors
from tests.support.office import ML, OTHER, PM, TEAM
from tests.support.reviews import load, reviewed

pytestmark = pytest.mark.every_database

SAID = ((PM, "product harmful"), (ML, "ml retrieval"), (OTHER, "product annoying"), (OTHER, "ml prompt"))


def press(database: Database, user: str, action: str, value: str) -> None:
    """Press a button in a process of one's own: a connection, a transaction."""

    def act(session: object) -> None:
        house = House(registry=registry(), moment=lambda _session: MONDAY, workspace=LOCAL_WORKSPACE)
        incoming = Incoming(kind=Kind.CLICK, key=f"{user} {value}", user=user, name=action, value=value, channel=TEAM)
        person = Person(user=user, name=user, standing=Standing.MEMBER)
        reply = house.meant(incoming).answer(house.ask(session, incoming, person))  # type: ignore[arg-type]
        house.keep(session, incoming, reply, MONDAY)  # type: ignore[arg-type]

    database.do(act)


def started(database: Database) -> Product:
    product = database.do(lambda session: a_team(session, now=MONDAY - timedelta(days=1)))
    load(database, product, errors())
    asyncio.run(reviewed(database, product))
    press(database, PM, reviewing.START, "1")
    return product


def test_everybodys_words_stand_and_the_card_shows_them_all(database: Database) -> None:
    product = started(database)

    with ThreadPoolExecutor(max_workers=4) as people:
        for rank in range(1, 7):
            if rank > 1:
                press(database, PM, card.GO, f"1 {rank - 1} next")
            done = [people.submit(press, database, who, card.SPEAK, f"1 {rank} {said}") for who, said in SAID]
            for one in done:
                one.result(30)

    with database.reading() as session:
        review = reviews.latest(session, product.id)
        assert review is not None
        items = meetings.items(session, review.id)
        shown = posts.named(session, LOCAL_WORKSPACE, f"{review.head_key}/card")
        head = posts.named(session, LOCAL_WORKSPACE, review.head_key or "")
    assert [{(one.user, one.part, one.verdict) for one in item.said.words} for item in items] == 6 * [
        {
            (PM, Part.PRODUCT, "harmful"),
            (ML, Part.ML, "retrieval"),
            (OTHER, Part.PRODUCT, "annoying"),
            (OTHER, Part.ML, "prompt"),
        }
    ]
    assert shown is not None
    assert head is not None
    assert "6 of 6 reviewed by" in str(head.blocks)
    assert all(words in str(shown.blocks) for words in ("*harmful*", "*annoying*", "*retrieval*", "*prompt*"))


def test_the_same_click_twice_at_once_is_one_word(database: Database) -> None:
    product = started(database)

    with ThreadPoolExecutor(max_workers=4) as people:
        done = [people.submit(press, database, PM, card.SPEAK, "1 1 product harmful") for _ in range(8)]
        failed = [error for one in done if (error := one.exception(30))]

    with database.reading() as session:
        items = meetings.items(session, 1)
    assert [one.verdict for one in items[0].said.words] == ["harmful"]
    assert all("another window" in str(error) for error in failed)
    assert product.id == items[0].review_id
