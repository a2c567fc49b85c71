"""Text that is not ours in Markdown: in code, but for names that Markdown cannot read as anything else."""

import pytest

from bot.domain.quoting import name


@pytest.mark.parametrize("plain", ["Raj Patel", "Zoë O'Brien", "Support Copilot 2", "李雷", "Jean-Luc"])
def test_a_name_of_words_stands_as_it_is(plain: str) -> None:
    assert name(plain) == plain


@pytest.mark.parametrize(
    "odd", ["*Raj*", "www.evil.example", "- Raj", "Raj_Patel", "<b>", "#1", "x`y", "1. Raj", "Raj!", "[a](b)"]
)
def test_any_other_name_stands_in_code(odd: str) -> None:
    assert name(odd).startswith("`")
    assert name(odd).endswith("`")
