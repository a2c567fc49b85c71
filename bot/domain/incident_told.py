"""Incidents as stakeholders read of them: what it was, how long, what was done, whether it is over; no jargon."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import natural
from bot.domain.failure_modes import OTHER_KIND, FailureMode
from bot.domain.incidents import Decision, Did, Event, Incident, Severity, decisions, was_false_alarm
from bot.domain.lasting import lasting, parts_of
from bot.domain.plain_language import jargon_in
from bot.domain.text import bounded, number, one_line
from bot.domain.updates import Figure
from bot.domain.window import Window, zone_named

SERIOUS = (Severity.CRITICAL, Severity.HIGH)
"""After one of these no week is called a good one."""

DONE: Mapping[Decision, str] = {
    Decision.RETRAIN: "it was decided to train the model again",
    Decision.ROLL_BACK: "the model was rolled back",
    Decision.SWITCH_OFF: "it was switched off",
    Decision.PEOPLE_TAKE_OVER: "people took over",
    Decision.ACCEPT: "the team decided to live with it",
}
"""What was decided, for people who read no jargon."""

ONGOING = "still being worked on"

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WHAT_ROOM = 120
_THIS_WEEK = timedelta(days=6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """An incident as it stood at an instant: *what* stakeholders call it, when it *began* and *ended* (None: it goes
    on), whether it *came_back* after it was thought solved, and what was decided, the first first.
    """

    what: str
    severity: Severity
    began: datetime
    ended: datetime | None = None
    came_back: bool = False
    decided: tuple[Decision, ...] = ()

    @property
    def is_serious(self) -> bool:
        """Whether it was one of the two worst severities."""
        return self.severity in SERIOUS


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Sentences, and the numbers and dates in them."""

    text: str = ""
    figures: tuple[Figure, ...] = ()
    dates: tuple[str, ...] = ()


def trouble_of(
    incident: Incident, events: Sequence[Event], mode: FailureMode, *, news: Window, as_of: datetime
) -> Trouble | None:
    """What is told of an incident by whoever tells of *news* at *as_of*: None where it was over before, came later, or
    was a false alarm.

    It is told in every week in which it went on, so in the one in which it began and in the one in which it ended.
    """
    known = [event for event in events if event.at <= as_of]
    spans = _spans(known)
    if was_false_alarm(known) or not any(ended is None or ended >= news.start for _, ended in spans):
        return None
    return Trouble(
        what=_business(mode),
        severity=_severity_at(incident, known),
        began=spans[0][0],
        ended=spans[-1][1],
        came_back=len(spans) > 1,
        decided=tuple(dict.fromkeys(_decisions(known))),
    )


def line_of(troubles: Iterable[Trouble], *, zone: str, as_of: datetime) -> Line:
    """All of *troubles* in a few sentences, the worst one told; without any, nothing."""
    ordered = sorted(troubles, key=lambda one: (one.severity, one.ended is not None, one.began))
    if not ordered:
        return Line()
    worst, *others = ordered
    day = _day(worst.began, zone, as_of)
    return Line(
        text=f"{_opening(worst, others, day)}: {worst.what}{_length(worst)}. {_rest(worst, others, zone, as_of)}",
        figures=(*_counted(ordered, others), *_lengths(worst)),
        dates=tuple(dict.fromkeys(filter(None, [day, _end(worst, zone, as_of), *_days(worst)]))),
    )


def warning_of(troubles: Iterable[Trouble]) -> Line:
    """What a headline says of the serious ones among *troubles*, to stand before all else; nothing without one."""
    serious = [one for one in troubles if one.is_serious]
    if not serious:
        return Line()
    goes_on = f", {ONGOING}" if any(one.ended is None for one in serious) else ""
    text = f"{in_words(len(serious))} serious {_noun(len(serious))}{goes_on}"
    return Line(text=text, figures=_count(len(serious), "Serious incidents"))


def in_words(count: int) -> str:
    """“two”; past twelve in digits."""
    return _COUNTS[count] if count < len(_COUNTS) else number(count)


def _spans(events: Iterable[Event]) -> list[tuple[datetime, datetime | None]]:
    """From when to when it went on, by its record; None: it still does."""
    spans: list[tuple[datetime, datetime | None]] = []
    for event in events:
        if event.what in {Did.DECLARED, Did.REOPENED}:
            spans.append((event.at, None))
        elif event.what is Did.RESOLVED and spans:
            spans[-1] = (spans[-1][0], event.at)
    return spans


def _severity_at(incident: Incident, events: Iterable[Event]) -> Severity:
    """The worst severity it had: what was made milder in the end was still as bad as that."""
    graded = [Severity(event.detail["severity"][1]) for event in events if "severity" in event.detail]
    return min(graded, default=incident.severity)


def _decisions(events: Iterable[Event]) -> Iterable[Decision]:
    known = set(Decision)
    return (Decision(said) for one in decisions(events) if (said := one.detail.get("decision")) in known)


def _business(mode: FailureMode) -> str:
    words = one_line(bounded(mode.business, _WHAT_ROOM)).rstrip(".")
    return OTHER_KIND.business if not words or jargon_in(words) else words


def _opening(worst: Trouble, others: Sequence[Trouble], day: str) -> str:
    since = f"{'on' if worst.ended is not None else 'since'} {day}"
    if not others:
        return f"One incident {since}"
    return f"{_capital(in_words(1 + len(others)))} incidents, the worst {since}"


def _rest(worst: Trouble, others: Sequence[Trouble], zone: str, as_of: datetime) -> str:
    done = "; ".join(DONE[one] for one in worst.decided)
    parts = [f"{_capital(done)}." if done else "", _outcome(worst, zone, as_of), _of_others(others)]
    return " ".join(filter(None, parts))


def _outcome(one: Trouble, zone: str, as_of: datetime) -> str:
    back = "It came back once it was thought solved" if one.came_back else ""
    if one.ended is None:
        return f"{back} and is {ONGOING}." if back else f"It is {ONGOING}."
    end = _end(one, zone, as_of)
    solved = f"olved on {end}." if end else "olved."
    return f"{back}. S{solved}" if back else f"S{solved}"


def _of_others(others: Sequence[Trouble]) -> str:
    going_on = sum(one.ended is None for one in others)
    if not others:
        return ""
    if not going_on:
        return "The other one is solved too." if len(others) == 1 else "The others are solved too."
    if going_on == len(others):
        return f"The other{'' if len(others) == 1 else 's'} {'is' if len(others) == 1 else 'are'} {ONGOING}."
    return f"Of the others, {in_words(going_on)} {'is' if going_on == 1 else 'are'} {ONGOING}."


def _length(one: Trouble) -> str:
    """How long it lasted; nothing for what came back, which did not go on all the time."""
    span = _span(one)
    return "" if span is None else f" for {lasting(span)}"


def _span(one: Trouble) -> timedelta | None:
    return None if one.ended is None or one.came_back else one.ended - one.began


def _lengths(one: Trouble) -> tuple[Figure, ...]:
    span = _span(one)
    what = "How long an incident lasted, recorded"
    return tuple(Figure(shown=part, what=what) for part in (parts_of(span) if span is not None else ()))


def _days(one: Trouble) -> list[str]:
    """The days in how long it lasted: whoever reads takes them for a date."""
    span = _span(one)
    return [part for part in parts_of(span) if "day" in part] if span is not None else []


def _counted(ordered: Sequence[Trouble], others: Sequence[Trouble]) -> tuple[Figure, ...]:
    going_on = sum(one.ended is None for one in others)
    return (*_count(len(ordered), "Incidents"), *_count(going_on, "Incidents that are not solved"))


def _count(count: int, what: str) -> tuple[Figure, ...]:
    return (Figure(shown=number(count), what=f"{what}, counted"),) if count > 1 else ()


def _end(one: Trouble, zone: str, as_of: datetime) -> str:
    """The day on which it ended, where that was another than it began on."""
    if one.ended is None:
        return ""
    tz = zone_named(zone)
    same = one.ended.astimezone(tz).date() == one.began.astimezone(tz).date()
    return "" if same else _day(one.ended, zone, as_of)


def _day(instant: datetime, zone: str, as_of: datetime) -> str:
    """“Tuesday”; “3 November” where it is longer ago than this weekday."""
    tz = zone_named(zone)
    day, today = instant.astimezone(tz).date(), as_of.astimezone(tz).date()
    return f"{day:%A}" if today - day <= _THIS_WEEK else natural.day_of(day)


def _noun(count: int) -> str:
    return "incident" if count == 1 else "incidents"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
