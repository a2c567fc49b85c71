"""The form of a metric's target: a number and a direction, who agreed and when, and who answers for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from bot.domain.health import MINIMUM_SAMPLE
from bot.domain.metrics import Direction, Target, UnfinishedTargetError, target_of
from bot.domain.showing import target_in_words
from bot.domain.text import number
from bot.domain.typed import as_typed, sample_typed
from bot.domain.typed_targets import number_typed
from bot.errors import UserError
from bot.features.health_check.agreeing import AGREED_ROOM, require_forwards, require_room, today_of, told, warned
from bot.features.health_check.saying import say
from bot.features.health_check.subject import Subject, at_version, carried_subject, in_names, own_subject, require_here
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, plain
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.forms import Choices, choice, choices_of, person, text_input
from bot.kit.reply import Reply, View

FORM = "health_check.target"
HEADLINE = {"yes": "One of the two or three headline measures"}

_DIRECTIONS: Choices = {
    Direction.AT_LEAST: "at least",
    Direction.ABOVE: "above",
    Direction.AT_MOST: "at most",
    Direction.BELOW: "below",
}
_VALUE_ROOM = 40

T = TypeVar("T")


class UnclearDateError(UserError):
    """Not a day on which people can have agreed."""

    def __init__(self) -> None:
        super().__init__("Write the day like 2026-11-03, today or earlier.")


def press_form(ask: Ask) -> Reply:
    """The form of the metric that the button names."""
    number_, _, name = ask.value.partition(" ")
    return opened(ask, carried_subject(ask, number_, name))


def opened(ask: Ask, subject: Subject) -> Reply:
    """The form of a metric, for somebody who may change it."""
    own_subject(ask, subject)
    held = subject.said.target or _usual(subject)
    view = View(
        name=FORM,
        title="Target",
        blocks=[
            context(plain(f"{subject.metric.title}: {subject.metric.meaning}.")),
            choice("direction", "It is to be", _DIRECTIONS, initial=held.direction if held else None, optional=True),
            _number(subject, held),
            *_agreement(ask, subject),
            choices_of("headline", "Headline", HEADLINE, initial=["yes"] if subject.said.headline else []),
            _smallest_sample(subject),
            person("owner", "Owner", initial=subject.said.owner, optional=True),
        ],
        carries={
            "product": str(subject.product.id),
            "metric": subject.metric.name,
            "version": str(subject.said.version),
        },
    )
    return Reply(view=view)


def submit(ask: Ask, _seen: object) -> Reply:
    """Save the form; each field that cannot be read says why, and nothing typed is lost."""
    subject = own_subject(ask, carried_subject(ask, ask.carried("product"), ask.carried("metric")))
    wrong: dict[str, str] = {}
    owner, headline = ask.field("owner"), "yes" in ask.chosen("headline")
    target = _read(wrong, "number", lambda: _target(ask, subject))
    sample = _read(wrong, "sample", lambda: sample_typed(ask.field("sample") or str(MINIMUM_SAMPLE)))
    agreed_on = _read(wrong, "agreed_on", lambda: _day(ask, subject))
    if headline:
        _read(wrong, "headline", lambda: require_room(subject))
    if owner:
        _read(wrong, "owner", lambda: require_here(ask, owner))
    if wrong:
        raise FieldError(wrong)
    after = replace(
        at_version(subject.said, ask.carried("version")),
        target=target,
        agreed_by=in_names(ask, ask.field("agreed_by") or "", AGREED_ROOM) if target else "",
        agreed_on=agreed_on if target else None,
        headline=headline,
        minimum_sample=sample if ask.field("sample") else None,
        owner=owner,
    )
    return say(ask, subject, after, f"You saved it. {told(subject, after)}{warned(subject, after)}")


def _number(subject: Subject, held: Target | None) -> Block:
    usual = _usual(subject)
    words = target_in_words(usual, subject.metric) if usual else "none"
    initial = as_typed(subject.metric, held.value) if held else None
    hint = f"With both empty it is the usual: {words}."
    return text_input("number", "Number", initial=initial, hint=hint, optional=True, longest=_VALUE_ROOM)


def _agreement(ask: Ask, subject: Subject) -> list[Block]:
    said = subject.said
    day = said.agreed_on or (None if said.target else today_of(ask, subject))
    return [
        text_input("agreed_by", "Agreed with", initial=said.agreed_by, optional=True, longest=AGREED_ROOM),
        text_input("agreed_on", "Agreed on", initial=str(day) if day else None, optional=True, longest=_VALUE_ROOM),
    ]


def _smallest_sample(subject: Subject) -> Block:
    smallest = subject.said.minimum_sample
    hint = f"Of fewer it is too few to tell; {number(MINIMUM_SAMPLE)} where this is empty."
    initial = str(smallest) if smallest else None
    return text_input("sample", "Smallest sample", initial=initial, hint=hint, optional=True, longest=_VALUE_ROOM)


def _usual(subject: Subject) -> Target | None:
    """The target where nobody agreed on one."""
    return target_of(subject.metric, subject.product.record)


def _read(wrong: dict[str, str], field: str, reading: Callable[[], T]) -> T | None:
    """What a field holds; None, and what is wrong with it written down, where it cannot be read."""
    try:
        return reading()
    except UserError as error:
        wrong[field] = str(error)
        return None


def _target(ask: Ask, subject: Subject) -> Target | None:
    """What the fields of direction and number say together; None: as usual."""
    metric, direction, typed = subject.metric, ask.field("direction"), ask.field("number")
    if direction is None and typed is None:
        return None
    if direction not in set(Direction) or typed is None:
        raise UnfinishedTargetError(metric)
    target = require_forwards(metric, Target(direction=Direction(direction), value=number_typed(metric, typed)))
    return None if _is_left_as_usual(ask, subject, target) else target


def _is_left_as_usual(ask: Ask, subject: Subject, target: Target) -> bool:
    """Whether the form was left at the usual target, and nobody says that it was agreed on."""
    return subject.said.target is None and target == _usual(subject) and not ask.field("agreed_by")


def _day(ask: Ask, subject: Subject) -> date | None:
    typed = ask.field("agreed_on")
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise UnclearDateError from error
    if day is not None and day > today_of(ask, subject):
        raise UnclearDateError
    return day


ACTIONS = (Action(name=FORM, effect=Effect.OPEN, run=press_form),)
MODALS: tuple[AnyModal, ...] = (Modal(name=FORM, submit=submit),)
