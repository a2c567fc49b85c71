from datetime import UTC, datetime, timedelta
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import Folded, fold
from bot.domain.prediction import Prediction

FIRST = datetime(2026, 11, 9, tzinfo=UTC)

inputs = st.none() | st.lists(st.sampled_from(["card", "lost", "my", "refund", "7", "12", "?"]), max_size=6).map(
    " ".join
)


def a_pool(*texts: str | None) -> list[Prediction]:
    return [
        Prediction(id=str(number), occurred_at=FIRST + timedelta(minutes=number), input=text)
        for number, text in enumerate(texts)
    ]


def seats(*texts: str | None, limit: int = 20) -> list[list[int]]:
    """Which numbers of *texts* share a seat."""
    return [[int(one.id) for one in (seat.prediction, *seat.alike)] for seat in fold(a_pool(*texts), seats=limit)]


def test_what_is_alike_is_folded_into_the_worse_and_the_seat_goes_to_the_next() -> None:
    worst, other, alike = a_pool(
        "Where is my refund for order 17?", "Close my account", "Where is my refund for order 4?"
    )

    assert fold([worst, other, alike], seats=2) == [
        Folded(prediction=worst, alike=(alike,)),
        Folded(prediction=other, alike=()),
    ]


@pytest.mark.parametrize(
    "twin",
    [
        "where is my refund for order 99?",
        "Where is my refund, for order 4,711.50?!",
        "WHERE  is\nmy refund for order №17",
        "Where is my refund for order 2026-11-09",
        "Where is my refund for invoice 17",  # one word changed
    ],
)
def test_case_punctuation_digits_and_a_changed_word_leave_two_inputs_alike(twin: str) -> None:
    assert seats("Where is my refund for order 17?", twin) == [[0, 1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("order 17 of 2026-11-09 for 12.50 is late", "order 4711 of 2025-01-31 for 7.00 is late"),
        ("it's lost", "Its lost"),
        ("café closed", normalize("NFD", "café closed")),
    ],
)
def test_digits_apostrophes_and_ways_to_write_an_accent_make_no_difference(one: str, other: str) -> None:
    assert seats(one, other) == [[0, 1]]


def test_the_same_words_in_another_order_are_another_question() -> None:
    assert seats("card lost my today", "today my lost card") == [[0], [1]]


def test_half_of_all_word_pairs_is_enough_and_less_is_not() -> None:
    assert seats("a b c d", "a b c x") == [[0, 1]]  # 2 of 4
    assert seats("a b c d e f g h i", "a b c d e f x y z") == [[0], [1]]  # 5 of 11
    assert seats("a b c d e f", "a b c d") == [[0, 1]]  # 3 of 5


@pytest.mark.parametrize("nothing", [None, "", "  \n"])
def test_predictions_without_input_are_never_folded(nothing: str | None) -> None:
    assert seats(nothing, nothing, nothing) == [[0], [1], [2]]


@pytest.mark.parametrize(("one", "other", "are_alike"), [("Help!", "help", True), ("help", "hello", False)])
def test_a_single_word_is_alike_only_to_itself(one: str, other: str, are_alike: bool) -> None:
    assert seats(one, other) == ([[0, 1]] if are_alike else [[0], [1]])


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [("5.1, 3.5", "4.9, 3.0", False), ("5.1, 3.5", "5.1, 3.5", True), ("???", "???", True), ("👍", "👎", False)],
)
def test_inputs_without_words_are_compared_as_they_are(one: str, other: str, are_alike: bool) -> None:
    assert seats(one, other) == ([[0, 1]] if are_alike else [[0], [1]])


def test_scripts_without_spaces_are_compared_by_character() -> None:
    assert seats("退款什么时候到账", "退款什么时候能到账", "怎么修改密码") == [[0, 1], [2]]


def test_long_prompts_that_share_only_their_beginning_are_not_alike() -> None:
    shared = " ".join(f"rule{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600))
    tails = [" ".join(f"{letter}{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600)) for letter in "pq"]

    assert seats(f"{shared} {tails[0]}", f"{shared} {tails[1]}", f"{shared} {tails[0]}") == [[0, 2], [1]]


def test_alike_is_counted_over_the_whole_pool_past_the_last_seat() -> None:
    assert seats("lost my card", "close my account", "pay by phone", "lost my card", limit=2) == [[0, 3], [1]]


def test_who_is_like_two_seats_joins_the_worse() -> None:
    assert seats("a b c d", "c d e f", "b c d e") == [[0, 2], [1]]


@given(st.lists(inputs, max_size=12))
def test_every_prediction_of_the_pool_has_one_place_and_no_two_seats_are_alike(texts: list[str | None]) -> None:
    folded = fold(a_pool(*texts), seats=len(texts))
    leaders = [seat.prediction for seat in folded]

    assert sorted(one for seat in seats(*texts, limit=len(texts)) for one in seat) == list(range(len(texts)))
    assert fold(leaders, seats=len(texts)) == [Folded(prediction=one) for one in leaders]
    assert [int(one.id) for one in leaders] == sorted(int(one.id) for one in leaders)


@given(st.lists(inputs, max_size=12), st.integers(0, 12))
def test_fewer_seats_are_the_first_of_more(texts: list[str | None], limit: int) -> None:
    assert fold(a_pool(*texts), seats=limit) == fold(a_pool(*texts), seats=20)[:limit]
