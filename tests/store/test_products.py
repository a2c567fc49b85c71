"""Products on both databases: nobody's change is lost, and the loser is told."""

import threading
from dataclasses import replace

import pytest

from bot.domain.people import Assignment, Role
from bot.domain.product import Never, ProductRecord, Risk
from bot.domain.ranking import Ranking
from bot.domain.sourcing import SourceSpec
from bot.errors import MusterError
from bot.store import products
from bot.store.products import ChangedMeanwhileError, TakenKeyError, UnknownProductError
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product

ATTEMPTS = 25


def test_a_product_comes_back_as_it_was_written(database: Database) -> None:
    record = ProductRecord(
        risk=Risk.HIGH, nevers=(Never(name="promise a price", phrases=("it will cost",)),), accuracy_target=0.92
    )
    source = SourceSpec(
        uri="x.parquet", mapping={"loss": "abs_error"}, where=(("a", "b"),), ranking=Ranking.LOSS, zone="UTC"
    )
    written = database.do(lambda session: a_product(session, record=record, source=source))

    with database.reading() as session:
        read = products.named(session, "copilot")
        people = products.people(session, read.id)

    assert read == written
    assert (read.record, read.source) == (record, source)
    assert people == [Assignment(Role.PM, "U0PM"), Assignment(Role.ML_LEAD, "U0ML")]


def test_a_taken_key_and_an_unknown_one_are_said_in_words(database: Database) -> None:
    database.do(a_product)

    with pytest.raises(TakenKeyError, match="a product “copilot” already"):
        database.do(a_product)
    with pytest.raises(UnknownProductError, match="There are: copilot"):
        database.do(lambda session: products.named(session, "copliot"))


def test_an_archived_product_is_found_only_by_who_asks_for_it(database: Database) -> None:
    product = database.do(a_product)
    database.do(lambda session: products.archive(session, product.id, MONDAY))

    with database.reading() as session:
        assert products.everything(session) == []
        assert products.named(session, "copilot", archived=True).archived


def edit_often(database_url: str, name: str, broken: list[BaseException]) -> None:
    """Save a change of one's own again and again, from a connection of one's own; who loses looks anew."""
    own = Database(database_url)
    saved = 0
    while saved < ATTEMPTS and not broken:
        try:
            with own.unit_of_work() as session:
                before = products.named(session, "copilot")
                products.save(session, replace(before, name=f"{name} {saved}"))
            saved += 1
        except ChangedMeanwhileError:
            pass
        except MusterError as error:
            broken.append(error)
    own.close()


def test_two_editors_at_once_lose_nothing_and_the_loser_is_told(database: Database, database_url: str) -> None:
    """slack.md 0.7: read, change and save lost 150 of 200 updates where nothing compared versions."""
    database.do(a_product)
    broken: list[BaseException] = []

    editors = [threading.Thread(target=edit_often, args=(database_url, name, broken)) for name in ("Ana", "Raj")]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()

    assert broken == []
    with database.reading() as session:
        assert products.named(session, "copilot").version == 1 + 2 * ATTEMPTS
