"""Whether the mix of what comes in, or how sure the model is, has moved away from the weeks before."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, lgamma, log, sqrt

from bot.domain.text import percent

MODERATE, LARGE = 0.10, 0.25
"""Sizes of drift by the population stability index: from here on moderate, and large.

Source: Siddiqi, Credit Risk Scorecards (2006): below 0.10 no change, 0.10 to 0.25 worth a look, above a real shift.
"""

SURE = 0.01
"""A drift is believed where chance alone would do as much in less than this share of cases (ours): it is looked for
often.
"""

RARE = 0.001
"""The smallest share that counts: what is new or gone would else be infinitely far away (ours)."""

_FEWEST_EXPECTED = 5
"""The chi-square test holds where at least so many are expected in each cell. Source: Cochran 1954."""

_NAMED = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A name whose share went from *before* to *now*, both 0..1. *name* None: the source had none."""

    name: str | None
    before: float
    now: float

    @property
    def by(self) -> float:
        """How much more of the whole it is now; below 0 where it is less."""
        return self.now - self.before


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """How far a mix moved. *size*: the population stability index; *p*: how likely chance alone makes as much.

    *grew* and *shrank*: the names whose shares moved, the most first.
    """

    size: float
    p: float
    grew: tuple[Moved, ...]
    shrank: tuple[Moved, ...]

    @property
    def is_large(self) -> bool:
        """Whether it is worth raising: large, and more than chance."""
        return self.size > LARGE and self.p < SURE

    @property
    def words(self) -> str:
        """How far it moved, and the two names that grew and shrank most, as a sentence without its full stop.

        Names are as the source has them: whoever shows this escapes it.
        """
        if self.p >= SURE or self.size < MODERATE:
            return "about the same as before"
        size = "changed a lot" if self.size > LARGE else "changed somewhat"
        return f"{size}: {', '.join(_in_words(moved) for moved in (*self.grew[:_NAMED], *self.shrank[:_NAMED]))}"


def drift(now: Mapping[str | None, int], before: Mapping[str | None, int]) -> Drift | None:
    """How far the mix *now*, as counts by name, is from the one *before*; None where either is empty."""
    names = sorted({*now, *before}, key=lambda name: (name is None, name or ""))
    return _drift(names, [now.get(name, 0) for name in names], [before.get(name, 0) for name in names])


def drift_of_confidence(now: Sequence[int], before: Sequence[int]) -> Drift | None:
    """The same for how sure the model was: counts per tenth of 0..1, the least sure first."""
    return _drift([_tenth(at) for at in range(len(now))], now, before)


def together(mixes: Iterable[Mapping[str | None, int]]) -> dict[str | None, int]:
    """Several weeks' mixes as one, to compare with."""
    total: Counter[str | None] = Counter()
    for mix in mixes:
        total.update(mix)
    return dict(total)


def stability_index(now: Sequence[int], before: Sequence[int]) -> float:
    """The population stability index between two rows of counts, neither empty; 0 where their shares are the same."""
    pairs = [(max(a, RARE), max(b, RARE)) for a, b in zip(_shares(now), _shares(before), strict=True)]
    return sum((a - b) * log(a / b) for a, b in pairs)


def likelihood_of_same(now: Sequence[int], before: Sequence[int]) -> float:
    """How likely two rows of counts that differ as much or more come of one mix, by the chi-square test.

    Names too rare for that test count as one; where even together they are, they are tested exactly, apart.
    """
    rows = list(zip(now, before, strict=True))
    least = _FEWEST_EXPECTED * (sum(now) + sum(before)) / min(sum(now), sum(before))
    cells = sorted((row for row in rows if sum(row) >= least), key=sum)
    rest = _added(row for row in rows if sum(row) < least)
    if not sum(rest) or sum(rest) >= least:
        return _likelihood([rest, *cells] if sum(rest) else cells)
    merged = [_added([rest, *cells[:1]]), *cells[1:]]
    return min(1.0, 2 * min(_likelihood(merged), _as_many(rest, (sum(now), sum(before)))))


def chi_square_above(value: float, *, degrees: int) -> float:
    """How likely a chi-square of so many *degrees* of freedom is above *value*, which is 0 or more."""
    half, odd = value / 2, degrees % 2
    if half == 0:
        return 1.0
    # The upper incomplete gamma function in closed form, which it has for whole and half numbers.
    terms = (exp(power * log(half) - half - lgamma(power + 1)) for power in _powers(degrees, odd / 2))
    return min(1.0, (erfc(sqrt(half)) if odd else 0.0) + sum(terms))


def _powers(degrees: int, first: float) -> Iterable[float]:
    return (first + at for at in range(degrees // 2))


def _drift(names: Sequence[str | None], now: Sequence[int], before: Sequence[int]) -> Drift | None:
    if not sum(now) or not sum(before):
        return None
    shares = zip(names, _shares(before), _shares(now), strict=True)
    moved = [Moved(name=name, before=earlier, now=later) for name, earlier, later in shares]
    return Drift(
        size=stability_index(now, before),
        p=likelihood_of_same(now, before),
        grew=tuple(sorted((one for one in moved if one.by > 0), key=lambda one: -one.by)),
        shrank=tuple(sorted((one for one in moved if one.by < 0), key=lambda one: one.by)),
    )


def _added(cells: Iterable[tuple[int, int]]) -> tuple[int, int]:
    listed = list(cells)
    return sum(a for a, _ in listed), sum(b for _, b in listed)


def _likelihood(cells: Sequence[tuple[int, int]]) -> float:
    """How likely the *cells* differ as much by chance, 1 for a single one."""
    now, before = _added(cells)
    share = now / (now + before)
    both = [(a, b, (a + b) * share) for a, b in cells]
    away = sum((a - due) ** 2 / due + (b - (a + b - due)) ** 2 / (a + b - due) for a, b, due in both)
    return chi_square_above(away, degrees=len(cells) - 1) if len(cells) > 1 else 1.0


def _as_many(rare: tuple[int, int], wholes: tuple[int, int]) -> float:
    """How likely the smaller sample holds as many of the *rare* or more, if both were drawn from one urn."""
    drawn = min(wholes)
    found = rare[wholes.index(drawn)]
    marked, rest = sum(rare), sum(wholes) - sum(rare)
    counts = range(max(found, drawn - rest), min(marked, drawn) + 1)
    ways = (_ways(marked, count) + _ways(rest, drawn - count) - _ways(marked + rest, drawn) for count in counts)
    return min(1.0, sum(map(exp, ways)))


def _ways(n: int, taken: int) -> float:
    """The logarithm of how many ways there are to take so many of *n*."""
    return lgamma(n + 1) - lgamma(taken + 1) - lgamma(n - taken + 1)


def _shares(counts: Sequence[int]) -> list[float]:
    whole = sum(counts)
    return [count / whole for count in counts]


def _tenth(at: int) -> str:
    return f"{at * 10}–{at * 10 + 10} % sure"


def _in_words(moved: Moved) -> str:
    return f"{moved.name or 'without a name'} {percent(moved.before, 0)} → {percent(moved.now, 0)}"
