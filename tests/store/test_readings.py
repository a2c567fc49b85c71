"""Readings on both databases: one stands for each metric and window, and the history keeps the others."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session

from bot.domain.metrics import Unit
from bot.domain.readings import NewReading, Origin, Reading
from bot.domain.window import Window
from bot.store import readings
from bot.store.readings import Kept
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product

WEEK = timedelta(days=7)
THIS_WEEK = Window(MONDAY - WEEK, MONDAY)
LAST_WEEK = Window(MONDAY - 2 * WEEK, MONDAY - WEEK)
EVER = MONDAY - 9 * WEEK


def a_reading(value: float = 0.9, **known: Any) -> NewReading:
    defaults: dict[str, Any] = {
        "metric": "accuracy",
        "value": value,
        "unit": Unit.SHARE,
        "window": THIS_WEEK,
        "origin": Origin.LOADED,
    }
    return NewReading(**defaults | known)


def keep(session: Session, product_id: int, reading: NewReading, *, by: str = "U0PM", minutes: int = 0) -> Kept:
    return readings.keep(session, product_id, reading, by=by, now=MONDAY + timedelta(minutes=minutes))


def test_a_reading_is_kept_with_all_that_it_says_and_who_entered_it(database: Database) -> None:
    said = a_reading(
        4.2,
        metric="csat",
        unit=Unit.SCORE,
        n=80,
        sd=0.7,
        low=4.0,
        high=4.4,
        origin=Origin.TYPED,
        source="survey of week 46",
    )
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        kept = keep(session, product_id, said)

    with database.reading() as session:
        (found,) = readings.of_product(session, product_id, metrics=["csat"], since=EVER)
    assert kept is Kept.NEW
    assert found == Reading(
        id=found.id,
        metric="csat",
        value=4.2,
        unit=Unit.SCORE,
        window=THIS_WEEK,
        n=80,
        sd=0.7,
        low=4.0,
        high=4.4,
        origin=Origin.TYPED,
        source="survey of week 46",
        entered_by="U0PM",
        entered_at=MONDAY,
    )


def test_a_corrected_reading_takes_the_place_and_the_history_keeps_both(database: Database) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        came = [
            keep(session, product_id, a_reading(0.9)),
            keep(session, product_id, a_reading(0.9, source="elsewhere", origin=Origin.SENT), by="U0X", minutes=1),
            keep(session, product_id, a_reading(0.91), by="U0ML", minutes=2),
            keep(session, product_id, a_reading(0.9), minutes=3),
        ]

    with database.reading() as session:
        standing = readings.of_product(session, product_id, metrics=["accuracy"], since=EVER)
        history = readings.history(session, product_id, "accuracy", since=EVER)
    assert came == [Kept.NEW, Kept.SAME, Kept.REPLACED, Kept.REPLACED]
    assert [one.value for one in standing] == [0.9]
    assert [(one.value, one.entered_by, one.replaced_at) for one in history] == [
        (0.9, "U0PM", MONDAY + timedelta(minutes=2)),
        (0.91, "U0ML", MONDAY + timedelta(minutes=3)),
        (0.9, "U0PM", None),
    ]


@pytest.mark.parametrize("other", [{"value": 0.91}, {"n": 11}, {"sd": 0.1}, {"low": 0.8}, {"high": 0.95}])
def test_whatever_a_reader_sees_makes_it_another_reading(database: Database, other: dict[str, Any]) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        keep(session, product_id, a_reading(n=10))

        assert keep(session, product_id, a_reading(**{"n": 10, **other})) is Kept.REPLACED


def test_metrics_windows_and_products_do_not_mix_and_are_listed_oldest_first(database: Database) -> None:
    rows = [a_reading(0.9), a_reading(0.8, window=LAST_WEEK), a_reading(0.1, metric="edit_rate")]
    with database.unit_of_work() as session:
        mine, other = a_product(session).id, a_product(session, key="radar").id
        counts = readings.keep_all(session, mine, rows, by="muster load", now=MONDAY)
        keep(session, other, a_reading(0.5))

    with database.reading() as session:
        everything = readings.of_product(session, mine, metrics=["edit_rate", "accuracy"], since=EVER)
        late = readings.of_product(session, mine, metrics=["accuracy"], since=MONDAY)
        measured = readings.measured_metrics(session, mine), readings.measured_metrics(session, other)
        typed = readings.measured_metrics(session, mine, origin=Origin.TYPED)
    assert counts == {Kept.NEW: 3, Kept.SAME: 0, Kept.REPLACED: 0}
    assert [(one.metric, one.value) for one in everything] == [
        ("accuracy", 0.8),
        ("accuracy", 0.9),
        ("edit_rate", 0.1),
    ]
    assert [one.value for one in late] == [0.9]
    assert (measured, typed) == (({"accuracy", "edit_rate"}, {"accuracy"}), set())


def test_a_reading_is_found_by_its_number_even_after_it_was_replaced_or_withdrawn(database: Database) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        keep(session, product_id, a_reading(0.9))
        keep(session, product_id, a_reading(0.91), minutes=1)
        first, second = readings.history(session, product_id, "accuracy", since=EVER)
        gone = [readings.withdraw(session, second.id, MONDAY + timedelta(minutes=2)) for _ in range(2)]

    with database.reading() as session:
        found = readings.with_ids(session, [second.id, first.id, 999, first.id])
        standing = readings.standing(session, product_id, "accuracy", THIS_WEEK)
    assert {number: one.value for number, one in found.items()} == {first.id: 0.9, second.id: 0.91}
    assert (gone, standing) == ([True, False], None)


async def test_of_many_who_correct_at_once_all_are_kept_and_one_stands(database: Database) -> None:
    product_id = database.do(lambda session: a_product(session).id)
    values = [number / 10 for number in range(8)]

    came = await asyncio.gather(
        *(database.run(partial(_kept, product_id=product_id, reading=a_reading(value))) for value in values)
    )

    with database.reading() as session:
        history = readings.history(session, product_id, "accuracy", since=EVER)
    assert sorted(came) == [Kept.NEW, *[Kept.REPLACED] * 7]
    assert sorted(one.value for one in history) == values
    assert [one.replaced_at is None for one in history].count(True) == 1


async def test_two_who_load_the_same_rows_in_other_orders_do_not_wait_for_each_other_for_ever(
    database: Database,
) -> None:
    product_id = database.do(lambda session: a_product(session).id)
    rows = [a_reading(number / 100, metric=f"metric{number:02}") for number in range(40)]

    counts = await asyncio.gather(
        *(database.run(partial(_all_kept, product_id=product_id, rows=some)) for some in (rows, rows[::-1]) * 2)
    )

    assert sum(count[Kept.NEW] for count in counts) == 40
    assert sum(count[Kept.SAME] for count in counts) == 120


def _kept(session: Session, *, product_id: int, reading: NewReading) -> Kept:
    return keep(session, product_id, reading)


def _all_kept(session: Session, *, product_id: int, rows: list[NewReading]) -> dict[Kept, int]:
    return readings.keep_all(session, product_id, rows, by="muster load", now=MONDAY)
