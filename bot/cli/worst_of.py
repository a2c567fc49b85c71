"""What `muster worst` does once its flags are read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import typer

from bot.cli import output
from bot.cli.sourcing import SourceFlags, ranking_named
from bot.clock import SystemClock
from bot.domain.folding import Folded, fold
from bot.domain.prediction import Prediction
from bot.domain.product import Pii
from bot.domain.sourcing import STORED, Source, SourceSpec
from bot.domain.text import clip, one_line
from bot.domain.window import Window, days_before, parse_instant, zone_named
from bot.errors import UsageError

POOL = 200
"""How many are looked at when near-duplicates are folded, as in the review. Source: design 4."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowFlags:
    """The window as it was typed."""

    as_of: str | None
    days: int | None
    since: str | None
    tz: str | None

    def window(self, default_zone: str) -> Window:
        """The half-open window in UTC. Raises `UserError`."""
        if self.days is not None and self.since is not None:
            raise UsageError("--days and --since both name a start: give one of them.")
        zone = zone_named(self.tz or default_zone)
        end = parse_instant(self.as_of, zone) if self.as_of else SystemClock().now()
        if self.since is not None:
            return Window(parse_instant(self.since, zone), end)
        return days_before(end, days=self.days or 7, zone=zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where to look, and by which rules."""

    source: Source
    spec: SourceSpec
    zone: str = "UTC"
    pii: Pii = Pii.ALLOWED
    folds: bool = False


def show(
    product: str | None, flags: SourceFlags, window_flags: WindowFlags, *, limit: int, fold: bool | None, as_json: bool
) -> None:
    """Print the *limit* worst of a product or of a source."""
    if (product is None) == (flags.uri is None):
        raise UsageError("Name a product, or a --source: one of the two.")
    with _of_product(product, flags) if product else _of_source(flags) as place:
        window = window_flags.window(place.zone)
        # The worst first: a file counts its rows in the same pass.
        items = _items(place, window, limit=limit, folded=place.folds if fold is None else fold)
        counts = place.source.count(window)
    report = {
        "window": {"start": window.start, "end": window.end},
        "ranking": place.spec.ranking,
        "n_in_window": counts.seen,
        "n_without_value": counts.unranked,
        "items": [
            {"rank": rank, **output.as_json(item.prediction), "alike": [one.id for one in item.alike]}
            for rank, item in enumerate(items, start=1)
        ],
    }
    if as_json:
        output.print_json(report)
    else:
        _print(report, items)


@contextmanager
def _of_source(flags: SourceFlags) -> Iterator[Place]:
    from bot.sources import open_source

    spec = flags.spec(flags.uri or "")
    source = open_source(spec)
    try:
        yield Place(source=source, spec=spec)
    finally:
        source.close()


@contextmanager
def _of_product(key: str, flags: SourceFlags) -> Iterator[Place]:
    from bot import wiring
    from bot.config import Settings
    from bot.store import products

    if flags.table or flags.query or flags.mapping or flags.zone:
        raise UsageError("--table, --query, --map and --source-tz belong to a --source; a product has its own.")
    with wiring.opened(Settings()) as database:
        with database.reading() as session:
            product = products.named(session, key)
        spec = product.source or SourceSpec(uri=STORED)
        if spec.uri == STORED:
            spec = replace(spec, uri=f"{STORED}{product.id}")
        if flags.rank:
            spec = replace(spec, ranking=ranking_named(flags.rank))
        if flags.where:
            spec = replace(spec, where=(*spec.where, *flags.filters()))
        source = wiring.source_opener(database)(spec)
        try:
            yield Place(source=source, spec=spec, zone=product.timezone, pii=product.record.pii, folds=True)
        finally:
            source.close()


def _items(place: Place, window: Window, *, limit: int, folded: bool) -> Sequence[Folded]:
    from bot.kit.redaction import protect

    found: list[Prediction] = place.source.worst(window, max(POOL, limit) if folded else limit)
    if place.pii is Pii.REDACT:
        found = [protect(prediction, place.pii) for prediction in found]
    return fold(found, seats=limit) if folded else [Folded(prediction=one, alike=()) for one in found]


def _print(report: dict[str, Any], items: Sequence[Folded]) -> None:
    window = report["window"]
    typer.echo(
        f"{report['n_in_window']:,} predictions from {output.utc(window['start'])} to {output.utc(window['end'])}, "
        f"{report['n_without_value']:,} of them without a value for {report['ranking']}."
    )
    if items:
        output.print_table(("#", "id", "input", "said", "expected", "sure", "model"), map(_row, enumerate(items, 1)))


def _row(numbered: tuple[int, Folded]) -> tuple[str, ...]:
    rank, item = numbered
    one = item.prediction
    alike = f" (+{len(item.alike)} alike)" if item.alike else ""
    sure = "" if one.confidence is None else f"{one.confidence:.0%}"
    return (
        str(rank),
        clip(one_line(one.id), 40),
        clip(one_line(one.input or ""), 60) + alike,
        clip(one_line(one.output or ""), 30),
        clip(one_line(one.expected or ""), 30),
        sure,
        one.model_version or "",
    )
