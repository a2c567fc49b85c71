"""Feedback on both databases: the latest words of each person hold, and reach predictions whenever those come."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, delete

from bot.domain.feedback import Given
from bot.domain.prediction import Feedback, Prediction
from bot.domain.truth import TruthState
from bot.store import feedback, predictions, products, truths
from bot.store.session import Database
from bot.store.tables import FeedbackRow
from tests.support.builders import MONDAY, a_prediction, a_product


def said(hour: int = 9, **known: Any) -> Given:
    defaults: dict[str, Any] = {"prediction_id": "p1", "given_at": MONDAY.replace(hour=hour)}
    return Given(**defaults | known)


def held(session: Session, *known: Prediction) -> int:
    """The predictions in a product; its id."""
    product = a_product(session)
    predictions.keep(session, product.id, known, loaded=True)
    return product.id


def test_the_later_words_of_one_person_hold_and_the_same_instant_again_mends_them(database: Database) -> None:
    rows = [
        said(9, comment="first"),
        said(9, comment="mended"),
        said(8, comment="older", final_output="what it leaves out stays"),
        said(7, comment="x", given_by="bo"),
    ]
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        for one in rows:
            feedback.keep(session, product_id, [one])

        found = feedback.of_predictions(session, product_id, ["p1"])

    assert sorted(found, key=lambda one: one.given_at) == [
        said(7, comment="x", given_by="bo"),
        said(9, comment="mended", final_output="what it leaves out stays"),
    ]


def test_a_later_word_is_never_overwritten_by_an_earlier_one(database: Database) -> None:
    with database.unit_of_work() as session:
        product_id = held(session, a_prediction(id="p1"))
        for one in (said(9, feedback=Feedback.DOWN, given_by="ana"), said(8, feedback=Feedback.UP, given_by="bo")):
            feedback.keep(session, product_id, [one])
            feedback.reach(session, product_id, ["p1"], MONDAY)

        (after,) = predictions.with_row_ids(session, [1])

    assert after.feedback is Feedback.DOWN


def test_a_prediction_that_is_pulled_later_gets_what_was_said_before(database: Database) -> None:
    pulled = [a_prediction(id="p2"), a_prediction(id="p1", feedback=Feedback.UP)]
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        feedback.keep(session, product_id, [said(feedback=Feedback.DOWN, final_output="sent", correction="right")])
        nowhere = feedback.reach(session, product_id, ["p1"], MONDAY)
        rich = feedback.enrich(session, product_id, pulled)
        predictions.keep(session, product_id, rich, loaded=False)
        reached = feedback.reach(session, product_id, [one.id for one in rich], MONDAY)
        (truth,) = truths.waiting(session, product_id, limit=9)

    assert (nowhere, reached) == (set(), {"p1"})
    assert [(one.id, one.feedback, one.final_output) for one in rich] == [
        ("p2", None, None),
        ("p1", Feedback.DOWN, "sent"),
    ]
    assert (truth.proposal, truth.origin, truth.proposed_by) == ("right", "feedback", "")


def test_without_a_version_it_is_about_every_version_of_the_id(database: Database) -> None:
    with database.unit_of_work() as session:
        product_id = held(session, *(a_prediction(id="p1", model_version=version) for version in ("v1", "v2")))
        feedback.keep(session, product_id, [said(feedback=Feedback.UP), said(model_version="v2", final_output="sent")])
        feedback.reach(session, product_id, ["p1"], MONDAY)

        found = predictions.with_row_ids(session, [1, 2])

    assert {one.model_version: (one.feedback, one.final_output) for one in found} == {
        "v1": (Feedback.UP, None),
        "v2": (Feedback.UP, "sent"),
    }


def test_loading_again_leaves_what_was_decided(database: Database) -> None:
    rows = [said(correction="a", given_by="ana"), said(10, correction="b", given_by="ana", model_version="v1")]
    with database.unit_of_work() as session:
        product_id = held(session, a_prediction(id="p1", model_version="v1"))
        for _ in range(2):
            feedback.keep(session, product_id, rows)
            feedback.reach(session, product_id, ["p1"], MONDAY)
        (truth,) = truths.waiting(session, product_id, limit=9)
        done = truths.decide(session, truth, TruthState.REJECTED, answer=None, by="U0DOC", reason="no", now=MONDAY)
        feedback.keep(session, product_id, rows)
        feedback.reach(session, product_id, ["p1"], MONDAY)

        assert (truth.proposal, truth.version) == ("b", 1)
        assert truths.with_id(session, truth.id) == done


pieces = st.builds(
    said,
    st.integers(0, 3),
    given_by=st.sampled_from(["ana", "bo"]),
    feedback=st.sampled_from(Feedback),
    final_output=st.none() | st.sampled_from(["x", "y"]),
    comment=st.none() | st.sampled_from(["x", "y"]),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(pieces, max_size=6, unique_by=lambda one: (one.given_by, one.given_at)))
def test_row_by_row_in_order_is_the_same_as_all_at_once_in_any_order(database: Database, rows: list[Given]) -> None:
    in_order = sorted(rows, key=lambda one: one.given_at)

    assert _loaded(database, [rows]) == _loaded(database, [[one] for one in in_order])


def _loaded(database: Database, files: list[list[Given]]) -> tuple[object, ...]:
    """What stands on a fresh prediction after these files were loaded, one after the other."""
    with database.unit_of_work() as session:
        known = products.everything(session)
        product = known[0] if known else a_product(session)
        session.exec(delete(FeedbackRow))
        predictions.keep(session, product.id, [a_prediction(id="p1", input="?")], loaded=True)
        for rows in files:
            feedback.keep(session, product.id, rows)
            feedback.reach(session, product.id, ["p1"], MONDAY)
        (after,) = predictions.with_row_ids(session, [1])
        said_now = sorted(map(repr, feedback.of_predictions(session, product.id, ["p1"])))
    return after.feedback, after.final_output, said_now
