"""What of this week sits in the review when the weeks before are remembered: what was dealt with stays away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.fixes import OPEN, FixState
from bot.domain.folding import Folded, Pair, Shingles, are_alike, fold, likeness, pair
from bot.domain.prediction import Prediction
from bot.domain.reviewing import Why

SEATS, REPORTED, LEFT = 20, 5, 5
"""Seats for the worst of the week, for what people reported, and for what nobody got to the week before."""

Identity = tuple[str, str]

UNDECIDED = {FixState.PROPOSED, *OPEN}
"""The states of a fix that somebody has still to do something about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """The fix of an error: how far it is, and since when it is shipped."""

    fix_id: int
    state: FixState
    shipped_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reviewed:
    """An error that people reviewed before: the item, who was folded into it, and its fix, if it has one."""

    prediction: Prediction
    alike: frozenset[Identity] = frozenset()
    remedy: Remedy | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What the reviews before have left behind. *reviewed*: the latest first. *apart*: who somebody said are not
    alike.
    """

    reviewed: tuple[Reviewed, ...] = ()
    apart: frozenset[Pair] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """A bad answer that people reported, and by which reports."""

    prediction: Prediction
    report_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """An item of an earlier review that nobody got to."""

    prediction: Prediction
    item_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """A seat: its prediction, who is alike, and how it came here. *back_from* is the fix after which its error came
    back, *left_from* the item it was before, *report_ids* the reports that are answered by it.
    """

    prediction: Prediction
    alike: tuple[Prediction, ...] = ()
    why: Why = Why.WORST
    back_from: int | None = None
    left_from: int | None = None
    report_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Seating:
    """The seats in their order, and how many of the pool stay away because their fix is still open."""

    seats: tuple[Seat, ...]
    being_fixed: int = 0


def seating(
    pool: Sequence[Prediction], memory: Memory, *, reported: Iterable[Reported] = (), left: Iterable[Left] = ()
) -> Seating:
    """The worst of *pool* (worst first) that were not dealt with before, then what people reported, then what was left.

    What was reviewed stays away with all that is alike, unless it occurred after its fix was shipped; the latest review
    of it decides. Without memory, reports and leftovers these are the seats of `fold`. Nobody sits twice: a report of
    what sits already, or is like it, belongs to that seat, and such a leftover is passed over. Source: sources 6,
    “Memory across weeks”; design 4.
    """
    recall = _Recall(memory)
    fates = {one.identity: recall.fate(one) for one in pool}
    coming = [one for one in pool if not fates[one.identity].stays_away]
    seats = [_seat(one, fates) for one in fold(coming, seats=SEATS, apart=memory.apart)]
    table = _Table(seats=seats, apart=memory.apart)
    for report in reported:
        table.take_report(report)
    for one in left:
        table.take_leftover(one, recall.fate(one.prediction))
    return Seating(seats=tuple(table.seats), being_fixed=sum(fate.is_being_fixed for fate in fates.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Fate:
    """*back_from*: it came back after this fix."""

    stays_away: bool = False
    is_being_fixed: bool = False
    back_from: int | None = None


class _Recall:
    """Memory, ready to be asked about many."""

    def __init__(self, memory: Memory) -> None:
        self._known = [(one, likeness(one.prediction)) for one in memory.reviewed]
        self._apart = memory.apart

    def fate(self, prediction: Prediction) -> _Fate:
        shingles = likeness(prediction)
        known = next((one for one, other in self._known if self._covers(one, other, prediction, shingles)), None)
        return _Fate() if known is None else _fate(known.remedy, prediction.occurred_at)

    def _covers(self, one: Reviewed, other: Shingles, prediction: Prediction, shingles: Shingles) -> bool:
        if prediction.identity == one.prediction.identity or prediction.identity in one.alike:
            return True
        return are_alike(other, shingles) and pair(one.prediction, prediction) not in self._apart


def _fate(remedy: Remedy | None, occurred_at: datetime) -> _Fate:
    if remedy is None or remedy.state is FixState.DROPPED:
        return _Fate(stays_away=True)
    if remedy.state in UNDECIDED:
        return _Fate(stays_away=True, is_being_fixed=True)
    if remedy.shipped_at is None or occurred_at <= remedy.shipped_at:
        return _Fate(stays_away=True)
    return _Fate(back_from=remedy.fix_id)


def _seat(folded: Folded, fates: dict[Identity, _Fate]) -> Seat:
    group = (folded.prediction, *folded.alike)
    back = next((fates[one.identity].back_from for one in group if fates[one.identity].back_from), None)
    return Seat(prediction=folded.prediction, alike=folded.alike, back_from=back)


@dataclass(kw_only=True, slots=True)
class _Table:
    """Who sits so far."""

    seats: list[Seat]
    apart: frozenset[Pair]
    _free: dict[Why, int] = field(default_factory=lambda: {Why.REPORTED: REPORTED, Why.LEFT: LEFT})

    def take_report(self, report: Reported) -> None:
        place = self._place_of(report.prediction)
        if place is not None:
            seat = self.seats[place]
            self.seats[place] = replace(
                _joined(seat, report.prediction), report_ids=(*seat.report_ids, *report.report_ids)
            )
        else:
            self._sit(Seat(prediction=report.prediction, why=Why.REPORTED, report_ids=report.report_ids))

    def take_leftover(self, left: Left, fate: _Fate) -> None:
        if not fate.stays_away and self._place_of(left.prediction) is None:
            self._sit(Seat(prediction=left.prediction, why=Why.LEFT, back_from=fate.back_from, left_from=left.item_id))

    def _sit(self, seat: Seat) -> None:
        if self._free[seat.why]:
            self._free[seat.why] -= 1
            self.seats.append(seat)

    def _place_of(self, prediction: Prediction) -> int | None:
        """The seat that this one has already, or that is like it."""
        own = [n for n, seat in enumerate(self.seats) if prediction.identity in _identities(seat)]
        shingles = likeness(prediction)
        like = [
            n
            for n, seat in enumerate(self.seats)
            if are_alike(likeness(seat.prediction), shingles) and pair(seat.prediction, prediction) not in self.apart
        ]
        return next(iter([*own, *like]), None)


def _joined(seat: Seat, prediction: Prediction) -> Seat:
    """*seat* with one more that is alike, unless it is among them already."""
    return seat if prediction.identity in _identities(seat) else replace(seat, alike=(*seat.alike, prediction))


def _identities(seat: Seat) -> set[Identity]:
    return {one.identity for one in (seat.prediction, *seat.alike)}
