"""Change marks of products."""

from datetime import timedelta

from bot.domain.changing import Change, ChangeKind
from bot.store import changes
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product

HOUR = timedelta(hours=1)


def a_change(key: str = "v7", **known: object) -> Change:
    """A new prompt on Monday."""
    fields = {"key": key, "at": MONDAY, "what": "prompt v7 live", "noted_by": "U0PM", "noted_at": MONDAY, **known}
    return Change(**fields)  # type: ignore[arg-type]  # whatever a test names


def test_a_change_is_noted_once_for_its_key_and_comes_back_whole(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        seen = a_change("model 2", kind=ChangeKind.MODEL, at=MONDAY - HOUR)

        noted = [changes.note(session, product.id, one) for one in (a_change(), a_change(what="again"), seen)]

        assert noted == [True, False, True]
        assert changes.of_product(session, product.id, since=MONDAY - HOUR, until=MONDAY) == [seen, a_change()]


def test_only_those_of_the_time_and_the_product_are_listed(database: Database) -> None:
    with database.trying() as session:
        product, other = a_product(session), a_product(session, key="other")
        changes.note(session, product.id, a_change())

        assert changes.of_product(session, product.id, since=MONDAY + HOUR, until=MONDAY + 2 * HOUR) == []
        assert changes.of_product(session, product.id, since=MONDAY - 2 * HOUR, until=MONDAY - HOUR) == []
        assert changes.of_product(session, other.id, since=MONDAY, until=MONDAY) == []


def test_a_change_is_forgotten_once_and_no_other_with_it(database: Database) -> None:
    with database.trying() as session:
        product, other = a_product(session), a_product(session, key="other")
        for one in (product, other):
            changes.note(session, one.id, a_change())

        assert [changes.forget(session, product.id, "v7") for _ in range(2)] == [True, False]
        assert changes.of_product(session, product.id, since=MONDAY, until=MONDAY) == []
        assert changes.of_product(session, other.id, since=MONDAY, until=MONDAY) == [a_change()]
