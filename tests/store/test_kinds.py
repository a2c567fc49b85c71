"""Kinds of error: their names, merging two, and taking it back."""

import pytest
from sqlmodel import Session

from bot.domain.product import Product
from bot.store import kinds
from bot.store.kinds import ErrorKind
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product


def called(session: Session, product: Product, name: str) -> ErrorKind:
    return kinds.called(session, product.id, name, by="U0PM", now=MONDAY)


@pytest.fixture
def three(database: Database) -> tuple[Product, list[ErrorKind]]:
    product = database.do(a_product)
    names = ("refund date", "refund", "fee")
    return product, database.do(lambda session: [called(session, product, name) for name in names])


def test_a_merged_kind_is_followed_and_taking_it_back_brings_all_back(
    database: Database, three: tuple[Product, list[ErrorKind]]
) -> None:
    product, (date, refund, fee) = three

    first = database.do(lambda session: kinds.merge(session, date.id, refund.id))
    second = database.do(lambda session: kinds.merge(session, refund.id, fee.id))

    assert (first, second) == ({date.id: None}, {date.id: refund.id, refund.id: None})
    assert database.do(lambda session: called(session, product, " Refund  DATE ")) == fee
    assert database.do(lambda session: kinds.of_product(session, product.id)) == [fee]
    assert database.do(lambda session: kinds.unmerge(session, first, refund.id)) is False
    assert database.do(lambda session: kinds.unmerge(session, second, fee.id)) is True
    assert database.do(lambda session: kinds.named(session, product.id, "refund date")) == refund
    assert database.do(lambda session: kinds.unmerge(session, first, refund.id)) is True
    assert database.do(lambda session: kinds.of_product(session, product.id)) == [date, refund, fee]


def test_two_merged_crosswise_do_not_vanish(database: Database, three: tuple[Product, list[ErrorKind]]) -> None:
    product, (date, refund, fee) = three

    database.do(lambda session: kinds.merge(session, date.id, refund.id))

    assert database.do(lambda session: kinds.merge(session, refund.id, date.id)) == {}
    assert database.do(lambda session: kinds.merge(session, fee.id, fee.id)) == {}
    assert database.do(lambda session: kinds.of_product(session, product.id)) == [refund, fee]


def test_a_kind_of_another_product_is_none(database: Database, three: tuple[Product, list[ErrorKind]]) -> None:
    other = database.do(lambda session: a_product(session, key="other", name="Other"))

    assert database.do(lambda session: kinds.with_id(session, other.id, three[1][0].id)) is None
