"""Values that people typed: kept as readings, told with what they were before, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.metrics import Metric
from bot.domain.product import Product
from bot.domain.readings import NewReading, Origin, Reading
from bot.domain.showing import value_of
from bot.domain.spans import Days, Span, span_in_words, usual_span, window_said
from bot.domain.text import number
from bot.domain.typed import Typed
from bot.domain.watching import Which
from bot.domain.window import Window, zone_named
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.health_check import asked
from bot.features.health_check.subject import as_words, by_whom, called
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, paragraphs, saying
from bot.kit.checking import health_of
from bot.kit.choosing import named
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply
from bot.kit.safekeeping import protected_text
from bot.store import audit, products, readings
from bot.store.readings import Kept

UNDO = "health_check.undo_log"
LOGGED = "health log"


class ReplacedSinceError(UserError):
    """Somebody corrected it after the one who wants it back."""

    def __init__(self) -> None:
        super().__init__("This was corrected since: taking it back would lose that. Enter what is right instead.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A value that somebody typed for *metric*; *days* None: the days that are usual for it."""

    metric: Metric
    typed: Typed
    days: Span | Days | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Done:
    """What became of an entry: what stood before it, what stands now."""

    entry: Entry
    before: Reading | None
    now: Reading
    kept: Kept


def window_of(ask: Ask, product: Product, entry: Entry) -> Window:
    """The window that *entry* speaks of. Raises `UnfinishedSpanError`."""
    if entry.days is None and (corrected := _computed(ask, product, entry.metric)) is not None:
        return corrected.window
    said = entry.days or usual_span(entry.metric.layer.cadence)
    return window_said(said, now=ask.now, zone=zone_named(product.timezone))


def keep(ask: Ask, product: Product, entries: Sequence[Entry], source: str) -> Reply:
    """Keep what the person typed, and tell them what holds now; *source* says where it came from, in their words."""
    # In one order for everybody, as `readings.keep_all` does.
    ordered = sorted(entries, key=lambda entry: entry.metric.name)
    done = {one.entry.metric.name: one for one in [_kept(ask, product, entry, source) for entry in ordered]}
    shown = [done[entry.metric.name] for entry in entries]
    asked.settle(ask.session, product, ask.now, by=ask.user)
    lines = [f"You entered for {named(product)}:", *(f"• {_told(one, product)}" for one in shown)]
    if source:
        lines.append(f"From: {as_words(source)}")
    text = "\n".join(lines)
    changed = [one for one in shown if one.kept is not Kept.SAME]
    undo = [button("Undo", UNDO, value=str(_write_down(ask, product, changed, text)))] if changed else []
    row = actions("done", *undo, saying("Health", f"health {product.key}"))
    return Reply(text=text, blocks=[*paragraphs(text), row])


def undo(ask: Ask) -> Reply:
    """Let stand again what stood before, where nobody corrected it since."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or deed.product_id is None or deed.before is None or deed.what != LOGGED:
        raise ReplacedSinceError
    product = products.current(ask.session, deed.product_id)
    if deed.user != ask.user:
        require_may_change(ask, product)
    for pair in deed.before["readings"]:
        _bring_back(ask, product, pair)
    text = f"You took it back: the values of {named(product)} are as they were before."
    audit.done(ask.session, user=ask.user, what="undo", now=ask.now, product=product, detail=text)
    return Reply(text=text, replace=True)


def _computed(ask: Ask, product: Product, metric: Metric) -> Reading | None:
    """The value that stands where no person gave it: whoever enters another without naming days corrects it."""
    check = health_of(ask.session, product, as_of=ask.now, which=Which.ALL).of(metric.name)
    reading = check.reading if check is not None and check.fresh else None
    return reading if reading is not None and reading.origin in {Origin.COMPUTED, Origin.SOURCE} else None


def _kept(ask: Ask, product: Product, entry: Entry, source: str) -> _Done:
    window = window_of(ask, product, entry)
    before = readings.standing(ask.session, product.id, entry.metric.name, window)
    new = NewReading(
        metric=entry.metric.name,
        value=entry.typed.value,
        unit=entry.metric.unit,
        window=window,
        n=entry.typed.n,
        origin=Origin.TYPED,
        source=protected_text(source, product.record.pii),
    )
    kept = readings.keep(ask.session, product.id, new, by=ask.user, now=ask.now)
    now = readings.standing(ask.session, product.id, entry.metric.name, window)
    assert now is not None  # noqa: S101 it was kept in this transaction
    return _Done(entry=entry, before=before, now=now, kept=kept)


def _told(done: _Done, product: Product) -> str:
    metric, zone = done.entry.metric, zone_named(product.timezone)
    sample = f" (n = {number(done.now.n)})" if done.now.n is not None else ""
    what = f"{called(metric)} {value_of(metric, done.now.value)}{sample}, {span_in_words(done.now.window, zone)}"
    if done.before is None:
        return f"{what}."
    entered = done.before.entered_at.astimezone(zone)
    whose = f"entered by {by_whom(done.before)} on {entered.day} {entered:%b}"
    if done.kept is Kept.SAME:
        return f"{what}: that was there already, {whose}."
    earlier = f" (n = {number(done.before.n)})" if done.before.n is not None and done.before.n != done.now.n else ""
    return f"{what}. It was {value_of(metric, done.before.value, beside=done.now.value)}{earlier}, {whose}."


def _write_down(ask: Ask, product: Product, changed: Sequence[_Done], text: str) -> int:
    pairs = [{"now": one.now.id, "before": one.before.id if one.before else None} for one in changed]
    return audit.done(
        ask.session,
        user=ask.user,
        what=LOGGED,
        now=ask.now,
        product=product,
        detail=text,
        before={"readings": pairs},
    )


def _bring_back(ask: Ask, product: Product, pair: dict[str, Any]) -> None:
    """Let the reading before stand again in place of the one that was entered. Raises `ReplacedSinceError`."""
    if not readings.withdraw(ask.session, pair["now"], ask.now):
        raise ReplacedSinceError
    if pair["before"] is not None:
        earlier = readings.with_ids(ask.session, [pair["before"]])[pair["before"]]
        again = NewReading(**{name: getattr(earlier, name) for name in NewReading.__dataclass_fields__})
        # The value is still the one of who entered it; that it was brought back stands in the audit log.
        readings.keep(ask.session, product.id, again, by=earlier.entered_by, now=ask.now)
