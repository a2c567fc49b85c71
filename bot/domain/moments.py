"""Moments that people name beside a note: “at 14:10”, “yesterday 14:10”, “2026-11-17 14:10”."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.text import clip, one_line
from bot.domain.window import instant_of
from bot.errors import UserError

_MOMENT = re.compile(r"(?:at |on )?(?:(today|yesterday|\d{4}-\d{2}-\d{2}),? ?)?(?:at )?(\d{1,2}:\d{2})?")


class UnclearMomentError(UserError):
    """Not a moment."""

    def __init__(self, text: str) -> None:
        typed = clip(one_line(text), 40)
        super().__init__(
            f"“{typed}” is no moment. Put the note in quotes, then say when: “at 14:10”, “yesterday 14:10” or"
            " “2026-11-17 14:10”."
        )


class MomentAheadError(UserError):
    """What is still to come has not changed anything yet."""

    def __init__(self) -> None:
        super().__init__("That moment is still to come: note a change when it is there.")


def moment_said(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant that *text* names on the clocks of *zone*; *now* where it is empty, midnight for a day alone.

    Raises `UnclearMomentError`, `MomentAheadError`.
    """
    words = one_line(text).casefold()
    if not words:
        return now
    found = _MOMENT.fullmatch(words)
    if found is None or not any(found.groups()):
        raise UnclearMomentError(text)
    try:
        wall = datetime.combine(_day(found[1], now.astimezone(zone).date()), time.fromisoformat(_clock(found[2])))
        instant = instant_of(wall, zone)
    except (ValueError, OverflowError) as error:
        raise UnclearMomentError(text) from error
    if instant > now:
        raise MomentAheadError
    return instant


def _day(said: str | None, today: date) -> date:
    match said:
        case None | "today":
            return today
        case "yesterday":
            return today - timedelta(days=1)
        case _:
            return date.fromisoformat(said)


def _clock(said: str | None) -> str:
    return (said or "00:00").rjust(5, "0")
