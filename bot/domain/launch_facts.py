"""What is known of a product, as the facts that a launch rests on; nothing is met because it is unknown."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.defences import Defence
from bot.domain.failure_modes import FailureMode
from bot.domain.golden import GOAL
from bot.domain.health import Check, Health, Verdict
from bot.domain.incidents import Incident, Severity
from bot.domain.launch import THING_NAMES, Item, Thing
from bot.domain.launch_ground import Fact, Part
from bot.domain.ownership import Ownership
from bot.domain.product import ProductRecord, Risk
from bot.domain.responsibilities import Responsibility
from bot.domain.showing import target_in_words, value_of
from bot.domain.text import count_of, number, percent
from bot.domain.typed_days import shown

GRAVEST = (Severity.CRITICAL, Severity.HIGH)
"""The severities of incidents that stand against a launch while they are open."""


def thing_facts(items: Iterable[Item], owned: Collection[Thing], zone: ZoneInfo) -> Iterator[Fact]:
    """The nine things. *owned*: those that somebody who is there answers for, named or proposed."""
    for item in items:
        is_owned = item.thing in owned
        ticked = f"ticked {_day(item.ticked_at, zone)}" if item.ticked_at else "open"
        yield Fact(
            key=f"thing/{item.thing}",
            part=Part.THINGS,
            title=THING_NAMES[item.thing],
            says=ticked if is_owned else f"{ticked}, and nobody answers for it",
            met=item.is_ticked and is_owned,
            worth=2 * item.is_ticked + is_owned,
        )


def owner_facts(asked: Iterable[Responsibility], ownerships: Mapping[str, Ownership], zone: ZoneInfo) -> Iterator[Fact]:
    """Who answers for what: a gap is open, and so is what was not accepted yet."""
    for one in asked:
        yield _owner_fact(one, ownerships.get(one.key), zone)


def target_facts(health: Health, agreed_on: Mapping[str, date | None], zone: ZoneInfo) -> Iterator[Fact]:
    """Every metric against its target, and whether somebody agreed to those of the headline measures (of all where
    the team named none). *agreed_on*: when, by metric.
    """
    if not health.checks:
        yield Fact(
            key="target", part=Part.TARGETS, title="Targets", says="no metric is watched", met=False, trouble=True
        )
    yield from (_target_fact(check, zone) for check in health.checks)
    yield from (_agreed_fact(check, agreed_on.get(check.metric.name)) for check in health.headlines)


def golden_fact(count: int, newest: datetime | None, zone: ZoneInfo) -> Fact:
    """How far the golden set is, and when it was last added to."""
    added = f", last added to {_day(newest, zone)}" if newest else ""
    return Fact(
        key="golden",
        part=Part.GOLDEN_SET,
        title="Golden set",
        says=f"{number(count)} of {count_of(GOAL, 'row')}{added}",
        met=count >= GOAL,
        worth=min(count, GOAL),
    )


def mode_facts(modes: Iterable[FailureMode], defences: Iterable[Defence], blanks: Iterable[str]) -> Iterator[Fact]:
    """How it may fail, what holds against made-up facts, and what nobody said of either yet."""
    yield from map(_mode_fact, modes)
    yield from map(_defence_fact, defences)
    for blank in blanks:
        yield Fact(
            key=f"blank/{blank}",
            part=Part.FAILURE_MODES,
            title="Nobody said",
            says=blank,
            met=False,
            trouble=True,
        )


def incident_facts(incidents: Iterable[Incident], zone: ZoneInfo) -> Iterator[Fact]:
    """The open incidents that are grave enough to stand against a launch."""
    for one in incidents:
        if one.is_open and one.severity in GRAVEST:
            yield Fact(
                key=f"incident/{one.id}",
                part=Part.ERRORS,
                title=f"Incident {one.id}",
                says=f"severity {int(one.severity)}, open since {_day(one.declared_at, zone)}",
                met=False,
                worth=int(one.severity),
                trouble=True,
                who=(one.owner,),
            )


def risk_facts(record: ProductRecord) -> Iterator[Fact]:
    """What a wrong answer does, and what the model must never do: neither is open or done, but people rely on it."""
    grade = list(Risk).index(record.risk)
    yield Fact(key="risk", part=Part.RISK, title="Risk", says=record.risk, met=True, worth=-grade)
    for never in record.nevers:
        title = f"“{never.name}”"
        yield Fact(key=f"never/{never.name}", part=Part.RISK, title=title, says="must never happen", met=True)


def _owner_fact(one: Responsibility, known: Ownership | None, zone: ZoneInfo) -> Fact:
    worth, says = _held(known, zone)
    return Fact(
        key=f"owner/{one.key}",
        part=Part.OWNERS,
        title=one.title,
        says=says,
        met=worth >= _STANDS_IN,
        worth=worth,
        who=known.acting if known else (),
    )


_GAP, _NOT_ACCEPTED, _STANDS_IN, _OWNED = range(4)


def _held(known: Ownership | None, zone: ZoneInfo) -> tuple[int, str]:
    if known is None or known.is_gap:
        return _GAP, "nobody answers for it" if known is None or not known.named else "everybody named is gone"
    if any(one not in known.accepted for one in known.acting):
        return _NOT_ACCEPTED, f"named {_day(known.set_at, zone)}, not accepted yet"
    if known.stands_in:
        return _STANDS_IN, "the backup stands in"
    return _OWNED, f"owned since {_day(known.since, zone)}"


def _target_fact(check: Check, zone: ZoneInfo) -> Fact:
    target, met = check.watched.target, check.verdict is Verdict.PASS
    return Fact(
        key=f"target/{check.metric.name}",
        part=Part.TARGETS,
        title=check.metric.title,
        says=_reading(check, zone),
        met=met,
        worth=0 if check.verdict.is_miss else 1 + met,
        holds={"the target": target_in_words(target, check.metric)} if target else {},
    )


def _reading(check: Check, zone: ZoneInfo) -> str:
    reading, target = check.reading, check.watched.target
    if target is None:
        return "no target yet"
    wanted = f"target {target_in_words(target, check.metric)}"
    if reading is None:
        return f"unknown: never read, {wanted}"
    read = f"read {_day(reading.read_at, zone)}"
    if check.verdict is Verdict.UNKNOWN:
        return f"unknown: last {read}, {wanted}"
    if check.verdict is Verdict.TOO_FEW:
        return f"too few to tell: n = {number(reading.n or 0)}, {read}, {wanted}"
    value = value_of(check.metric, reading.value, beside=target.value)
    return f"{value}, {wanted}, {read}{'' if check.certain else ', not certain'}"


def _agreed_fact(check: Check, on: date | None) -> Fact:
    agreed = check.watched.target is not None and bool(check.watched.agreed_by)
    said = f"agreed with {check.watched.agreed_by}{f' {shown(on)}' if on else ''}"
    return Fact(
        key=f"agreed/{check.metric.name}",
        part=Part.TARGETS,
        title=f"Target of {check.metric.title}",
        says=said if agreed else "nobody agreed to it yet",
        met=agreed,
        worth=agreed,
    )


def _mode_fact(mode: FailureMode) -> Fact:
    blocking = {True: "blocks a launch", False: "acceptable", None: "acceptable or blocking: nobody said"}[
        mode.blocking
    ]
    return Fact(
        key=f"mode/{mode.key}",
        part=Part.FAILURE_MODES,
        title=mode.name,
        says=f"severity {mode.severity}, {blocking}",
        met=True,
        holds={
            "severity": mode.severity,
            "likelihood": mode.likelihood or "",
            "whether it blocks": "" if mode.blocking is None else blocking,
            "what the user sees": mode.seen,
            "recovery": mode.recovery,
            "fallback to people": mode.fallback,
            "people take over below": "" if mode.below_confidence is None else percent(mode.below_confidence),
            "too slow": "" if mode.slower_than is None else f"over {number(mode.slower_than)} s",
        },
    )


def _defence_fact(defence: Defence) -> Fact:
    # What nobody said is a blank, and open as such.
    return Fact(
        key=f"defence/{defence.layer}",
        part=Part.FAILURE_MODES,
        title=defence.name.capitalize(),
        says={True: "in place", False: "not in place", None: "nobody said"}[defence.in_place],
        met=True,
        worth=defence.in_place is True,
    )


def _day(instant: datetime, zone: ZoneInfo) -> str:
    return shown(instant.astimezone(zone).date())
