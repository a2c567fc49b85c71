"""The headline of an update: never better than the worst of the measures it speaks of."""

from dataclasses import dataclass
from enum import IntEnum
from typing import assert_never

from bot.domain.health import Check, Health, Verdict
from bot.domain.text import count_of


class Tone(IntEnum):
    """How a headline sounds, from the best to the worst."""

    WELL = 0
    UNKNOWN = 1
    SHORT = 2
    OFF = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """A headline, to follow the product's name and a colon."""

    tone: Tone
    words: str


def headline_of(health: Health, warning: str = "") -> Headline:
    """What is said above everything else: as bad as the worst headline measure, and never better.

    Where those are well but others are not, it says so too. A *warning* (of an incident) stands before all of it, and
    makes it sound at best as if a measure were short of its target.
    """
    tone = max((tone_of(check) for check in health.headlines), default=Tone.UNKNOWN)
    words = _words(tone, health)
    if not warning:
        return Headline(tone=tone, words=words)
    return Headline(tone=max(tone, Tone.SHORT), words=f"{warning}; {words}")


def tone_of(check: Check) -> Tone:
    """How a headline must sound, at best, that speaks of *check*."""
    match check.verdict:
        case Verdict.PASS:
            return Tone.WELL
        case Verdict.UNKNOWN | Verdict.TOO_FEW:
            return Tone.UNKNOWN
        case Verdict.WARN:
            return Tone.SHORT
        case Verdict.FAIL:
            return Tone.OFF
        case _:
            assert_never(check.verdict)


def status_of(health: Health) -> str:
    """How many measures are on target: “4 of 5 measures are on target, 1 is not known”, with a full stop."""
    if not health.checks:
        return "Nothing is measured yet."
    whole = len(health.checks)
    known = f", {health.unknown} {'is' if health.unknown == 1 else 'are'} not known" if health.unknown else ""
    verb = "is" if health.on_target == 1 else "are"
    return f"{health.on_target} of {count_of(whole, 'measure')} {verb} on target{known}."


def _words(tone: Tone, health: Health) -> str:
    misses = len(health.misses)
    match tone:
        case Tone.OFF:
            return f"needs attention, {_count(misses)} off target"
        case Tone.SHORT:
            return f"{_count(misses)} short of {'its target' if misses == 1 else 'their targets'}"
        case Tone.UNKNOWN:
            return _unknown(health)
        case Tone.WELL:
            return _well(health)
        case _:
            assert_never(tone)


def _unknown(health: Health) -> str:
    if not health.checks:
        return "nothing is measured yet"
    also = f", {_others(health)}" if health.misses else ""
    return f"{_count(health.unknown)} not known{also}"


def _well(health: Health) -> str:
    if health.misses:
        return f"the main measures are on target, {_others(health)}"
    if health.unknown:
        return f"the main measures are on target, {_count(health.unknown)} not known"
    unsure = sum(not check.certain for check in health.checks)
    return "every measure on target" + (f", {_count(unsure)} only just" if unsure else "")


def _others(health: Health) -> str:
    return f"{_count(len(health.misses))} short of target"


def _count(many: int) -> str:
    return "one measure" if many == 1 else count_of(many, "measure")
