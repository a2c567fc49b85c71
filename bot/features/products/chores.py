"""Looking at a source before a product relies on it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot import sources
from bot.domain import mapping
from bot.domain.ranking import possible_rankings
from bot.domain.sourcing import OpenSource, SourceSpec
from bot.domain.window import Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a source holds, and how it is best read.

    `spec` is the source with the proposed columns and ranking filled in; `proposed` are the flags that say the same,
    and `missing` the sentences on what the product will have to do without.
    """

    spec: SourceSpec
    proposed: tuple[str, ...]
    missing: tuple[str, ...]


def look(spec: SourceSpec, *, ranking_given: bool) -> Look:
    """Look at the source and propose how to read it.

    What *spec* maps stays as it is; a ranking is proposed only if none was given. Raises `UserError` when the source
    cannot be read, or when nothing in it can be ranked.
    """
    spec = replace(spec, uri=_from_anywhere(spec.uri))
    shape = sources.describe(spec)
    proposal = mapping.propose(shape.columns)
    added = {field: column for field, column in proposal.mapping.items() if field not in spec.mapping}
    filled = replace(spec, mapping={**added, **spec.mapping})
    origins = mapping.resolve(shape.columns, filled.mapping)
    ranking = spec.ranking if ranking_given else next(iter(possible_rankings(origins)), spec.ranking)
    mapping.require(origins, shape.columns, ranking)
    flags = [f"--map {field}={column}" for field, column in added.items()]
    if ranking is not spec.ranking:
        flags.append(f"--rank {ranking}")
    return Look(spec=replace(filled, ranking=ranking), proposed=tuple(flags), missing=proposal.missing)


def _from_anywhere(uri: str) -> str:
    """A file's path as it is found from any folder: the worker need not start where the product was added."""
    return uri if "://" in uri else str(Path(uri).absolute())


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The end of the latest seven days that hold predictions; the present where there are none at all."""

    until: datetime
    any_rows: bool


WEEK = timedelta(days=7)
FARTHEST = 260
"""How many weeks back is looked for predictions."""


def find(spec: SourceSpec, open_source: OpenSource, *, now: datetime) -> Found:
    """Find the latest week before *now* that holds predictions, by halving. Raises `UserError`, `TransientError`."""
    source = open_source(spec)
    try:
        return _latest_week(lambda weeks: source.count(Window(now - weeks * WEEK, now)).seen > 0, now)
    finally:
        source.close()


def _latest_week(holds: Callable[[int], bool], now: datetime) -> Found:
    """*holds* says whether the latest so many weeks have anything; it stays true once it is."""
    if holds(1):
        return Found(until=now, any_rows=True)
    if not holds(FARTHEST):
        return Found(until=now, any_rows=False)
    low, high = 1, FARTHEST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return Found(until=now - low * WEEK, any_rows=True)
