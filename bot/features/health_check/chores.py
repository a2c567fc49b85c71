"""Measuring the past seven days where the predictions are, and fetching readings that something else has measured."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.changing import Change, ChangeKind
from bot.domain.computing import new_versions, readings_from, yielding
from bot.domain.measuring import KeptMeasure, Measured, Version
from bot.domain.metrics import Metric
from bot.domain.prediction import Prediction
from bot.domain.product import Pii
from bot.domain.readings import NewReading, Reading
from bot.domain.sourcing import STORED, OpenSource, SourceSpec
from bot.domain.watching import known
from bot.domain.window import Window
from bot.errors import UserError
from bot.kit.redaction import protect
from bot.kit.ritual import Chore, Turn
from bot.kit.safekeeping import protected_text
from bot.sources import metric_rows
from bot.sources.intake import BadRow
from bot.store import changes, measures, readings, watches
from bot.store.predictions import EPOCH

MUSTER = "muster"
"""Who entered what a chore brought in."""

REMEMBERED = timedelta(days=366)
"""A model version that was not seen for longer is new again."""

LOOKS_BACK = timedelta(days=100)
"""Readings of a readings source that are older are not asked for again: checks read no farther back."""


class UnreadableReadingsError(UserError):
    """Nothing in a readings source can be read."""

    def __init__(self, bad: BadRow) -> None:
        super().__init__(f"The readings source cannot be read. Row {bad.line}: {bad.reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What to measure."""

    spec: SourceSpec
    window: Window


def ask(turn: Turn) -> Question:
    """Which seven days to measure; a product without a source has its predictions in Muster's own table."""
    spec = turn.product.source or SourceSpec(uri=STORED)
    if spec.uri == STORED:
        spec = replace(spec, uri=f"{STORED}{turn.product.id}")
    return Question(spec=spec, window=turn.window())


def fetch(question: Question, open_source: OpenSource) -> Measured:
    """Ask the source; only numbers and the names of segments and versions travel."""
    source = open_source(question.spec)
    try:
        return source.measure(question.window)
    finally:
        source.close()


def keep(turn: Turn, question: Question, answer: Measured) -> None:
    """Write down the measure, its readings, and a change mark for each model version that is new."""
    product, window = turn.product, question.window
    safe = protected(answer, product.record.pii)
    earlier = _earlier(turn, window)
    measures.keep(turn.session, product.id, window, safe, turn.now)
    _keep_readings(turn, readings_from(safe, window))
    for version in new_versions(safe, _versions_of(earlier)):
        changes.note(turn.session, product.id, _mark(version, turn.now))


def protected(measured: Measured, rule: Pii) -> Measured:
    """*measured* with the names of segments and versions as they may be stored and shown."""
    return replace(
        measured,
        parts=tuple(replace(one, name=_safe(one.name, rule).segment) for one in measured.parts),
        versions=tuple(replace(one, name=_safe(one.name, rule).segment or "") for one in measured.versions),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which readings to fetch: of which metrics, from windows that ended after *since* and by *now*."""

    spec: SourceSpec
    metrics: Mapping[str, Metric]
    since: datetime
    now: datetime


def ask_readings(turn: Turn) -> Wanted | None:
    """What to fetch from the product's readings source, None where it has none."""
    spec = turn.product.readings_source
    if spec is None:
        return None
    metrics = known(watches.of_product(turn.session, turn.product.id), turn.product.record.currency)
    return Wanted(spec=spec, metrics=metrics, since=turn.now - LOOKS_BACK, now=turn.now)


def fetch_readings(wanted: Wanted, _open_source: OpenSource) -> list[NewReading]:
    """The readings of the source that can be read; where none can, `UnreadableReadingsError` says why.

    Of two for one metric and window the last holds, as if it were a correction.
    """
    found = metric_rows.pull(wanted.spec, wanted.metrics, since=wanted.since, now=wanted.now)
    good = [one for one in found if not isinstance(one, BadRow)]
    if found and not good:
        raise UnreadableReadingsError(next(one for one in found if isinstance(one, BadRow)))
    return list({(one.metric, one.window): one for one in good}.values())


def keep_readings(turn: Turn, _wanted: Wanted, found: Collection[NewReading]) -> None:
    """Write the readings down; those that stand already and say the same stay as they are."""
    rule = turn.product.record.pii
    _keep_readings(turn, [replace(one, source=protected_text(one.source, rule)) for one in found])


MEASURE = Chore(name="measure", ask=ask, fetch=fetch, keep=keep, limit=timedelta(minutes=5))
READINGS = Chore(name="readings", ask=ask_readings, fetch=fetch_readings, keep=keep_readings)

CHORES: tuple[Chore[Any, Any], ...] = (READINGS, MEASURE)
"""What a check needs done before it: first what others have measured, for what is computed yields to it."""


def _keep_readings(turn: Turn, new: Collection[NewReading]) -> None:
    standing = _standing(turn, new)
    readings.keep_all(turn.session, turn.product.id, yielding(new, standing), by=MUSTER, now=turn.now)


def _standing(turn: Turn, new: Collection[NewReading]) -> list[Reading]:
    since = min((one.window.end for one in new), default=turn.now)
    metrics = {one.metric for one in new}
    return readings.of_product(turn.session, turn.product.id, metrics=metrics, since=since)


def _earlier(turn: Turn, window: Window) -> list[KeptMeasure]:
    """The measures of other windows that were over when this one was, and held anything."""
    kept = measures.latest(turn.session, turn.product.id, window.end, since=window.end - REMEMBERED)
    return [one for one in kept if one.window != window and one.measured.seen]


def _versions_of(earlier: Iterable[KeptMeasure]) -> set[str] | None:
    named = [{version.name for version in one.measured.versions} for one in earlier]
    return set().union(*named) if named else None


def _mark(version: Version, now: datetime) -> Change:
    return Change(
        key=f"model/{version.name}",
        at=version.first_seen,
        what=f"model {version.name} first seen",
        kind=ChangeKind.MODEL,
        noted_by=MUSTER,
        noted_at=now,
    )


def _safe(name: str | None, rule: Pii) -> Prediction:
    return protect(Prediction(id="name", occurred_at=EPOCH, segment=name), rule)
