"""What the one place that commits promises, on both databases."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import UTC, timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
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
    await asyncio.gather(*(database.run(partial(a_product, key=f"p{number}")) for number in range(20)))

    assert len(keys(database)) == 20


async def test_a_look_goes_by_a_writer_and_keeps_nothing(database: Database) -> None:
    def look(session: Session) -> list[str]:
        return [product.key for product in products.everything(session)]

    with database.unit_of_work() as session:
        a_product(session, key="unseen")
        assert await database.look(look) == []
    assert await database.look(look) == ["unseen"]

    await database.look(lambda session: a_product(session, key="thrown-away"))
    assert await database.look(look) == ["unseen"]


def test_the_databases_clock_is_aware_and_close_to_ours(database: Database) -> None:
    with database.reading() as session:
        found = now_in(session)

    assert found.tzinfo is UTC
    assert abs(found - SystemClock().now()) < timedelta(seconds=30)


def test_a_full_disk_loses_nothing_that_was_kept_and_heals_with_room(tmp_path: Path, migrated_sqlite: Path) -> None:
    """slack.md C9: reads go on, a write says why it failed, and the next one succeeds once there is room."""
    shutil.copy(migrated_sqlite, tmp_path / "muster.db")
    database = Database(f"sqlite:///{tmp_path / 'muster.db'}")
    database.do(lambda session: a_product(session, key="before"))

    with database.reading() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    event.listen(database.engine, "begin", _no_more_than(pages))
    with pytest.raises(TransientError, match="disk is full"):
        database.do(lambda session: a_product(session, key="too-much", name="x" * 1_000_000))
    assert keys(database) == ["before"]
    event.remove(database.engine, "begin", _no_more_than(pages))
    database.engine.dispose()
    database.do(lambda session: a_product(session, key="room-again", name="x" * 1_000_000))

    assert keys(database) == ["before", "room-again"]
    database.close()


@cache
def _no_more_than(pages: int) -> Callable[[Connection], None]:
    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    return limit


def test_a_database_that_does_not_answer_is_worth_another_try(database: Database) -> None:
    with pytest.raises(TransientError, match="The database did not answer: gone"), database.reading():
        raise OperationalError("SELECT 1", {}, Exception("gone"))


def test_postgres_is_not_waited_for_without_end_unless_the_url_says_so(database: Database, database_url: str) -> None:
    if database.is_sqlite:
        return

    def settings(opened: Database) -> list[str]:
        names = ("statement_timeout", "lock_timeout")
        with opened.reading() as session:
            return [session.connection().exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]

    own = Database(database_url + "&options=-c%20statement_timeout%3D5s")
    found = [settings(database), settings(own)]
    own.close()

    assert found == [["1min", "10s"], ["5s", "0"]]


def test_a_lock_that_is_not_given_is_worth_another_try(database: Database) -> None:
    if database.is_sqlite:
        return
    database.do(lambda session: a_product(session, key="locked"))

    def rename(session: Session) -> None:
        session.execute(text("SET LOCAL lock_timeout = 50"))
        session.execute(text("UPDATE products SET name = 'other'"))

    with database.unit_of_work() as session:
        rename(session)
        with pytest.raises(TransientError, match="lock timeout"):
            database.do(rename)
