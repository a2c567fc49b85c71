"""The form of a metric of a team's own: what is counted, for whom, in which unit, and what it is to reach."""

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from bot.domain.metrics import Direction, Layer, Metric, Target, Unit
from bot.domain.naming import metric_named
from bot.domain.plain_language import in_business_words
from bot.domain.product import Product
from bot.domain.text import bounded, one_line
from bot.domain.typed_targets import number_typed
from bot.domain.watching import known
from bot.errors import UserError
from bot.features.health_check.agreeing import AGREED_ROOM, today_of, told
from bot.features.health_check.saying import say
from bot.features.health_check.subject import (
    Subject,
    as_words,
    at_version,
    called,
    carried_subject,
    in_names,
    own_subject,
)
from bot.kit.asking import Ask
from bot.kit.blocks import Block, saying
from bot.kit.choosing import named, product_with_id
from bot.kit.command import AnyModal, FieldError, Modal
from bot.kit.forms import Choices, choice, text_input
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply, View
from bot.store import readings, watches

FORM, EDIT = "health_check.metric", "health_check.edit_metric"
TITLE_ROOM, WORDS_ROOM, NUMBER_ROOM = 40, 120, 40

_LAYERS: Choices = {
    Layer.MODEL: "Model quality: what the model does; a miss fails",
    Layer.USAGE: "Usage: what people do with it",
    Layer.BUSINESS: "Business: what it brings",
}
_UNITS: Choices = {
    Unit.SHARE: "A share, 0 to 100 %",
    Unit.SECONDS: "Seconds",
    Unit.MINUTES: "Minutes",
    Unit.SCORE: "A score of 1 to 5",
    Unit.MONEY: "Money",
    Unit.COUNT: "A count",
}
_DIRECTIONS: Choices = {
    Direction.AT_LEAST: "at least: more is better",
    Direction.ABOVE: "above: more is better",
    Direction.AT_MOST: "at most: less is better",
    Direction.BELOW: "below: less is better",
}
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")

E = TypeVar("E", bound=StrEnum)


def empty(product: Product) -> Reply:
    """The form of a new metric."""
    last = [
        text_input("number", "Number", optional=True, hint="Empty: none until people agree.", longest=NUMBER_ROOM),
        text_input("agreed_by", "Agreed with", optional=True, longest=AGREED_ROOM),
    ]
    carries = {"product": str(product.id)}
    return Reply(view=View(name=FORM, title="Add a metric", blocks=[*_fields(None), *last], carries=carries))


def opened(ask: Ask, subject: Subject) -> Reply:
    """The form of a metric there is, for somebody who may change it."""
    own_subject(ask, subject)
    carries = {
        "product": str(subject.product.id),
        "metric": subject.metric.name,
        "version": str(subject.said.version),
    }
    return Reply(view=View(name=EDIT, title="Edit a metric", blocks=_fields(subject.metric), carries=carries))


def add(ask: Ask, _seen: object) -> Reply:
    """Define a metric, and watch it."""
    product = product_with_id(ask, ask.carried("product"))
    require_may_change(ask, product)
    every = watches.of_product(ask.session, product.id)
    wrong: dict[str, str] = {}
    metric = _metric(ask, wrong)
    _require_free(ask, metric, known(every), wrong)
    target = _target(ask, metric, wrong)
    if wrong:
        raise FieldError(wrong)
    subject = Subject(product=product, metric=metric, every=every)
    after = replace(
        subject.said,
        definition=metric,
        chosen=True,
        target=target,
        agreed_by=in_names(ask, ask.field("agreed_by") or "", AGREED_ROOM) if target else "",
        agreed_on=today_of(ask, subject) if target else None,
    )
    text = f"You added {called(metric)} (`{metric.name}`): off until its first value. {told(subject, after)}"
    return say(ask, subject, after, text, more=[saying("Enter values", f"health log {product.key}")])


def edit(ask: Ask, _seen: object) -> Reply:
    """Change a metric of the team's own; its readings keep their meaning, so its unit stays once it has some."""
    subject = own_subject(ask, carried_subject(ask, ask.carried("product"), ask.carried("metric")))
    wrong: dict[str, str] = {}
    metric = replace(_metric(ask, wrong), name=subject.metric.name)
    others = {name: one for name, one in known(subject.every).items() if name != metric.name}
    _require_free(ask, metric, others, wrong)
    _require_same_sense(ask, subject, metric, wrong)
    if wrong:
        raise FieldError(wrong)
    after = replace(at_version(subject.said, ask.carried("version")), definition=metric)
    text = f"You changed {called(metric)} of {named(subject.product)}: {_differences(subject.metric, metric)}."
    return say(ask, subject, after, text)


def _fields(metric: Metric | None) -> list[Block]:
    def of(name: str) -> str | None:
        return None if metric is None else str(getattr(metric, name))

    return [
        text_input("title", "Title", initial=of("title"), hint="Like “First answer right”.", longest=TITLE_ROOM),
        text_input("meaning", "What is counted", initial=of("meaning"), longest=WORDS_ROOM),
        text_input(
            "business",
            "In business words",
            initial=of("business"),
            hint="For people who read no jargon: “customers who need not ask twice”.",
            longest=WORDS_ROOM,
        ),
        choice("layer", "Layer", _LAYERS, initial=of("layer")),
        choice("unit", "Unit", _UNITS, initial=of("unit")),
        choice("direction", "It is to be", _DIRECTIONS, initial=of("direction")),
    ]


def _metric(ask: Ask, wrong: dict[str, str]) -> Metric:
    """The metric that the form defines; what it lacks is written down as wrong."""
    words = {name: bounded(one_line(ask.field(name) or ""), WORDS_ROOM).strip(" .") for name in ("meaning", "business")}
    title = bounded(one_line(ask.field("title") or ""), TITLE_ROOM).strip()
    wrong |= {name: "Say it in a few words." for name, text in words.items() if not text}
    if better := in_business_words(words["business"]):
        wrong["business"] = better
    name = _NOT_IN_A_NAME.sub("_", title.casefold()).strip("_")
    if not name or not name[0].isalpha():
        wrong["title"] = "A title needs a few Latin letters to begin with: it is also how people name it in commands."
    unit = _one_of(ask, "unit", Unit, wrong) or Unit.COUNT
    return Metric(
        name=name,
        title=title,
        meaning=words["meaning"],
        business=words["business"],
        layer=_one_of(ask, "layer", Layer, wrong) or Layer.USAGE,
        unit=unit,
        direction=_one_of(ask, "direction", Direction, wrong) or Direction.AT_LEAST,
        is_mean=unit in {Unit.SCORE, Unit.MINUTES},
    )


def _one_of(ask: Ask, field: str, kind: type[E], wrong: dict[str, str]) -> E | None:
    try:
        return kind(ask.field(field) or "")
    except ValueError:
        wrong[field] = "Choose one."
        return None


def _require_free(ask: Ask, metric: Metric, others: Mapping[str, Metric], wrong: dict[str, str]) -> None:
    """Write down where another metric, or a word of the command, is called that already."""
    taken = metric_named([metric.title], others) or metric_named([metric.name], others)
    verbs = {word for one in ask.guide.helps if one.noun == "health" for word in (one.verb, *one.synonyms)}
    if taken is not None:
        wrong["title"] = f"“{taken.title}” is called that already: choose another title."
    elif metric.name in verbs:
        wrong["title"] = f"“{metric.name}” is a word of the command: choose another title."


def _require_same_sense(ask: Ask, subject: Subject, metric: Metric, wrong: dict[str, str]) -> None:
    """Write down what would turn readings or the target into something else."""
    measured = readings.measured_metrics(ask.session, subject.product.id)
    if metric.unit is not subject.metric.unit and metric.name in measured:
        wrong["unit"] = "It has values in the unit it had: they would read wrong. Add another metric instead."
    target = subject.said.target
    if target is not None and target.direction.higher_is_better is not metric.direction.higher_is_better:
        wrong["direction"] = "Its target is on the other side: change that first, under “health targets”."


def _target(ask: Ask, metric: Metric, wrong: dict[str, str]) -> Target | None:
    typed = ask.field("number")
    try:
        return Target(direction=metric.direction, value=number_typed(metric, typed)) if typed else None
    except UserError as error:
        wrong["number"] = str(error)
        return None


def _differences(before: Metric, after: Metric) -> str:
    """What was changed, in mrkdwn, with what it was."""
    names = ("title", "meaning", "business", "layer", "unit", "direction")
    changed = [f"{name} was “{_shown(before, name)}”" for name in names if _shown(before, name) != _shown(after, name)]
    return ", ".join(changed) or "nothing is different"


def _shown(metric: Metric, name: str) -> str:
    return as_words(str(getattr(metric, name)).replace("_", " "))


MODALS: tuple[AnyModal, ...] = (Modal(name=FORM, submit=add), Modal(name=EDIT, submit=edit))
