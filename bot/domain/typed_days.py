"""Days as people type them: 2026-12-04, “fri”, “in 2 weeks”, “+1w”."""

import re
from datetime import date, timedelta

from bot.domain.text import clip, one_line
from bot.errors import UserError

WEEK = timedelta(weeks=1)

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST = 3
_NEAR = {"today": 0, "tomorrow": 1, "next week": 7}
_SPAN = re.compile(r"(in |\+ ?)?(\d{1,3}) ?(d|days?|w|weeks?)")


class UnclearDayError(UserError):
    """Words that name no day."""

    def __init__(self, text: str) -> None:
        shown = clip(one_line(text), 40)
        super().__init__(f"“{shown}” is not a day. Write it like 2026-12-04, fri, in 2 weeks or +1w.")


class PastDayError(UserError):
    """Nothing can be due on a day that is over."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{shown(day)} is over already: choose a day to come.")


def day_of(text: str, *, today: date, due: date | None = None) -> date:
    """The day that *text* names, today or later. A weekday is the next one after today; “+1w” counts from *due* where
    that is still to come, everything else from today. Raises `UnclearDayError`, `PastDayError`.
    """
    words = one_line(text).casefold()
    day = _counted(words, today, due) or _weekday(words, today) or _written(words)
    if day is None:
        raise UnclearDayError(text)
    if day < today:
        raise PastDayError(day)
    return day


def shown(day: date) -> str:
    """A day as people read it: Fri 4 Dec 2026."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def _counted(words: str, today: date, due: date | None) -> date | None:
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    found = _SPAN.fullmatch(words)
    if found is None:
        return None
    start = max(today, due or today) if (found[1] or "").startswith("+") else today
    return start + int(found[2]) * (WEEK if found[3].startswith("w") else timedelta(days=1))


def _weekday(words: str, today: date) -> date | None:
    if len(words) < _SHORTEST:
        return None
    number = next((place for place, name in enumerate(_WEEKDAYS) if name.startswith(words)), None)
    return None if number is None else today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _written(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
