"""A value entered in one line."""

from datetime import date

import pytest

from bot.domain.catalogue import CATALOGUE
from bot.domain.log_line import Line, line_typed
from bot.domain.spans import Days, Span
from bot.domain.typed import Typed, UnclearValueError
from bot.domain.words import words_of

CSAT = CATALOGUE["csat"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("4.3", Line(typed=Typed(value=4.3), days=None, source="")),
        ("4.3 n=212 last week", Line(typed=Typed(value=4.3, n=212), days=Span.LAST_WEEK, source="")),
        ("4.3 for this week", Line(typed=Typed(value=4.3), days=Span.THIS_WEEK, source="")),
        ('4.3 from="our survey" n=40', Line(typed=Typed(value=4.3, n=40), days=None, source="our survey")),
        (
            "2026-11-09 to 2026-11-15 4.3",
            Line(typed=Typed(value=4.3), days=Days(first=date(2026, 11, 9), last=date(2026, 11, 15)), source=""),
        ),
        (
            "4.3 2026-11-09..2026-11-15 n=40",
            Line(typed=Typed(value=4.3, n=40), days=Days(first=date(2026, 11, 9), last=date(2026, 11, 15)), source=""),
        ),
    ],
)
def test_one_line_says_value_sample_days_and_where_it_came_from(text: str, line: Line) -> None:
    assert line_typed(CSAT, words_of(text)) == line


@pytest.mark.parametrize("text", ["last week", "good", "4.3 next week", "4.3 last weekend"])
def test_a_line_without_a_value_is_refused_as_it_was_typed(text: str) -> None:
    with pytest.raises(UnclearValueError, match=f"^“{text}” is no value"):
        line_typed(CSAT, words_of(text))
