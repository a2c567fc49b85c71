"""Whether looking at more errors still teaches anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.saturation import Saturation, saturation, sentence


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([1] * 19, ""),
        ([1] * 21, "No new kind of error in the last 20. Widen the sample, or rank by something else."),
        ([1] * 20 + [2], "1 new kind of error in the last 20."),
        ([1, 2, 3] + [1, 2, 4, 5] * 5, "2 new kinds of error in the last 20."),
    ],
)
def test_what_is_said(kinds: list[int], said: str) -> None:
    assert sentence(saturation(kinds)) == said


@given(st.lists(st.integers(1, 9), min_size=20, max_size=60))
def test_new_is_what_only_the_last_ones_show(kinds: list[int]) -> None:
    assert saturation(kinds) == Saturation(looked_at=20, new=len(set(kinds)) - len(set(kinds[:-20])))
