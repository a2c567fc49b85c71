"""The things a launch needs, as they are kept."""

from dataclasses import replace

import pytest

from bot.domain.launch import Item, Thing
from bot.store import launch_items
from bot.store.launch_items import LaunchItemChangedError
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product


def test_every_thing_is_there_before_anybody_spoke_of_it(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)

        found = launch_items.of_product(session, product.id)

    assert found == {thing: Item(product_id=product.id, thing=thing) for thing in Thing}


def test_a_thing_is_kept_whole_and_changed_again(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        new = Item(
            product_id=product.id,
            thing=Thing.ROLLBACK,
            owner="U0ML",
            note="tried",
            ticked_by="U0ML",
            ticked_at=MONDAY,
        )
        launch_items.save(session, new)
        first = launch_items.of_product(session, product.id)[Thing.ROLLBACK]
        launch_items.save(session, replace(first, ticked_by=None, ticked_at=None))
    with database.reading() as session:
        second = launch_items.of_product(session, product.id)[Thing.ROLLBACK]

    assert first == replace(new, version=1)
    assert second == replace(new, ticked_by=None, ticked_at=None, version=2)


@pytest.mark.parametrize("version", [0, 1])
def test_whoever_saves_what_somebody_changed_meanwhile_is_told_how_it_is(database: Database, version: int) -> None:
    with database.unit_of_work() as session:
        item = Item(product_id=a_product(session).id, thing=Thing.UX)
        launch_items.save(session, replace(item, note="first"))
        launch_items.save(session, replace(item, note="second", version=1))

        with pytest.raises(LaunchItemChangedError) as refused:
            launch_items.save(session, replace(item, note="late", version=version))

    assert refused.value.now == replace(item, note="second", version=2)
