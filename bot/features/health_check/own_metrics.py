"""`/muster health metric`: metrics of a team's own, listed, changed and put away."""

from bot.domain.metrics import Metric
from bot.domain.product import Product
from bot.domain.watching import is_chosen, known
from bot.errors import UserError
from bot.features.health_check import metric_form
from bot.features.health_check.choosing_metrics import switched_off
from bot.features.health_check.subject import Subject, called, carried_subject, metric_said, own_subject
from bot.kit.asking import Ask
from bot.kit.blocks import (
    Block,
    Element,
    actions,
    button,
    confirmation,
    context,
    fit,
    header,
    plain,
    plain_section,
    saying,
)
from bot.kit.choosing import product_of
from bot.kit.command import Action, Command, Effect
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply
from bot.store import watches

ARCHIVE = "health_check.archive_metric"
ADD, EDIT, PUT_AWAY = "add", "edit", "archive"


class NotOwnError(UserError):
    """A metric that every product has is not a team's to change."""

    def __init__(self, metric: Metric) -> None:
        super().__init__(
            f"{metric.title} is a metric that every product has: its target can be changed (“health targets”),"
            " and it can be switched off (“health unwatch”)."
        )


def open_metric(ask: Ask) -> Reply:
    """The form of a new metric or of one there is, or the metrics of the team's own with a button for each."""
    word = next((one.casefold() for one in ask.words[:2] if one.casefold() in {ADD, EDIT, PUT_AWAY}), None)
    product, rest = product_of(ask.saying([one for one in ask.words if one.casefold() != word]), "health metric")
    if word == ADD:
        require_may_change(ask, product)
        return metric_form.empty(product)
    if not rest:
        return _listed(ask, product)
    subject = _own(ask, product, rest)
    return metric_form.opened(ask, subject) if word == EDIT else _one(subject)


def press_edit(ask: Ask) -> Reply:
    """The form of the metric that the button names."""
    number, _, name = ask.value.partition(" ")
    return metric_form.opened(ask, _require_own(own_subject(ask, carried_subject(ask, number, name))))


def press_archive(ask: Ask) -> Reply:
    """Put the metric away that the button names; its readings stay, and watching it brings it back."""
    number, _, name = ask.value.partition(" ")
    subject = _require_own(own_subject(ask, carried_subject(ask, number, name)))
    if not is_chosen(subject.metric.name, subject.every):
        return Reply(text=f"{called(subject.metric)} was put away already.")
    return switched_off(ask, subject)


def _own(ask: Ask, product: Product, words: tuple[str, ...]) -> Subject:
    every = watches.of_product(ask.session, product.id)
    metric, rest = metric_said(words, known(every))
    return _require_own(Subject(product=product, metric=metric, every=every, words=rest))


def _require_own(subject: Subject) -> Subject:
    if subject.said.definition is None:
        raise NotOwnError(subject.metric)
    return subject


def _listed(ask: Ask, product: Product) -> Reply:
    every = watches.of_product(ask.session, product.id)
    defined = [said.definition for said in every.values() if said.definition]
    own = [Subject(product=product, metric=metric, every=every) for metric in defined]
    add = actions("add", saying("Add a metric", f"health metric {product.key} add"))
    if not own:
        text = "There are no metrics of your own yet."
        return Reply(text=text, blocks=[plain_section(text), add])
    title = "Metrics of your own"
    return Reply(text=title, blocks=fit([header(title), *(block for one in own for block in _rows(one)), add]))


def _one(subject: Subject) -> Reply:
    return Reply(text=called(subject.metric), blocks=_rows(subject))


def _rows(subject: Subject) -> list[Block]:
    metric, value = subject.metric, f"{subject.product.id} {subject.metric.name}"
    watched = is_chosen(metric.name, subject.every)
    state = "watched" if watched else "put away; its readings stay"
    press = [button("Edit", f"{metric_form.EDIT}:{metric.name}", value=value)]
    press += [_archive(metric, value)] if watched else [_again(subject)]
    return [
        plain_section(f"{metric.title}: {metric.meaning}. For others: {metric.business}."),
        context(plain(f"{metric.name}, {metric.layer}, {metric.unit}, {state}")),
        actions(f"own_{metric.name}", *press),
    ]


def _archive(metric: Metric, value: str) -> Element:
    sure = confirmation(
        "Put it away?", "Health and update speak of it no more. Its readings stay.", yes="Put away", no="Keep"
    )
    return button("Archive", f"{ARCHIVE}:{metric.name}", value=value, urgent=True, confirm=sure)


def _again(subject: Subject) -> Element:
    return saying("Watch again", f"health watch {subject.product.key} {subject.metric.name}")


COMMANDS = (
    Command(
        noun="health",
        verb="metric",
        takes="[product] [add | edit NAME | archive NAME]",
        summary="Metrics of your own: add, edit, archive",
        example="health metric add",
        effect=Effect.OPEN,
        run=open_metric,
        synonyms=("metrics", "own"),
    ),
)
ACTIONS = (
    Action(name=metric_form.EDIT, effect=Effect.OPEN, run=press_edit),
    Action(name=ARCHIVE, effect=Effect.CHANGE, run=press_archive),
)
MODALS = metric_form.MODALS
