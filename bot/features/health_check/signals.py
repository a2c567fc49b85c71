"""What is raised though no target is missed: a rising edit rate, and a mix or a confidence that drifted far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain.drifting import Drift, drift, drift_of_confidence, together
from bot.domain.health import Check, Verdict
from bot.domain.measuring import THE_REST, KeptMeasure, Measured
from bot.domain.product import Product
from bot.domain.readings import apart
from bot.domain.showing import target_in_words, value_of
from bot.domain.standings import Seen, State
from bot.domain.text import count_of, escape
from bot.domain.trends import is_rising
from bot.domain.watching import Which
from bot.kit.checking import LOOKS_BACK, health_of
from bot.store import measures, readings

EDITS, MIX, CONFIDENCE = "edit_rate:rising", "mix:drift", "confidence:drift"
"""What they are called beside metrics, whose names hold no colon."""

COMPARED = timedelta(weeks=5)
"""As far as a week is compared: with the four before."""

_WEEK, _LEEWAY = timedelta(days=7), timedelta(hours=12)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """Something that may be raised: whether it is there now, and the sentence that says so, in mrkdwn."""

    name: str
    seen: Seen | None
    sentence: str

    @property
    def is_raised(self) -> bool:
        """Whether it is there now."""
        return self.seen is not None and self.seen.state is State.MISSED


def signals(session: Session, product: Product, as_of: datetime) -> tuple[Signal, ...]:
    """Every signal as it is at *as_of*; what cannot be told has not been seen."""
    weeks = weeks_of(measures.latest(session, product.id, as_of, since=as_of - COMPARED))
    return (
        _edits(session, product, as_of),
        _drifted(MIX, "What people ask about", weeks, mix_drift(weeks)),
        _drifted(CONFIDENCE, "How sure the model is", weeks, confidence_drift(weeks)),
    )


def weeks_of(kept: Sequence[KeptMeasure]) -> list[KeptMeasure]:
    """Of measured windows, the latest first, those of a week that do not overlap, the latest first."""
    found: list[KeptMeasure] = []
    for one in kept:
        is_week = abs(one.window.end - one.window.start - _WEEK) <= _LEEWAY
        if is_week and (not found or one.window.end <= found[-1].window.start + _LEEWAY):
            found.append(one)
    return found


def mix_drift(weeks: Sequence[KeptMeasure]) -> Drift | None:
    """How far the mix of segments of the first of *weeks* is from the others; None where nothing can be compared: too
    many segments for one list are names of single things, which differ from week to week by themselves.
    """
    if len(weeks) < 2 or not _has_segments(weeks[0].measured):  # noqa: PLR2004 a week and one before it
        return None
    if any(part.name == THE_REST for one in weeks for part in one.measured.parts):
        return None
    now, *before = ({part.name: part.seen for part in one.measured.parts} for one in weeks)
    return drift(now, together(before))


def confidence_drift(weeks: Sequence[KeptMeasure]) -> Drift | None:
    """How far the model's confidence in the first of *weeks* is from the others; None where it says none."""
    if len(weeks) < 2:  # noqa: PLR2004 a week and one before it
        return None
    now, *before = (one.measured.confidence for one in weeks)
    return drift_of_confidence(now, [sum(tenth) for tenth in zip(*before, strict=True)])


def _edits(session: Session, product: Product, as_of: datetime) -> Signal:
    check = health_of(session, product, as_of=as_of, which=Which.ALL).of("edit_rate")
    if check is None or check.reading is None or check.verdict is not Verdict.PASS:
        return Signal(name=EDITS, seen=_seen(check), sentence="")
    known = readings.of_product(session, product.id, metrics=["edit_rate"], since=as_of - LOOKS_BACK)
    values = [one.value for one in apart([one for one in known if one.window.end <= as_of], check.reading)]
    state = State.MISSED if is_rising(values) else State.WELL
    first, last = value_of(check.metric, values[0]), value_of(check.metric, values[-1])
    target = target_in_words(check.watched.target, check.metric) if check.watched.target else ""
    sentence = (
        f"People change more and more drafts: {first} → {last} over {count_of(len(values), 'period')}."
        f" It is still on target ({target}); find out why before it is not."
    )
    return Signal(name=EDITS, seen=Seen(state=state, read_at=check.reading.read_at), sentence=sentence)


def _seen(check: Check | None) -> Seen | None:
    """A miss is raised as a miss: the rise before it is over."""
    if check is None or check.reading is None or not check.verdict.is_miss:
        return None
    return Seen(state=State.WELL, read_at=check.reading.read_at)


def _drifted(name: str, subject: str, weeks: Sequence[KeptMeasure], found: Drift | None) -> Signal:
    if found is None:
        return Signal(name=name, seen=None, sentence="")
    state = State.MISSED if found.is_large else State.WELL
    before = count_of(len(weeks) - 1, "week")
    sentence = f"{subject} {escape(found.words)} (against the {before} before)."
    return Signal(name=name, seen=Seen(state=state, read_at=weeks[0].window.end), sentence=sentence)


def _has_segments(measured: Measured) -> bool:
    return any(part.name is not None for part in measured.parts)
