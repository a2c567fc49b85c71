"""The card of a change of state, whole, as it was read and found good."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.planning import Period
from bot.domain.product import Product
from bot.domain.standings import snoozed
from bot.kit.post import Post
from bot.store import standings
from bot.store.session import Database
from tests.features.health_check.checks import check, keep
from tests.features.health_check.test_looking import the_picture
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team
from tests.support.readings import new_reading
from tests.support.snapshots import Snapshots

WEEK = timedelta(weeks=1)


def usual(session: Session) -> list[Post]:
    """Deflection missed its target, beside all else that is to be said."""
    return check(session, the_picture(session), cadence=Period.MONTHLY)


def recovered(session: Session) -> list[Post]:
    """Satisfaction is well again, and so is everything else that is known."""
    product = a_team(session, now=MONDAY)
    keep(session, product, new_reading("csat", 3.7))
    check(session, product, cadence=Period.WEEKLY)
    keep(session, product, new_reading("csat", 4.4, end=MONDAY + WEEK))
    return check(session, product, MONDAY + WEEK, cadence=Period.WEEKLY)


def one_sleeps(session: Session) -> list[Post]:
    """Satisfaction sleeps while adoption missed its target, and the source could not be read."""
    product = a_team(session, now=MONDAY)
    keep(session, product, new_reading("csat", 3.7))
    check(session, product, cadence=Period.WEEKLY)
    put_to_sleep(session, product)
    keep(session, product, new_reading("adoption_rate", 0.5, end=MONDAY + timedelta(days=1)))
    failed = {"measure": "The source did not answer within two minutes."}
    return check(session, product, MONDAY + timedelta(days=1), cadence=Period.WEEKLY, failed=failed)


def put_to_sleep(session: Session, product: Product) -> None:
    """Ana does not want to hear of satisfaction for a week."""
    standing = standings.of_product(session, product.id)["csat"]
    standings.save(session, product.id, snoozed(standing, until=MONDAY + WEEK, by="U0PM"))


CASES: dict[str, Callable[[Session], list[Post]]] = {
    "usual": usual,
    "recovered": recovered,
    "one_sleeps": one_sleeps,
}


@pytest.mark.parametrize("case", CASES)
def test_a_card_is_the_one_that_was_found_good(database: Database, snapshots: Snapshots, case: str) -> None:
    (post,) = database.do(CASES[case])

    assert_accepted(list(post.blocks))
    snapshots.expect(f"blocks/health_check/card_{case}", {"text": post.text, "blocks": list(post.blocks)})
