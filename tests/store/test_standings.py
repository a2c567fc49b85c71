"""How checks stand, and the cards that told of it, as they are kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.standings import Seen, Standing, State
from bot.store import health_cards, standings
from bot.store.health_cards import Told
from bot.store.session import Database
from bot.store.standings import StandingChangedError
from tests.support.builders import MONDAY, a_product

FULL = Standing(
    metric="accuracy",
    since=MONDAY,
    state=State.MISSED,
    recent=(Seen(state=State.WELL, read_at=MONDAY - timedelta(days=1)), Seen(state=State.MISSED, read_at=MONDAY)),
    said=State.MISSED,
    said_at=MONDAY,
    snoozed_until=MONDAY + timedelta(days=7),
    snoozed_by="U0PM",
    taken_by="U0ML",
    taken_at=MONDAY,
)


def test_a_standing_comes_back_as_it_was_kept(database: Database) -> None:
    def kept(session: Session) -> dict[str, Standing]:
        product, other = a_product(session), a_product(session, key="other")
        standings.save(session, product.id, FULL)
        standings.save(session, other.id, Standing(metric="csat", since=MONDAY))
        return standings.of_product(session, product.id)

    assert database.do(kept) == {"accuracy": replace(FULL, version=1)}


def test_whoever_saves_what_somebody_changed_meanwhile_is_told_how_it_stands(database: Database) -> None:
    product_id = database.do(lambda session: a_product(session).id)
    database.do(lambda session: standings.save(session, product_id, FULL))
    mine = database.do(lambda session: standings.of_product(session, product_id))["accuracy"]
    theirs = replace(mine, taken_by="U0ELSE")
    database.do(lambda session: standings.save(session, product_id, theirs))

    for stale in (mine, replace(mine, version=0)):
        with database.trying() as session, pytest.raises(StandingChangedError) as caught:
            standings.save(session, product_id, stale)
        assert caught.value.now == replace(theirs, version=2)


def test_the_card_that_stands_is_the_latest_and_tells_more_until_it_is_closed(database: Database) -> None:
    first = Told(what="csat", state=State.MISSED, words="New: Satisfaction missed its target.")
    second = Told(what="mix:drift", state=State.MISSED, words="What people ask about changed a lot")

    def told(session: Session) -> None:
        product, other = a_product(session), a_product(session, key="other")
        assert health_cards.latest(session, product.id) is None
        old = health_cards.add(session, product.id, post_key="old", told=[first], now=MONDAY)
        health_cards.close(session, old, MONDAY + timedelta(hours=1))
        new = health_cards.add(session, product.id, post_key="new", told=[first], now=MONDAY)
        health_cards.add(session, other.id, post_key="theirs", told=[], now=MONDAY)

        after = health_cards.tell(session, new, [first, second])

        assert after == replace(new, told=(first, second))
        assert health_cards.latest(session, product.id) == after
        assert health_cards.with_id(session, old.id) == replace(old, closed_at=MONDAY + timedelta(hours=1))
        assert health_cards.with_id(session, 99) is None

    database.do(told)
