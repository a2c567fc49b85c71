"""What the one place that commits promises, on both databases."""

import asyncio
from datetime import UTC, timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.clock import SystemClock
from bot.errors import TransientError
from bot.store import products
from bot.store.session import Database, now_in
from tests.support.builders import a_product


def keys(database: Database) -> list[str]:
    with database.reading() as session:
        return [product.key for product in products.everything(session)]


def test_a_unit_of_work_is_kept_whole_or_not_at_all(database: Database) -> None:
    def half(session: Session) -> None:
        a_product(session, key="half")
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        database.do(half)
    database.do(lambda session: a_product(session, key="whole"))

    assert keys(database) == ["whole"]


def test_trying_reads_back_what_it_wrote_and_leaves_nothing(database: Database) -> None:
    with database.trying() as session:
        a_product(session, key="tried")
        assert [product.key for product in products.everything(session)] == ["tried"]

    assert keys(database) == []


def test_a_reader_is_not_kept_by_a_writer(database: Database) -> None:
    with database.unit_of_work() as session:
        a_product(session, key="unseen")
        assert keys(database) == []


async def test_work_given_to_the_database_threads_is_done_in_full(database: Database) -> None:
    await asyncio.gather(
        *(database.run(lambda session, n=number: a_product(session, key=f"p{n}")) for number in range(20))  # type: ignore[misc]  # bound per turn
    )

    assert len(keys(database)) == 20


def test_the_databases_clock_is_aware_and_close_to_ours(database: Database) -> None:
    with database.reading() as session:
        found = now_in(session)

    assert found.tzinfo is UTC
    assert abs(found - SystemClock().now()) < timedelta(seconds=30)


def test_a_database_that_does_not_answer_is_worth_another_try(database: Database) -> None:
    with pytest.raises(TransientError, match="The database did not answer: gone"), database.reading():
        raise OperationalError("SELECT 1", {}, Exception("gone"))
