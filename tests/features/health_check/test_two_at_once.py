"""Checks of two layers that are due at the same minute, in two transactions at once."""

import threading
from contextlib import closing
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.planning import Period
from bot.domain.product import Product
from bot.kit.post import Post
from bot.store.session import Database
from tests.features.health_check.checks import DAY, check, keep, shown
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team
from tests.support.readings import new_reading


def missed(session: Session) -> Product:
    """A product whose answers were bad yesterday, and whose answers and satisfaction are bad today."""
    product = a_team(session, now=MONDAY - timedelta(days=30))
    yesterday = new_reading("accuracy", 0.5, end=MONDAY - DAY, days=1, n=1_000)
    keep(session, product, yesterday, new_reading("csat", 2.0, end=MONDAY))
    check(session, product, MONDAY - DAY)
    keep(session, product, new_reading("accuracy", 0.5, end=MONDAY, days=1, n=1_000))
    return product


@pytest.mark.every_database
def test_two_checks_at_once_are_one_card(database: Database, database_url: str) -> None:
    product = database.do(missed)
    posted: list[Post] = []
    over = threading.Event()

    def weekly() -> None:
        with closing(Database(database_url)) as other, other.unit_of_work() as session:
            posted.extend(check(session, product, MONDAY, cadence=Period.WEEKLY))
            over.set()

    second = threading.Thread(target=weekly)
    with database.unit_of_work() as session:
        posted.extend(check(session, product, MONDAY, cadence=Period.DAILY))
        second.start()
        # The other waits for us, or is over before we are; on SQLite it may not even begin.
        over.wait(0.7)
    second.join(10)

    assert len(posted) == 1
    with database.reading() as session:
        card = shown(session, posted[0].key)
    assert ("Accuracy missed its target" in card, "Satisfaction (CSAT) missed its target" in card) == (True, True)
