"""Schedules: a day and a time on the wall, the slots they make, and which slot is run after a pause."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from cronsim import CronSim

from bot.domain.window import Window, days_before, instant_of
from bot.errors import UserError

LATE_AFTER = timedelta(minutes=5)
"""A slot run later than this is marked late: fetching before it may take minutes, people notice more than that."""

DAILY_MAX_LATE = timedelta(hours=2)
"""How late a daily slot is still worth running. Source: design 3."""

SKIPS_KEPT = 60
"""How many skipped slots are named one by one, the latest of them; of the others only the number is known."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LAST_DAY_OF_EVERY_MONTH = 28
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


class Period(StrEnum):
    """How often a schedule comes round, on the calendar: a day has 23 to 25 hours, a month 28 to 31 days."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class UnclearScheduleError(UserError):
    """Not a day and a time."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is not a schedule. Write a day and a time, like “mon 09:00”, “daily 09:00” or"
            " “monthly 1 09:00” (day 1 to 28: every month has those)."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class At:
    """A day and a time on the wall of the product's zone. `day` is 0 (Monday) to 6 for weekly, 1 to 28 for monthly, and
    0 for daily. `str()` gives the text that `parse` reads.
    """

    period: Period
    time: time
    day: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """The schedule that *text* names: “mon 09:00”, “Monday 9:00”, “daily 09:00”, “monthly 1 09:00”.

        Raises `UnclearScheduleError`; cron expressions are refused too.
        """
        day: int | None
        match text.lower().split():
            case ["daily", clock]:
                period, day = Period.DAILY, 0
            case ["monthly", number, clock]:
                period, day = Period.MONTHLY, _day_of_month(number)
            case [name, clock]:
                period, day = Period.WEEKLY, _weekday(name)
            case _:
                raise UnclearScheduleError(text)
        found = _CLOCK.fullmatch(clock)
        if day is None or found is None:
            raise UnclearScheduleError(text)
        return cls(period=period, time=time(int(found[1]), int(found[2])), day=day)

    def __str__(self) -> str:  # type: ignore[explicit-override] # typing.override comes with Python 3.12
        match self.period:
            case Period.DAILY:
                return f"daily {self.time:%H:%M}"
            case Period.WEEKLY:
                return f"{_WEEKDAYS[self.day][:3]} {self.time:%H:%M}"
            case Period.MONTHLY:
                return f"monthly {self.day} {self.time:%H:%M}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One time a schedule comes round: `nominal` as the clock on the wall shows it (naive), `due` the instant in UTC.

    A wall time that the clocks skip is nominal at the first minute after the gap; one that they show twice is due on
    its first pass. So each nominal time is due once. Source: design 3.
    """

    nominal: datetime
    due: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to do about the slots that came due: at most one is run, the others are put on record as skipped.

    `skipped` names the latest `SKIPS_KEPT` of them, oldest first; `skips` is how many there were in all.
    """

    run: Slot | None
    late: bool
    skipped: tuple[Slot, ...]
    skips: int
    next_due: datetime


def slots_after(at: At, zone: ZoneInfo, instant: datetime) -> Iterator[Slot]:
    """The slots due strictly after *instant* (aware), soonest first, without end."""
    for wall in CronSim(_cron(at), instant.astimezone(zone)):
        due = wall.astimezone(UTC)
        # Started inside the second pass of a doubled hour, cronsim yields the first pass, which is over.
        if due > instant:
            yield Slot(nominal=wall.replace(tzinfo=None), due=due)


def slot_named(at: At, zone: ZoneInfo, nominal: datetime) -> Slot | None:
    """The slot with this nominal wall time (naive), None when the schedule has no such slot."""
    try:
        found = next(_slots_from(at, zone, instant_of(nominal, zone)))
    except OverflowError:  # at either end of the calendar
        return None
    return found if found.nominal == nominal else None


def catch_up(at: At, zone: ZoneInfo, *, next_due: datetime, now: datetime, max_late: timedelta | None = None) -> Plan:
    """What to do at *now* about the slots due since *next_due*: the latest is run unless it is later than *max_late*.

    By default a daily slot may be `DAILY_MAX_LATE` late, a weekly or monthly one a whole period, that is, until its
    next one is due. Nothing due is an answer: nothing is run, and *next_due* is the first slot from it on.

    A slot that was moved since *next_due* was written down, by less than a day (the product's zone was changed, or a
    country changed its clocks), is run at its new instant, also where that is earlier.
    """
    missed: deque[Slot] = deque(maxlen=SKIPS_KEPT + 1)
    count = 0
    slots = _slots_from(at, zone, _moved(at, zone, next_due))
    while (slot := next(slots)).due <= now:
        missed.append(slot)
        count += 1
    run = missed.pop() if missed and _still_useful(at, now - missed[-1].due, max_late) else None
    return Plan(
        run=run,
        late=run is not None and now - run.due > LATE_AFTER,
        skipped=tuple(missed)[-SKIPS_KEPT:],
        skips=count - (run is not None),
        next_due=slot.due,
    )


def window_of(slot: Slot, at: At, zone: ZoneInfo, *, days: int = 7) -> Window:
    """The *days* calendar days that end when *slot* is due.

    The windows of consecutive slots touch, also where the clocks moved a slot: a weekly 02:30 that ran at 03:00 still
    looks back to last week's 02:30.
    """
    return days_before(slot.due, days=days, zone=zone, wall=_wall_before_moving(slot, at, zone))


def _slots_from(at: At, zone: ZoneInfo, instant: datetime) -> Iterator[Slot]:
    return slots_after(at, zone, instant - timedelta.resolution)


def _moved(at: At, zone: ZoneInfo, next_due: datetime) -> datetime:
    """When the slot that was due at *next_due* is due by the clocks of today: the one nearest to it."""
    before = None
    for slot in _slots_from(at, zone, next_due - timedelta(days=1)):
        if slot.due >= next_due:
            closer = before is not None and next_due - before < slot.due - next_due
            return before if closer and before is not None else slot.due
        before = slot.due
    return next_due


def _still_useful(at: At, lateness: timedelta, max_late: timedelta | None) -> bool:
    if max_late is not None:
        return lateness <= max_late
    # The latest weekly or monthly slot is by definition less than a period old.
    return at.period is not Period.DAILY or lateness <= DAILY_MAX_LATE


def _wall_before_moving(slot: Slot, at: At, zone: ZoneInfo) -> datetime | None:
    """The wall time the schedule meant; None for a slot made up outside it."""
    # No gap is longer than a day (Apia skipped one). Where that day's slot and the next fell on one instant, the
    # earlier counts: its window is the one that touches the slot before.
    for days in (1, 0):
        wall = datetime.combine(slot.nominal.date() - timedelta(days=days), at.time)
        if _has_day(at, wall) and instant_of(wall, zone) == slot.due:
            return wall
    return None


def _has_day(at: At, wall: datetime) -> bool:
    match at.period:
        case Period.DAILY:
            return True
        case Period.WEEKLY:
            return wall.weekday() == at.day
        case Period.MONTHLY:
            return wall.day == at.day


def _cron(at: At) -> str:
    days = {Period.DAILY: "* * *", Period.WEEKLY: f"* * {at.day + 1}", Period.MONTHLY: f"{at.day} * *"}
    return f"{at.time.minute} {at.time.hour} {days[at.period]}"


def _weekday(name: str) -> int | None:
    return next((number for number, day in enumerate(_WEEKDAYS) if name in {day, day[:3]}), None)


def _day_of_month(number: str) -> int | None:
    if not (number.isascii() and number.isdigit()):
        return None
    return int(number) if 1 <= int(number) <= _LAST_DAY_OF_EVERY_MONTH else None
