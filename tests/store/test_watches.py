"""What a team said of its metrics, on both databases: kept whole, and the slower of two is told."""

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from bot.domain.metrics import Direction, Layer, Metric, Target, Unit
from bot.domain.watching import Said
from bot.store import watches
from bot.store.session import Database
from bot.store.watches import MetricChangedError
from tests.support.builders import a_product

OWN = Metric(
    name="refund_rate",
    title="Refunds",
    meaning="share of orders refunded",
    business="orders that are refunded",
    layer=Layer.BUSINESS,
    unit=Unit.SHARE,
    direction=Direction.BELOW,
)
SAID = Said(
    metric="refund_rate",
    definition=OWN,
    chosen=True,
    headline=True,
    target=Target(direction=Direction.BELOW, value=0.05),
    agreed_by="Ana Lima",
    agreed_on=date(2026, 11, 16),
    minimum_sample=50,
    owner="U0ANA",
)


def test_what_was_said_comes_back_whole_and_stays_with_its_product(database: Database) -> None:
    with database.unit_of_work() as session:
        mine, other = a_product(session).id, a_product(session, key="radar").id
        saved = watches.save(session, mine, SAID)
        bare = watches.save(session, mine, Said(metric="csat", chosen=False))

    with database.reading() as session:
        assert watches.of_product(session, mine) == {"csat": bare, "refund_rate": saved}
        assert watches.of_product(session, other) == {}
    assert (saved, bare) == (replace(SAID, version=1), Said(metric="csat", chosen=False, version=1))


def test_a_later_word_replaces_the_earlier_and_may_take_back_what_it_said(database: Database) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        first = watches.save(session, product_id, SAID)
        bare = Said(metric="refund_rate", version=first.version)
        second = watches.save(session, product_id, bare)

        assert second == replace(bare, version=2)
        assert watches.of_product(session, product_id) == {"refund_rate": second}


@pytest.mark.parametrize("version", [0, 1])
def test_who_read_an_older_version_is_told_and_changes_nothing(database: Database, version: int) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        first = watches.save(session, product_id, SAID)
        second = watches.save(session, product_id, replace(first, owner="U0RAJ"))

        with pytest.raises(MetricChangedError, match="Somebody changed refund_rate meanwhile"):
            watches.save(session, product_id, replace(first, owner="U0X", version=version))
        assert watches.of_product(session, product_id) == {"refund_rate": second}


async def test_of_many_who_save_at_once_one_wins_and_the_others_are_told(database: Database) -> None:
    product_id = database.do(lambda session: a_product(session).id)

    came = await asyncio.gather(
        *(
            database.run(partial(watches.save, product_id=product_id, said=replace(SAID, owner=f"U0{number}")))
            for number in range(6)
        ),
        return_exceptions=True,
    )

    (winner,) = [one for one in came if isinstance(one, Said)]
    assert sum(isinstance(one, MetricChangedError) for one in came) == 5
    with database.reading() as session:
        assert watches.of_product(session, product_id) == {"refund_rate": winner}
