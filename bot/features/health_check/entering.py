"""`/muster health log`: values that no source has, in one form or one line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.domain.log_line import SOURCE_ROOM, line_typed, source_typed
from bot.domain.metrics import Metric
from bot.domain.product import Product
from bot.domain.readings import Origin, Reading, latest
from bot.domain.showing import value_of
from bot.domain.spans import Days, Span, days_typed
from bot.domain.text import clip, one_line
from bot.domain.typed import entry_typed
from bot.domain.watching import known, watched
from bot.domain.window import zone_named
from bot.errors import UsageError, UserError
from bot.features.health_check import asked
from bot.features.health_check.keeping import UNDO, Entry, keep, undo, window_of
from bot.features.health_check.subject import metric_said, subject_of
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, plain
from bot.kit.choosing import product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choice, text_input
from bot.kit.limits import VIEW_BLOCKS
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply, View
from bot.store import readings, watches

FORM = "health_check.log"
USUAL, DAYS, OTHER, SOURCE = "usual", "days", "dates", "source"
VALUE_ROOM = 60

_PREFIX = "value_"
_CHOICES = {
    USUAL: "As usual: model 7 days, usage last week, business last month",
    Span.THIS_WEEK: "The 7 days up to this morning",
    Span.LAST_WEEK: "Last week, Monday to Sunday",
    Span.LAST_MONTH: "Last month",
}
_MOST = VIEW_BLOCKS - 10


class NothingToEnterError(UserError):
    """Every value of the set is computed."""

    def __init__(self) -> None:
        super().__init__(
            "Every measure of this product comes from its source: nothing is left to type. To correct one, name it with"
            " its value, like “health log accuracy 91 %”."
        )


class NoValueError(UsageError):
    """A metric without a value."""

    def __init__(self, ask: Ask, metric: Metric) -> None:
        super().__init__(
            f"Say the value of {metric.title} too. “{ask.command} health log” alone opens a form for all values."
        )


def open_log(ask: Ask) -> Reply:
    """The form for everything that people type of a product, or for the metric that is named."""
    product, rest = product_of(ask, "health log")
    if not rest:
        return Reply(view=form(ask, product, _typed_by_people(ask, product)))
    metric, _ = metric_said(rest, known(watches.of_product(ask.session, product.id), product.record.currency))
    return Reply(view=form(ask, product, [metric]))


def open_asked(ask: Ask) -> Reply:
    """The form for what the weekly message asks for."""
    number, _, names = ask.value.partition(" ")
    product = product_with_id(ask, number)
    every = known(watches.of_product(ask.session, product.id), product.record.currency)
    return Reply(view=form(ask, product, [every[name] for name in names.split(",") if name in every]))


def say(ask: Ask) -> Reply:
    """One value in one line."""
    subject = subject_of(ask, "health log", "health log csat 4.3")
    _require_may_enter(ask, subject.product, [subject.metric])
    if not subject.words:
        raise NoValueError(ask, subject.metric)
    line = line_typed(subject.metric, subject.words)
    entry = Entry(metric=subject.metric, typed=line.typed, days=line.days)
    return keep(ask, subject.product, [entry], line.source)


def submit(ask: Ask, _seen: object) -> Reply:
    """Keep what was filled in; what cannot be read is said beside its field, and stays there."""
    product = product_with_id(ask, ask.carried("product"))
    every = known(watches.of_product(ask.session, product.id), product.record.currency)
    filled = {name: text for name in every if (text := ask.field(_PREFIX + name))}
    shown = [metric for name, metric in every.items() if _PREFIX + name in ask.incoming.values]
    _require_may_enter(ask, product, shown)
    return keep(ask, product, _entries(ask, product, every, filled), source_typed(ask.field(SOURCE) or ""))


def form(ask: Ask, product: Product, metrics: Sequence[Metric]) -> View:
    """A field for each of *metrics*, with what was read last beside it. Raises `NothingToEnterError`."""
    _require_may_enter(ask, product, metrics)
    if not metrics:
        raise NothingToEnterError
    names = [metric.name for metric in metrics]
    before = readings.of_product(ask.session, product.id, metrics=names, since=ask.now - asked.LOOKS_BACK)
    return View(
        name=FORM,
        title="Enter values",
        blocks=[
            context(plain(f"{clip(one_line(product.name), 100)}. Leave empty what you do not know yet.")),
            *(_field(metric, before, ask, product) for metric in metrics[:_MOST]),
            choice(DAYS, "Days they are of", _CHOICES, initial=USUAL),
            text_input(OTHER, "Other days", optional=True, hint="Like “2026-11-09 to 2026-11-15”.", longest=VALUE_ROOM),
            text_input(SOURCE, "Where they came from", optional=True, hint="A survey, for one.", longest=SOURCE_ROOM),
        ],
        carries={"product": str(product.id)},
    )


def _entries(ask: Ask, product: Product, every: Mapping[str, Metric], filled: Mapping[str, str]) -> list[Entry]:
    """Everything that was filled in. Raises `FieldError`, with a sentence for each field that cannot be read."""
    wrong: dict[str, str] = {}
    entries = []
    days = _days(ask, wrong)
    for name, text in filled.items():
        try:
            entries.append(Entry(metric=every[name], typed=entry_typed(every[name], text), days=days))
        except UserError as error:
            wrong[_PREFIX + name] = str(error)
    wrong |= _unfinished(ask, product, entries)
    if not filled and not wrong:
        first = next((name for name in ask.incoming.values if name.startswith(_PREFIX)), DAYS)
        wrong[first] = "Enter at least one value."
    if wrong:
        raise FieldError(wrong)
    return entries


def _days(ask: Ask, wrong: dict[str, str]) -> Span | Days | None:
    typed, chosen = ask.field(OTHER), ask.field(DAYS)
    try:
        if typed:
            return days_typed(typed)
    except UserError as error:
        wrong[OTHER] = str(error)
    return Span(chosen) if chosen in set(Span) else None


def _unfinished(ask: Ask, product: Product, entries: Iterable[Entry]) -> dict[str, str]:
    """What is wrong with the days, where they are not over yet."""
    try:
        for entry in entries:
            window_of(ask, product, entry)
    except UserError as error:
        return {OTHER if ask.field(OTHER) else DAYS: str(error)}
    return {}


def _field(metric: Metric, before: Iterable[Reading], ask: Ask, product: Product) -> Block:
    mine = [one for one in before if one.metric == metric.name]
    last = latest(mine, metric.layer.cadence, ask.now)
    hint = " ".join(_hints(metric, last, product))
    return text_input(_PREFIX + metric.name, metric.title, hint=hint, optional=True, longest=VALUE_ROOM)


def _hints(metric: Metric, last: Reading | None, product: Product) -> Iterator[str]:
    yield f"{metric.meaning[:1].upper()}{metric.meaning[1:]}."
    if last is not None:
        read = last.window.end.astimezone(zone_named(product.timezone)).date()
        yield f"Last: {value_of(metric, last.value)}, read {read.day} {read:%b}."
    yield "With n=212 behind it, if you know of how many."


def _typed_by_people(ask: Ask, product: Product) -> list[Metric]:
    """What a product watches and no source computes, as far as the latest readings tell."""
    every = watched(product.record, (), watches.of_product(ask.session, product.id))
    names = [one.metric.name for one in every]
    known_ones = readings.of_product(ask.session, product.id, metrics=names, since=ask.now - asked.LOOKS_BACK)
    by_name = {one.metric: one.origin for one in known_ones}
    return [one.metric for one in every if by_name.get(one.metric.name) not in {Origin.COMPUTED, Origin.SOURCE}]


def _require_may_enter(ask: Ask, product: Product, metrics: Iterable[Metric]) -> None:
    """Who answers for all of the metrics may enter them, and the product's people and admins any."""
    owned = {name for name, said in watches.of_product(ask.session, product.id).items() if said.owner == ask.user}
    named = {metric.name for metric in metrics}
    if not named or not named <= owned:
        require_may_change(ask, product)


COMMANDS = (
    Command(
        noun="health",
        verb="log",
        takes="[product] [METRIC VALUE [n=N] [last week] [from=WORDS]]",
        summary="Enter values that no source has, in a form or one in a line",
        example="health log",
        effect=Effect.OPEN,
        run=open_log,
        in_full=say,
        synonyms=("enter", "record"),
    ),
)
ACTIONS = (
    Action(name=asked.FILL, effect=Effect.OPEN, run=open_asked),
    Action(name=UNDO, effect=Effect.CHANGE, run=undo),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=FORM, submit=submit),)
