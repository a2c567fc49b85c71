"""What comes in is kept once, however often and in whatever pieces it comes."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.feedback import Given
from bot.domain.prediction import Feedback, Prediction
from bot.domain.product import Pii, Product, ProductRecord
from bot.kit.receiving import (
    NotYetError,
    NoWordsError,
    Taken,
    TooManyWordsError,
    noted,
    take_feedback,
    take_predictions,
    take_readings,
)
from bot.store import predictions, products, readings
from bot.store.session import Database
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.readings import new_reading

sent = st.builds(
    a_prediction,
    id=st.sampled_from(["p1", "p2", "p3"]),
    model_version=st.sampled_from([None, "v1"]),
    occurred_at=st.integers(1, 3).map(lambda hours: MONDAY - timedelta(hours=hours)),
    input=st.just("hi"),
    score=st.sampled_from([0.1, 0.2, None]),
    feedback=st.sampled_from([None, Feedback.UP]),
)


def standing(session: Session, product: Product, rows: Sequence[Prediction]) -> dict[tuple[str, str], Prediction]:
    return predictions.loaded_among(session, product.id, rows)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(sent, max_size=6), st.lists(sent, max_size=6))
def test_predictions_taken_twice_stand_as_if_kept_once_and_the_second_time_nothing_is_new(
    database: Database, before: list[Prediction], rows: list[Prediction]
) -> None:
    with database.unit_of_work() as session:
        number = len(products.everything(session))
        mine, other = a_product(session, key=f"a{number}"), a_product(session, key=f"b{number}")
        take_predictions(session, mine.id, before, MONDAY)
        take_predictions(session, mine.id, rows, MONDAY)
        again = take_predictions(session, mine.id, rows, MONDAY)
        for some in (before, rows):
            predictions.keep(session, other.id, some, loaded=True)

        assert standing(session, mine, [*before, *rows]) == standing(session, other, [*before, *rows])
    assert again == Taken(same=len(rows))


def test_what_the_same_row_says_twice_in_one_batch_ends_as_the_last_word(database: Database) -> None:
    rows = [a_prediction(id="p1", score=0.9), a_prediction(id="p1", score=0.1, input="other")]
    with database.unit_of_work() as session:
        product = a_product(session)
        first = take_predictions(session, product.id, rows, MONDAY)
        again = take_predictions(session, product.id, rows, MONDAY)

        assert standing(session, product, rows) == {("p1", ""): rows[1]}
    assert (first, again) == (Taken(kept=1, same=1), Taken(same=2))


def test_a_prediction_that_was_only_fetched_is_new_when_it_is_loaded(database: Database) -> None:
    rows = [a_prediction(id="p1")]
    with database.unit_of_work() as session:
        product = a_product(session)
        predictions.keep(session, product.id, rows, loaded=False)

        assert take_predictions(session, product.id, rows, MONDAY) == Taken(kept=1)
        assert standing(session, product, rows) == {("p1", ""): rows[0]}


def test_feedback_is_new_while_it_adds_something(database: Database) -> None:
    said = Given(prediction_id="p1", given_by="ana", given_at=MONDAY, feedback=Feedback.DOWN)
    more = Given(prediction_id="p1", given_by="ana", given_at=MONDAY, comment="odd")
    with database.unit_of_work() as session:
        product = a_product(session)
        predictions.keep(session, product.id, [a_prediction(id="p1")], loaded=True)

        assert take_feedback(session, product.id, [said, said, more], MONDAY) == Taken(kept=2, same=1, held=3)
        assert take_feedback(session, product.id, [said, more], MONDAY) == Taken(same=2, held=2)


def test_a_change_is_known_by_its_name_or_by_its_words_and_time() -> None:
    def key(what: str = "prompt v7 live", *, minutes: int = 0, name: str = "") -> str:
        at = MONDAY - timedelta(hours=1) + timedelta(minutes=minutes)
        return noted(what, pii=Pii.NONE, at=at, by="U0PM", now=MONDAY, way="http", name=name).key

    assert key() == key("prompt  v7\nlive")
    assert len({key(), key("prompt v8 live"), key(minutes=1), key(name="d1")}) == 4
    assert key(name="d1") == key("other words", minutes=9, name="d1") == "http/d1"


@pytest.mark.parametrize(
    ("what", "error"), [("", NoWordsError), (" \n\x00", NoWordsError), ("x" * 201, TooManyWordsError)]
)
def test_a_change_needs_a_few_words(what: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        noted(what, pii=Pii.NONE, at=MONDAY, by="U0PM", now=MONDAY, way="http")


def test_a_change_to_come_has_not_changed_anything_yet() -> None:
    with pytest.raises(NotYetError):
        noted("prompt v8", pii=Pii.NONE, at=MONDAY + timedelta(hours=1), by="U0PM", now=MONDAY, way="http")


def test_personal_data_in_a_note_are_masked_where_the_product_says_so() -> None:
    said = noted("refund for jane.doe@example.com", pii=Pii.REDACT, at=MONDAY, by="U0PM", now=MONDAY, way="http")

    assert "jane.doe" not in said.what


def test_of_readings_for_one_window_the_last_holds_and_the_same_again_corrects_nothing(database: Database) -> None:
    sent = [new_reading("csat", 4.1, source="from jane.doe@example.com"), new_reading("csat", 4.3)]
    with database.unit_of_work() as session:
        product = a_product(session, record=ProductRecord(pii=Pii.REDACT))

        assert take_readings(session, product, sent, by="muster load", now=MONDAY) == Taken(kept=1)
        assert take_readings(session, product, sent, by="muster load", now=MONDAY) == Taken(same=1)
        assert take_readings(session, product, sent[:1], by="muster load", now=MONDAY) == Taken(kept=1, corrected=1)
        first, last = readings.history(session, product.id, "csat", since=MONDAY - timedelta(days=9))
        assert ((first.value, last.value), "jane.doe" in last.source) == ((4.3, 4.1), False)
