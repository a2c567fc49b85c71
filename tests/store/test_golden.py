"""The golden set on both databases: a row keeps its number and its name, and what could join is known."""

from sqlmodel import Session

from bot.domain.golden import golden_id
from bot.domain.product import Product
from bot.domain.truth import TruthState
from bot.store import golden, held, predictions, truths
from bot.store.session import Database
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.truth import a_proposal, a_verified, decided

LATER = MONDAY.replace(hour=12)


def a_row(session: Session, product: Product) -> int:
    predictions.keep(session, product.id, [a_prediction(id="p1", model_version="v1", output="said")], loaded=True)
    return golden.put(session, product, 1, answer="right", truth_id=None, by="U0PM", now=MONDAY).id


def test_a_row_keeps_number_and_name_through_drop_and_pick(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        number = a_row(session, product)
        first = golden.with_number(session, number)
        dropped = [golden.drop(session, number, by="U0PM", now=LATER) for _ in range(2)]
        out = golden.of_product(session, product.id), golden.count(session, product.id)
        again = golden.put(session, product, 1, answer="righter", truth_id=None, by="U0ML", now=LATER)

    assert first is not None
    assert first.golden_id == golden_id("copilot", "p1", "v1")
    assert (dropped, out) == ([True, False], ([], 0))
    assert (again.id, again.golden_id, again.answer, again.picked_by) == (number, first.golden_id, "righter", "U0ML")


def test_what_is_in_the_set_with_this_answer_stays_as_it_is(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        number = a_row(session, product)
        before = golden.with_number(session, number)

        assert golden.put(session, product, 1, answer="right", truth_id=None, by="U0ML", now=LATER) == before


def test_what_was_put_in_at_one_instant_comes_out_at_once_and_nothing_else(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        for n, at, by in ((1, MONDAY, "U0PM"), (2, LATER, "U0PM"), (3, LATER, "U0PM"), (4, LATER, "U0ADM")):
            predictions.keep(session, product.id, [a_prediction(id=f"p{n}")], loaded=True)
            golden.put(session, product, n, answer="x", truth_id=None, by=by, now=at)
        counts = [golden.drop_picked(session, product.id, by="U0PM", at=LATER, now=LATER) for _ in range(2)]

        assert counts == [2, 0]
        assert [row.id for row in golden.of_product(session, product.id)] == [1, 4]


def test_what_could_join_is_what_was_verified_last_for_each_prediction(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        a_proposal(session, product, id="waits")
        decided(session, a_proposal(session, product, id="no"), TruthState.REJECTED, answer=None)
        a_verified(session, product, id="p1")
        newer = decided(session, a_proposal(session, product, id="p1", by="U0PM", proposal="six days"), now=LATER)
        ready = golden.candidates(session, product.id), golden.count_candidates(session, product.id)
        row = golden.put(
            session, product, newer.prediction_row_id, answer="six days", truth_id=newer.id, by="U0PM", now=LATER
        )
        after = golden.count_candidates(session, product.id)
        golden.drop(session, row.id, by="U0PM", now=LATER)

        assert ready == ([newer], 1)
        assert (after, golden.count_candidates(session, product.id)) == (0, 0)
        assert truths.with_id(session, newer.id) == newer


def test_good_outputs_are_the_latest_that_were_never_in_the_set(database: Database) -> None:
    judged = {"g1": True, "g2": True, "g3": True, "bad": False}
    with database.unit_of_work() as session:
        product = a_product(session)
        rows = [
            a_prediction(id=name, correct=correct, occurred_at=MONDAY.replace(day=10 + n))
            for n, (name, correct) in enumerate(judged.items())
        ]
        predictions.keep(session, product.id, rows, loaded=True)
        inside = held.called(session, product.id, "g2")
        assert inside is not None
        golden.put(session, product, inside.row_id, answer="x", truth_id=None, by="U0PM", now=MONDAY)

        found = [golden.good_outputs(session, product.id, limit=limit) for limit in (9, 1)]

    assert [[one.prediction.id for one in several] for several in found] == [["g3", "g1"], ["g3"]]


def test_of_several_versions_the_latest_is_called_by_its_id(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        rows = [a_prediction(id="p", model_version=f"v{n}", occurred_at=MONDAY.replace(hour=n)) for n in (2, 3, 1)]
        predictions.keep(session, product.id, rows, loaded=True)
        found = held.called(session, product.id, "p")

        assert found is not None
        assert found.prediction.model_version == "v3"
        assert held.of_product(session, product.id, found.row_id) == found
        assert held.of_product(session, product.id + 1, found.row_id) is None
