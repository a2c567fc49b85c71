from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.prediction import Feedback, Prediction
from bot.domain.ranking import CannotRankError, Ranking, is_without_value, possible_rankings, sort_key, worst

NOON = datetime(2026, 11, 13, 12, 0, tzinfo=UTC)
NUMBERS = st.none() | st.floats()

PREDICTIONS = st.lists(
    st.builds(
        Prediction,
        id=st.text(max_size=3),
        occurred_at=st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours)),
        score=NUMBERS,
        loss=NUMBERS,
        confidence=NUMBERS,
        correct=st.none() | st.booleans(),
        feedback=st.none() | st.sampled_from(Feedback),
    ),
    unique_by=lambda prediction: prediction.id,
    max_size=12,
)


def of(name: str, **known: object) -> Prediction:
    return Prediction(**{"id": name, "occurred_at": NOON} | known)  # type: ignore[arg-type]  # whatever the test is about


def ids(found: list[Prediction]) -> str:
    return "".join(prediction.id for prediction in found)


def test_the_lowest_score_is_the_worst() -> None:
    assert ids(worst([of("b", score=0.5), of("a", score=0.9), of("c", score=0.1)])) == "cba"


def test_the_highest_loss_is_the_worst() -> None:
    found = worst([of("a", loss=0.5), of("b", loss=9.0), of("c", loss=2.0)], ranking=Ranking.LOSS)

    assert ids(found) == "bca"


def test_confidently_wrong_takes_only_what_was_judged_wrong_the_surest_first() -> None:
    rows = [
        of("a", correct=False, confidence=0.6),
        of("b", correct=False, confidence=0.9),
        of("c", correct=True, confidence=1.0),
        of("d", correct=None, confidence=1.0),
        of("e", correct=False),
    ]

    assert ids(worst(rows, ranking=Ranking.CONFIDENT_WRONG)) == "ba"
    assert [is_without_value(row, Ranking.CONFIDENT_WRONG) for row in rows] == [False, False, False, False, True]


def test_feedback_puts_down_before_none_before_up_and_then_the_lower_score_with_none_last() -> None:
    rows = [
        of("a", feedback=Feedback.UP, score=0.0),
        of("b", feedback=None, score=0.9),
        of("c", feedback=Feedback.DOWN),
        of("d", feedback=Feedback.DOWN, score=0.8),
        of("e", feedback=None, score=nan),
    ]

    assert ids(worst(rows, ranking=Ranking.FEEDBACK)) == "dcbea"


@pytest.mark.parametrize("value", [None, nan, inf, -inf])
def test_a_value_that_is_no_finite_number_does_not_rank_and_is_counted(value: float | None) -> None:
    row = of("a", score=value)

    assert worst([row]) == []
    assert is_without_value(row, Ranking.SCORE)


def test_ties_go_to_the_older_and_then_to_the_smaller_id_by_code_point() -> None:
    later = NOON + timedelta(microseconds=1)
    rows = [of("é", score=0.1), of("a", score=0.1, occurred_at=later), of("z", score=0.1), of("Z", score=0.1)]

    assert ids(worst(rows)) == "Zzéa"


def test_the_ranking_that_a_source_cannot_do_is_refused_with_those_it_can() -> None:
    assert str(CannotRankError(Ranking.SCORE, ["id", "loss", "correct", "confidence"])) == (
        "Ranking by score needs a column for “score”, and the source has none."
        " It can be ranked by: loss, confident_wrong (--rank loss)."
    )


def test_a_source_that_can_do_none_is_told_what_to_map() -> None:
    assert str(CannotRankError(Ranking.CONFIDENT_WRONG, ["id", "correct"])).endswith(
        "Nothing can be ranked: map one of score, loss, feedback, or both correct and confidence (--map score=COLUMN)."
    )


def test_possible_rankings_come_in_the_order_we_offer_them() -> None:
    assert possible_rankings(["feedback", "loss", "score", "confidence"]) == [
        Ranking.SCORE,
        Ranking.LOSS,
        Ranking.FEEDBACK,
    ]


@given(PREDICTIONS, st.sampled_from(Ranking), st.integers(0, 15))
def test_the_worst_are_the_head_of_one_total_order(rows: list[Prediction], ranking: Ranking, limit: int) -> None:
    everything = worst(rows, ranking=ranking, limit=len(rows))
    keys = [sort_key(row, ranking) for row in everything]

    assert worst(rows[::-1], ranking=ranking, limit=limit) == everything[:limit]
    assert all(earlier < later for earlier, later in pairwise(keys) if earlier and later)
