"""What the answers to the queries that measure a window say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from bot.domain.measuring import THE_REST, Measured, Part, Spread, Tally, Version
from bot.domain.statistics import between, mean_interval, quantile_place, quantile_ranks
from bot.sources import rows

P95 = 0.95

WHOLE, SEGMENT, VERSION = 0, 1, 2
"""What a row speaks of."""

TENTHS = tuple(f"tenth_{at}" for at in range(10))
COUNTS = ("judged", "correct", "checked", "hallucinated", "routed", "escalated", "sent", "edited", "thumbs", "up",
          "sure", "sure_wrong", "timed", "priced", *TENTHS)  # fmt: skip
NAMES = ("part", "name", "first_seen", "cost", "seen", *COUNTS)
"""The columns of a row."""

_OF_PARTS = ("seen", "judged", "correct", "checked", "hallucinated")
_Row = Sequence[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What the first query found. *guessed*: fields that were asked for although nobody has seen them there."""

    found: tuple[Mapping[str, Any], ...]
    guessed: frozenset[str] = frozenset()

    @property
    def timed(self) -> int:
        """How many predictions have a latency."""
        return self._whole("timed")

    @property
    def priced(self) -> int:
        """How many predictions have a cost."""
        return self._whole("priced")

    @property
    def mean_cost(self) -> float:
        """The mean of the costs, 0 where there are none."""
        return float(self.found[0]["cost"] or 0) / max(self.priced, 1)

    @property
    def ranks(self) -> tuple[int, int]:
        """The ranks, from 1 and the shortest first, of the two latencies that p95 lies between."""
        below = int(quantile_place(P95, n=self.timed)) + 1
        return below, min(below + 1, self.timed)

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The ranks of the latencies that bound p95, None where there are too few."""
        return quantile_ranks(P95, n=self.timed)

    @property
    def places(self) -> frozenset[int]:
        """All these ranks, counted from the longest."""
        return frozenset(self.timed + 1 - rank for rank in (*self.ranks, *(self.bounds or ())))

    def measured(self, spreads: Iterable[_Row]) -> Measured:
        """The whole measure, given what the second query found."""
        values = {int(place): value for place, value in spreads}
        return Measured(
            seen=self._whole("seen"),
            right=self._tally("correct", "judged"),
            hallucinated=self._tally("hallucinated", "checked"),
            edited=self._tally("edited", "sent"),
            escalated=self._tally("escalated", "routed"),
            thumbs=self._tally("up", "thumbs"),
            high_confidence=self._tally("sure_wrong", "sure"),
            latency_p95=self._latency(values),
            cost=self._cost(values.get(0)),
            confidence=tuple(map(self._whole, TENTHS)),
            parts=self._parts(),
            versions=self._versions(),
        )

    def _whole(self, name: str) -> int:
        return int(self.found[0][name] or 0)

    def _tally(self, part: str, whole: str) -> Tally:
        return Tally(part=self._whole(part), whole=self._whole(whole))

    def _latency(self, values: Mapping[int, float]) -> Spread | None:
        # A table that is written to may have changed between the two queries.
        if not self.timed or not self.places <= values.keys():
            return None
        below, above, *bounds = (values[self.timed + 1 - rank] for rank in (*self.ranks, *(self.bounds or ())))
        low, high = map(_rounded, bounds) if bounds else (None, None)
        at = quantile_place(P95, n=self.timed)
        return Spread(value=_rounded(between(below, above, at - int(at))), n=self.timed, low=low, high=high)

    def _cost(self, squares: float | None) -> Spread | None:
        if not self.priced:
            return None
        if squares is None or self.priced == 1:
            return Spread(value=_rounded(self.mean_cost), n=self.priced)
        sd = sqrt(squares / (self.priced - 1))
        around = mean_interval(self.mean_cost, sd=sd, n=self.priced)
        return Spread(
            value=_rounded(self.mean_cost),
            n=self.priced,
            sd=_rounded(sd),
            low=None if around is None else _rounded(around.low),
            high=None if around is None else _rounded(around.high),
        )

    def _parts(self) -> tuple[Part, ...]:
        named = [row for row in self.found if row["part"] == SEGMENT]
        if "segment" in self.guessed and all(row["name"] is None for row in named):
            return ()
        parts = [_part(row["name"], row) for row in named]
        if named and (rest := self._rest(named))["seen"]:
            parts.append(_part(THE_REST, rest))
        return tuple(sorted(parts, key=lambda part: (-part.seen, part.name is None, part.name or "")))

    def _rest(self, named: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        listed = list(named)
        return {name: self._whole(name) - sum(int(row[name]) for row in listed) for name in _OF_PARTS}

    def _versions(self) -> tuple[Version, ...]:
        named = (row for row in self.found if row["part"] == VERSION and row["name"])
        versions = (
            Version(name=row["name"], first_seen=rows.moment(row["first_seen"]), seen=int(row["seen"])) for row in named
        )
        return tuple(sorted(versions, key=lambda version: (version.first_seen, version.name)))


def counted(found: Iterable[_Row], guessed: frozenset[str] = frozenset()) -> Counted:
    """What the rows of `Measuring.counts` say."""
    named = (dict(zip(NAMES, row, strict=True)) for row in found)
    return Counted(found=tuple(sorted(named, key=lambda row: int(row["part"]))), guessed=guessed)


def _part(name: str | None, row: Mapping[str, Any]) -> Part:
    return Part(
        name=name,
        seen=int(row["seen"]),
        right=Tally(part=int(row["correct"]), whole=int(row["judged"])),
        hallucinated=Tally(part=int(row["hallucinated"]), whole=int(row["checked"])),
    )


def _rounded(value: float) -> float:
    """Nine digits: the order in which a database adds may change what comes after."""
    return float(f"{value:.9g}")
