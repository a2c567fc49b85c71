"""What a team has in place against made-up facts, on both databases."""

from dataclasses import replace

import pytest

from bot.domain.defences import Defence
from bot.domain.failure_modes import Layer
from bot.store import defences
from bot.store.defences import DefenceChangedError
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product

SAID = Defence(layer=Layer.OUTPUT_VALIDATION, in_place=True, what="Prices are checked", owner="U0ANA")


def test_the_four_layers_are_there_and_what_was_said_comes_back_whole(database: Database) -> None:
    with database.unit_of_work() as session:
        mine, other = a_product(session).id, a_product(session, key="radar").id
        defences.save(session, mine, SAID, by="U0PM", now=MONDAY)

    with database.reading() as session:
        unsaid = {layer: Defence(layer=layer) for layer in Layer}
        assert defences.of_product(session, other) == tuple(unsaid.values())
        expected = unsaid | {SAID.layer: replace(SAID, version=1)}
        assert defences.of_product(session, mine) == tuple(expected.values())
        assert defences.changed_by(session, mine, SAID.layer) == "U0PM"


@pytest.mark.parametrize("version", [0, 1])
def test_who_read_an_older_version_is_told_who_was_first(database: Database, version: int) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        defences.save(session, product_id, SAID, by="U0PM", now=MONDAY)
        defences.save(session, product_id, replace(SAID, in_place=None, version=1), by="U0ML", now=MONDAY)

        with pytest.raises(DefenceChangedError, match="Somebody was faster") as refused:
            defences.save(session, product_id, replace(SAID, what="lost", version=version), by="U0X", now=MONDAY)

        assert refused.value.by == "U0ML"
        assert defences.of_product(session, product_id)[1] == replace(SAID, in_place=None, version=2)
