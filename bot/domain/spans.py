"""The windows that people mean when they enter a value: the last seven days, last week, last month, from one day to
another.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.planning import Period
from bot.domain.text import clip, one_line
from bot.domain.window import Window, instant_of
from bot.errors import UserError

_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:\.\.|/|to|until|-|–)\s*(\d{4}-\d{2}-\d{2}))?")
_WEEK = timedelta(days=7)


class Span(StrEnum):
    """A stretch of whole days where the product is. THIS_WEEK: the seven days that ended this morning. LAST_WEEK: the
    calendar week before this one, Monday to Sunday. LAST_MONTH: the calendar month before this one.
    """

    THIS_WEEK = "this week"
    LAST_WEEK = "last week"
    LAST_MONTH = "last month"


class UnclearSpanError(UserError):
    """Not a stretch of time."""

    def __init__(self, text: str) -> None:
        typed = clip(one_line(text), 40)
        super().__init__(
            f"“{typed}” is no stretch of days. Write “this week”, “last week”, “last month”, or days like"
            " “2026-11-09 to 2026-11-15”."
        )


class UnfinishedSpanError(UserError):
    """The days are not over yet: a value of them cannot be known."""

    def __init__(self, last: date) -> None:
        super().__init__(f"{last.day} {last:%b %Y} is not over yet: choose days that are over.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """From the *first* to the *last* day, both included."""

    first: date
    last: date


def usual_span(cadence: Period) -> Span:
    """The span that is meant where nobody says one: what is read daily is entered for the last seven days."""
    match cadence:
        case Period.DAILY:
            return Span.THIS_WEEK
        case Period.WEEKLY:
            return Span.LAST_WEEK
        case Period.MONTHLY:
            return Span.LAST_MONTH
        case _:
            assert_never(cadence)


def days_typed(text: str) -> Span | Days:
    """The days that *text* says: “this week”, “last month”, “2026-11-09 to 2026-11-15”, “2026-11-09..2026-11-15”,
    or a single day. Raises `UnclearSpanError`.
    """
    words = one_line(text).casefold()
    if words in set(Span):
        return Span(words)
    found = _DATES.fullmatch(words)
    if found is None:
        raise UnclearSpanError(text)
    try:
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])
    except ValueError as error:
        raise UnclearSpanError(text) from error
    if last < first:
        raise UnclearSpanError(text)
    return Days(first=first, last=last)


def window_said(said: Span | Days, *, now: datetime, zone: ZoneInfo) -> Window:
    """The window of *said* in *zone*, from midnight to midnight. Raises `UnfinishedSpanError` where it is not over."""
    today = now.astimezone(zone).date()
    days = said if isinstance(said, Days) else _days(said, today)
    if days.last >= today:
        raise UnfinishedSpanError(days.last)
    return Window(_midnight(days.first, zone), _midnight(days.last + timedelta(days=1), zone))


def span_in_words(window: Window, zone: ZoneInfo) -> str:
    """*window* as people read it, the last day included: “9 to 15 Nov 2026”, “26 Oct to 1 Nov 2026”, “15 Nov 2026”."""
    first = window.start.astimezone(zone).date()
    last = max(first, (window.end - timedelta.resolution).astimezone(zone).date())
    until = f"{last.day} {last:%b %Y}"
    if first == last:
        return until
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {until}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%b}{year} to {until}"


def _days(span: Span, today: date) -> Days:
    monday = today - timedelta(days=today.weekday())
    match span:
        case Span.THIS_WEEK:
            return Days(first=today - _WEEK, last=today - timedelta(days=1))
        case Span.LAST_WEEK:
            return Days(first=monday - _WEEK, last=monday - timedelta(days=1))
        case Span.LAST_MONTH:
            last = today.replace(day=1) - timedelta(days=1)
            return Days(first=last.replace(day=1), last=last)
        case _:
            assert_never(span)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant_of(datetime.combine(day, time()), zone)
