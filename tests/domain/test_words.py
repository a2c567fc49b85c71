"""What people type becomes words, whatever they type."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.words import folded, nearest, words_of
from tests.support.hostile import hostile_text


@given(text=hostile_text | st.text())
def test_any_text_becomes_words_that_hold_no_quotes_and_are_not_empty(text: str) -> None:
    words = words_of(text)

    assert all(word and '"' not in word for word in words)
    assert "".join(words).replace(" ", "") in "".join(text.split()) or words


@given(text=hostile_text | st.text(), known=st.lists(st.text(max_size=9), max_size=5))
def test_any_word_is_folded_once_and_its_nearest_is_one_of_those_known(text: str, known: list[str]) -> None:
    assert folded(folded(text)) == folded(text)
    assert nearest(text, known) in {None, *known}


@pytest.mark.parametrize(("left", "right"), [('"', '"'), ("“", "”"), ("„", "“"), ("«", "»")])
def test_what_stands_in_quotes_is_one_word(left: str, right: str) -> None:
    assert words_of(f"product show {left}Support Copilot{right} now") == ("product", "show", "Support Copilot", "now")
    assert words_of(f"set name={left}Support Copilot{right}") == ("set", "name=Support Copilot")


def test_slacks_own_tokens_stay_whole() -> None:
    assert words_of("settings set <#C1|the team> <@U1|ana lima>") == (
        "settings",
        "set",
        "<#C1|the team>",
        "<@U1|ana lima>",
    )


@pytest.mark.parametrize(
    "text", ["<" * 40_000, '"' * 40_001, "a=" * 20_000, "<a" * 20_000, " " * 40_000, '="' * 20_000]
)
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.perf_counter()
    words_of(text)
    assert time.perf_counter() - began < 1
