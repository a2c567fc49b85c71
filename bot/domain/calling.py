"""Who is called when nobody acknowledges an incident, and when; nobody is woken who did not accept it.

Source: ux 3.4 (direct message, thread, backup, leads, again); the spans are ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo

from bot.domain.incidents import Severity
from bot.domain.nights import Reach, day_begins, may_be_called
from bot.domain.window import instant_of
from bot.domain.working_hours import LAST, next_working


class Rung(StrEnum):
    """Who is called, in this order: the owner directly, the owner in the thread where others see it, the backup and
    the other owners, the PM and the ML lead, the admins.
    """

    OWNER = "owner"
    THREAD = "thread"
    BACKUP = "backup"
    LEADS = "leads"
    ADMINS = "admins"


RUNGS = tuple(Rung)

FAST = 3
"""How many waits are short: until the backup and the leads know of it."""

LOOK_EVERY, LOOK_EVERY_WORKING = timedelta(minutes=15), timedelta(hours=1)
"""How often is looked whether there is somebody to call, where there was nobody: what is urgent, and what can wait."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """How long is waited for an answer *at_first*, that is for the owner, the backup and the leads, and *after* that;
    how many steps there are at *most*. *urgent*: around the clock, in real time; otherwise time counts in working
    hours only.
    """

    at_first: timedelta
    after: timedelta
    most: int
    urgent: bool


RHYTHMS: Mapping[Severity, Rhythm] = {
    # People are harmed meanwhile: in 15 minutes everybody knows. Then for nine hours, which covers a night.
    Severity.CRITICAL: Rhythm(at_first=timedelta(minutes=5), after=timedelta(minutes=15), most=40, urgent=True),
    # Bad, but an hour is bearable: the leads know after 45 minutes. Then each hour for a day.
    Severity.HIGH: Rhythm(at_first=timedelta(minutes=15), after=timedelta(hours=1), most=28, urgent=True),
    # It can wait for the morning, not for the week: twice a working day, for a week.
    Severity.MEDIUM: Rhythm(at_first=timedelta(hours=1), after=timedelta(hours=4), most=14, urgent=False),
    # A working day to answer; then every other day, for three weeks.
    Severity.LOW: Rhythm(at_first=timedelta(hours=8), after=timedelta(hours=16), most=10, urgent=False),
}

Chain = Mapping[Rung, Sequence[str]]
"""Who stands on each rung."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What is known of an incident that nobody acknowledged: since when its owner is waited for, the zone whose working
    hours count, who is on which rung, and when each of them can be called.
    """

    severity: Severity
    called_at: datetime
    zone: ZoneInfo
    chain: Chain
    reaches: Mapping[str, Reach]

    @property
    def rhythm(self) -> Rhythm:
        """How often it calls."""
        return RHYTHMS[self.severity]

    @property
    def everybody(self) -> tuple[str, ...]:
        """Everybody who may be called for it at some time."""
        return tuple(dict.fromkeys(user for rung in RUNGS for user in self.chain.get(rung, ())))

    def may(self, user: str, at: datetime) -> bool:
        """Whether *user* may be called *at* that instant."""
        return may_be_called(self.reaches[user], at, urgent=self.rhythm.urgent)

    def day_of(self, user: str, at: datetime) -> datetime:
        """When the day of *user* begins, *at* the earliest."""
        return day_begins(self.reaches[user], at, urgent=self.rhythm.urgent)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step: who was *called*, and who was *passed_over* because it is night where they are. Nobody called: nobody
    may be, for now. Without a *rung*, those are called whose day began.
    """

    at: datetime
    rung: Rung | None = None
    called: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


def step_at(case: Case, past: Sequence[Step], now: datetime) -> Step | None:
    """What is to be done *now*, after *past* was; None: nothing yet. What was missed is not made up for: the step is
    the one where the clock is, with the owner where nobody was called yet.
    """
    woken = tuple(user for user in _owed(case, past) if case.may(user, now))
    turns = _turns_due(case, past, now)
    if not turns:
        return Step(at=now, called=woken) if woken else None
    step = _walked(case, _next_rung(past) + turns - 1, now)
    if not step.called and past and not past[-1].called:
        return step if _is_news(case, past, step) else None
    # Who comes late begins with the others, but not without the one it is all about.
    first = () if past else _walked(case, 0, now).called
    called = tuple(dict.fromkeys((*first, *step.called, *woken)))
    return Step(at=now, rung=step.rung, called=called, passed_over=step.passed_over)


def next_at(case: Case, past: Sequence[Step], now: datetime | None = None) -> datetime | None:
    """When the step after *past* is due; None: never, all has been tried or there is nobody. *now*: where it is later
    than the last of them, as after an outage, who could have been called meanwhile is not waited for in the past.
    """
    after = max((at for at in (past[-1].at if past else None, now) if at is not None), default=case.called_at)
    if past and not past[-1].called:
        return min((case.day_of(user, after) for user in case.everybody), default=None)
    since = _since_nobody(past)
    due = [case.day_of(user, after) for user in _owed(case, past)]
    if len(past) < case.rhythm.most:
        start = _start(case, past)
        due.append(_turn_at(case, start, _turns_by(case, start, since[-1].at) if since else 0))
    return min(due, default=None)


def next_look(case: Case, now: datetime) -> datetime:
    """When is looked again, after *now*, whether there is somebody to call, where there is nobody at all."""
    if case.rhythm.urgent:
        return now + LOOK_EVERY
    return working_after(next_working(now, case.zone), LOOK_EVERY_WORKING, case.zone)


def first_round(case: Case, at: datetime) -> tuple[tuple[str, ...], ...]:
    """Who would be called one after the other if it began *at* that instant, without those who may not be."""
    tried = (
        tuple(user for user in case.chain.get(rung, ()) if case.may(user, at))
        for rung in RUNGS
        if rung is not Rung.THREAD
    )
    return tuple(people for people in tried if people)


def working_after(start: datetime, span: timedelta, zone: ZoneInfo) -> datetime:
    """The instant at which *span* of working time in *zone* has passed since *start*, itself within working hours:
    what ends at five goes on at nine. In UTC.
    """
    local, left = next_working(start, zone).astimezone(zone), span
    while True:
        rest = datetime.combine(local.date(), time(LAST)) - local.replace(tzinfo=None)
        if left < rest:
            return instant_of(local.replace(tzinfo=None) + left, zone)
        left -= rest
        local = next_working(instant_of(datetime.combine(local.date(), time(LAST)), zone), zone).astimezone(zone)


def _walked(case: Case, place: int, now: datetime) -> Step:
    """From the rung at *place* on, the first on which somebody may be called: nobody waits for who is asleep."""
    asleep: list[str] = []
    for ahead in range(len(RUNGS)):
        rung = RUNGS[(place + ahead) % len(RUNGS)]
        people = case.chain.get(rung, ())
        asleep += [user for user in people if not case.may(user, now)]
        called = tuple(user for user in people if case.may(user, now))
        if called:
            return Step(at=now, rung=rung, called=called, passed_over=tuple(dict.fromkeys(asleep)))
    return Step(at=now, passed_over=tuple(dict.fromkeys(asleep)))


def _is_news(case: Case, past: Sequence[Step], step: Step) -> bool:
    """Whether *step*, which calls nobody as the one before it did, says something else: there is somebody at all now,
    or nobody any more, or a day began on which nobody may be called either.
    """
    before = past[-1]
    if bool(step.passed_over) != bool(before.passed_over):
        return True
    day = next_at(case, past)
    return day is not None and step.at >= day


def _since_nobody(past: Sequence[Step]) -> Sequence[Step]:
    """The steps since nobody could be called the last time: from there on the turns are counted anew."""
    silent = [place for place, step in enumerate(past) if not step.called]
    return past[silent[-1] + 1 :] if silent else past


def _owed(case: Case, past: Sequence[Step]) -> list[str]:
    """Who was passed over for somebody else and not called after that, of those who are still on a rung."""
    owed: dict[str, None] = {}
    for step in past:
        owed.update(dict.fromkeys(step.passed_over if step.called else ()))
        owed = {user: None for user in owed if user not in step.called}
    return [user for user in owed if user in case.everybody]


def _next_rung(past: Sequence[Step]) -> int:
    """The rung after the one that was called last, as its place."""
    rungs = [step.rung for step in past if step.rung is not None]
    return RUNGS.index(rungs[-1]) + 1 if rungs else 0


def _turns_due(case: Case, past: Sequence[Step], now: datetime) -> int:
    """How many turns came due since the last step; 0 where it is not time yet, or all have been."""
    since = _since_nobody(past)
    if past and not since:
        return 1
    if len(past) >= case.rhythm.most:
        return 0
    start = _start(case, past)
    return _turns_by(case, start, now) - (_turns_by(case, start, since[-1].at) if since else 0)


def _start(case: Case, past: Sequence[Step]) -> datetime:
    """From when the turns are counted: since the owner is waited for, or since somebody could be called again."""
    since = _since_nobody(past)
    if len(since) < len(past) and since:
        return since[0].at
    return case.called_at if case.rhythm.urgent else next_working(case.called_at, case.zone)


def _turns_by(case: Case, start: datetime, now: datetime) -> int:
    """How many turns there were until *now*, the one at *start* included."""
    return next(place for place, due in enumerate(_turns(case, start)) if due > now)


def _turn_at(case: Case, start: datetime, place: int) -> datetime:
    return next(due for number, due in enumerate(_turns(case, start)) if number == place)


def _turns(case: Case, start: datetime) -> Iterator[datetime]:
    """When each turn is, without an end."""
    for place in count():
        span = case.rhythm.at_first * min(place, FAST) + case.rhythm.after * max(place - FAST, 0)
        waits = case.rhythm.urgent or not place
        yield start + span if waits else working_after(start, span, case.zone)
