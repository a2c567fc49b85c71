"""Where the values of a metric go, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.courses import course_in_words, has_levelled_off


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("edit_rate", [0.2, 0.3, 0.4], "No trend can be told from 3 values: 4 are the fewest."),
        (
            "edit_rate",
            [0.2, 0.22, 0.24, 0.26],
            "It is rising steadily, the wrong way: typically up 2 points from one value to the next.",
        ),
        (
            "accuracy",
            [0.8, 0.82, 0.84, 0.86],
            "It is rising steadily, the right way: typically up 2 points from one value to the next.",
        ),
        (
            "cost_per_resolution",
            [4.4, 4.3, 4.2, 4.1],
            "It is falling steadily, the right way: typically down $0.10 from one value to the next.",
        ),
        (
            "accuracy",
            [0.87, 0.871, 0.868, 0.87],
            "It has levelled off: 4 values within 0.3 points. That is no slipping.",
        ),
        (
            "cost_per_resolution",
            [4.2, 4.21, 4.19, 4.2],
            "It has levelled off: 4 values within $0.02. That is no slipping.",
        ),
        ("accuracy", [0.8, 0.9, 0.7, 0.85], "It goes up and down, no more than chance does: no trend is shown."),
    ],
)
def test_a_course_is_told_with_its_size_and_its_side(name: str, values: list[float], words: str) -> None:
    assert course_in_words(CATALOGUE[name], values) == words


@given(st.lists(st.floats(0, 1), min_size=4, max_size=12))
def test_what_is_said_to_have_levelled_off_is_so_everywhere_and_never_said_to_move(values: list[float]) -> None:
    metric = CATALOGUE["accuracy"]

    assert has_levelled_off(metric, values) == ("levelled off" in course_in_words(metric, values))
