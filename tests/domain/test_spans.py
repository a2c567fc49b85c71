"""The windows that people mean when they enter a value."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.planning import Period
from bot.domain.spans import (
    Days,
    Span,
    UnclearSpanError,
    UnfinishedSpanError,
    days_typed,
    span_in_words,
    usual_span,
    window_said,
)
from bot.domain.window import Window, zone_named

BERLIN = zone_named("Europe/Berlin")
THURSDAY = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)


def midnight(month: int, day: int, hour: int = 23) -> datetime:
    """Midnight in Berlin at the end of that day."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "window", "words"),
    [
        (Span.THIS_WEEK, Window(midnight(11, 11), midnight(11, 18)), "12 to 18 Nov 2026"),
        (Span.LAST_WEEK, Window(midnight(11, 8), midnight(11, 15)), "9 to 15 Nov 2026"),
        # The clocks went back in October.
        (Span.LAST_MONTH, Window(midnight(9, 30, 22), midnight(10, 31)), "1 to 31 Oct 2026"),
    ],
)
def test_a_span_is_whole_days_where_the_product_is(span: Span, window: Window, words: str) -> None:
    assert window_said(span, now=THURSDAY, zone=BERLIN) == window
    assert span_in_words(window, BERLIN) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 15), date(2026, 11, 15), "15 Nov 2026"),
        (date(2026, 10, 26), date(2026, 11, 1), "26 Oct to 1 Nov 2026"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 Dec 2025 to 4 Jan 2026"),
    ],
)
def test_days_include_the_last_one(first: date, last: date, words: str) -> None:
    assert span_in_words(window_said(Days(first=first, last=last), now=THURSDAY, zone=BERLIN), BERLIN) == words


def test_what_is_not_over_has_no_value_yet() -> None:
    with pytest.raises(UnfinishedSpanError, match="19 Nov 2026 is not over yet"):
        window_said(Days(first=date(2026, 11, 16), last=date(2026, 11, 19)), now=THURSDAY, zone=BERLIN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Last week", Span.LAST_WEEK),
        ("this  week", Span.THIS_WEEK),
        ("last month", Span.LAST_MONTH),
        ("2026-11-09", Days(first=date(2026, 11, 9), last=date(2026, 11, 9))),
        ("2026-11-09 to 2026-11-15", Days(first=date(2026, 11, 9), last=date(2026, 11, 15))),
        ("2026-11-09..2026-11-15", Days(first=date(2026, 11, 9), last=date(2026, 11, 15))),
    ],
)
def test_days_are_named_or_written(text: str, said: Span | Days) -> None:
    assert days_typed(text) == said


@pytest.mark.parametrize("text", ["", "soon", "2026-11-31", "2026-11-15 to 2026-11-09", "2026-11-09 to 2026-13-01"])
def test_anything_else_names_no_days(text: str) -> None:
    with pytest.raises(UnclearSpanError):
        days_typed(text)


def test_a_metric_is_entered_for_the_span_of_its_cadence_where_nobody_says_another() -> None:
    assert [usual_span(cadence) for cadence in Period] == [Span.THIS_WEEK, Span.LAST_WEEK, Span.LAST_MONTH]
