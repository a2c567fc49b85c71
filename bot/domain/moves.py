"""Numbers that moved after something changed, and the part of a product where it is worst."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import hypot

from bot.domain.changing import Change
from bot.domain.health import MINIMUM_SAMPLE, Check, interval_of
from bot.domain.measuring import THE_REST, Measured, Part, Tally
from bot.domain.metrics import Metric
from bot.domain.readings import Reading, latest


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A number before and after a change. That one came after the other says nothing of why; not *sure*: it may not
    have moved at all, but by chance.
    """

    change: Change
    check: Check
    before: Reading
    after: Reading
    sure: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class WorstPart:
    """The segment with the largest share of errors: *wrong*, or *made_up* facts where nobody judged right and wrong."""

    name: str
    share: float
    judged: int
    made_up: bool


def moved_after(changes: Iterable[Change], checks: Iterable[Check], readings: Sequence[Reading]) -> tuple[Move, ...]:
    """The numbers that moved by more than chance since a change, or past their target: the last reading before it
    beside the latest one.

    Of several changes before the same number only the latest is named: what the others did cannot be told apart.
    """
    marks = sorted(changes, key=lambda change: change.at)
    found = (_move(marks, check, [one for one in readings if one.metric == check.metric.name]) for check in checks)
    return tuple(move for move in found if move is not None)


def has_moved(metric: Metric, before: Reading, after: Reading) -> bool:
    """Whether two readings differ by more than chance, as far as their samples tell; without samples, at all."""
    one, other = interval_of(metric, before), interval_of(metric, after)
    difference = abs(after.value - before.value)
    if one is None or other is None:
        return difference > 0
    return difference > hypot(one.high - one.low, other.high - other.low) / 2


def worst_part(measured: Measured) -> WorstPart | None:
    """Where errors are most frequent among the segments with a sample large enough; None where that is no worse than
    all together, or there is only one.
    """
    judged = any(part.right.whole for part in measured.parts)
    tallies = [(part, _errors(part, judged=judged)) for part in measured.parts if part.name not in {None, THE_REST}]
    known = [(part, errors) for part, errors in tallies if errors.whole >= MINIMUM_SAMPLE]
    if len(tallies) < 2 or not known:  # noqa: PLR2004 the worst of one is no news
        return None
    part, errors = max(known, key=lambda pair: (pair[1].share or 0, pair[1].whole))
    whole = _whole([_errors(one, judged=judged) for one in measured.parts])
    if part.name is None or errors.share is None or errors.share <= (whole.share or 0):
        return None
    return WorstPart(name=part.name, share=errors.share, judged=errors.whole, made_up=not judged)


def _move(marks: Sequence[Change], check: Check, readings: Sequence[Reading]) -> Move | None:
    if check.reading is None:
        return None
    after = check.reading
    for change in reversed([one for one in marks if one.at < after.window.end]):
        before = _before(check, readings, change.at)
        if before is not None:
            sure = has_moved(check.metric, before, after)
            moved = sure or _passed_target(check, before, after)
            return Move(change=change, check=check, before=before, after=after, sure=sure) if moved else None
    return None


def _passed_target(check: Check, before: Reading, after: Reading) -> bool:
    target = check.watched.target
    return target is not None and target.is_met_by(before.value) != target.is_met_by(after.value)


def _before(check: Check, readings: Sequence[Reading], at: datetime) -> Reading | None:
    return latest(readings, check.metric.layer.cadence, at)


def _errors(part: Part, *, judged: bool) -> Tally:
    if judged:
        return Tally(part=part.right.whole - part.right.part, whole=part.right.whole)
    return part.hallucinated


def _whole(tallies: Sequence[Tally]) -> Tally:
    return Tally(part=sum(one.part for one in tallies), whole=sum(one.whole for one in tallies))
