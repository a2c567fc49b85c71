"""One metric in full: how it does, its target and who agreed on it, its latest readings with those they replaced."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.health import Check, Watched, check
from bot.domain.metrics import Metric
from bot.domain.product import Product
from bot.domain.readings import Origin, Reading
from bot.domain.showing import target_in_words, value_of
from bot.domain.standings import Standing, State
from bot.domain.text import clip, escape, number, one_line, unformatted
from bot.domain.watching import Said, is_chosen
from bot.domain.window import zone_named
from bot.features.health_check import words
from bot.features.health_check.subject import by_whom
from bot.kit.asking import Ask
from bot.kit.blocks import Block, actions, fallback, fit, header, paragraphs, saying, section
from bot.kit.checking import LOOKS_BACK, watched_of
from bot.kit.choosing import named
from bot.kit.reply import Reply
from bot.store import readings, standings

SHOWN = 10
"""So many of the latest readings are listed, those that were replaced among them."""

SOURCE_ROOM = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class _Full:
    """A metric of a product with all that is known of it."""

    product: Product
    said: Said
    check: Check
    standing: Standing | None
    history: list[Reading]
    chosen: bool
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return zone_named(self.product.timezone)


def shown(ask: Ask, product: Product, metric: Metric, every: Mapping[str, Said]) -> Reply:
    """The metric as it is now, and how it came there."""
    full = _full(ask, product, metric, every)
    title = f"{metric.title}: {full.check.verdict.replace('_', ' ').lower()}"
    about = f"{named(product)}: {escape(unformatted(metric.meaning))}."
    body = "\n".join([about, _now(full), *_told(full)])
    return Reply(text=fallback(title), blocks=fit([header(title), section(body), *_history(full), _row(full)]))


def _full(ask: Ask, product: Product, metric: Metric, every: Mapping[str, Said]) -> _Full:
    said = every.get(metric.name) or Said(metric=metric.name)
    history = readings.history(ask.session, product.id, metric.name, since=ask.now - LOOKS_BACK)
    stand = [one for one in history if one.replaced_at is None]
    return _Full(
        product=product,
        said=said,
        check=check(_watched(ask, product, {**every, metric.name: replace(said, chosen=True)}, metric), stand, ask.now),
        standing=standings.of_product(ask.session, product.id).get(metric.name),
        history=history,
        chosen=is_chosen(metric.name, every),
        now=ask.now,
    )


def _watched(ask: Ask, product: Product, every: Mapping[str, Said], metric: Metric) -> Watched:
    """The metric as the product would watch it, in its set or not."""
    found = watched_of(ask.session, product, every)
    return next(one for one in found if one.metric.name == metric.name)


def _now(full: _Full) -> str:
    found = full.check
    if found.verdict.is_miss:
        return words.missed(found, full.standing, full.zone)
    return words.passed(found, full.zone) if words.tells(found) else words.silent(found, full.zone)


def _told(full: _Full) -> Iterator[str]:
    """Whose target it is, whether it is in the set, and how its checks stand."""
    yield _target(full)
    if not full.chosen:
        yield "It is not in the set that is checked."
    standing = full.standing
    if standing is not None and standing.state in {State.MISSED, State.UNKNOWN}:
        yield f"{standing.state.capitalize()} since {words.day(standing.since, full.zone)}."
    if standing is not None and standing.is_snoozed(full.now):
        yield f"Snoozed {words.asleep(standing, full.zone)}."


def _target(full: _Full) -> str:
    metric, target, said = full.check.metric, full.check.watched.target, full.said
    if target is None:
        return "No target yet: say a number and a direction."
    words_for = target_in_words(target, metric)
    if said.target is None:
        usual = "the usual one" if target.value == metric.default else "from the product's record"
        return f"Target: {words_for}, {usual}; nobody has agreed on another."
    when = f" on {said.agreed_on.day} {said.agreed_on:%b %Y}" if said.agreed_on else ""
    whose = escape(unformatted(said.agreed_by)) if said.agreed_by else "somebody"
    return f"Target: {words_for}, agreed by {whose}{when}."


def _history(full: _Full) -> list[Block]:
    latest = full.history[-SHOWN:][::-1]
    if not latest:
        return []
    lines = [f"• {_line(full, reading)}" for reading in latest]
    return paragraphs("\n".join(["*Latest readings*", *lines]))


def _line(full: _Full, reading: Reading) -> str:
    value = value_of(full.check.metric, reading.value)
    sample = f" (n = {number(reading.n)})" if reading.n is not None else ""
    entered = f"{_origin(reading)} by {by_whom(reading)} on {words.moment(reading.entered_at, full.zone)}"
    line = f"{words.window_in_words(reading.window, full.zone)}: {value}{sample}, {entered}"
    if reading.replaced_at is None:
        return line
    return f"~{line}~ replaced on {words.moment(reading.replaced_at, full.zone)}"


def _origin(reading: Reading) -> str:
    source = escape(clip(one_line(unformatted(reading.source)), SOURCE_ROOM))
    match reading.origin:
        case Origin.LOADED:
            how = "loaded"
        case Origin.TYPED:
            how = "typed"
        case Origin.SOURCE:
            how = "read from its source"
        case Origin.COMPUTED:
            how = "computed"
        case Origin.SENT:
            how = "sent"
        case _:
            assert_never(reading.origin)
    return f"{how} ({source})" if source else how


def _row(full: _Full) -> Block:
    mine = f"{full.product.key} {full.check.metric.name}"
    return actions(
        "health",
        saying("Trend", f"health trend {mine}"),
        saying("The statistics", f"health explain {mine}"),
        saying("All of health", f"health {full.product.key}"),
    )
