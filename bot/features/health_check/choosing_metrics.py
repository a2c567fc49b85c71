"""`/muster health watch` and `unwatch`: which metrics a product's health and its update speak of."""

from dataclasses import replace

from bot.domain.text import count_of
from bot.domain.watching import Said, is_chosen, known
from bot.errors import UserError
from bot.features.health_check.saying import say
from bot.features.health_check.subject import Subject, called, own_subject, subject_of
from bot.kit.asking import Ask
from bot.kit.blocks import actions, saying, section
from bot.kit.choosing import named
from bot.kit.command import Command, Effect
from bot.kit.reply import Reply


class LastMetricError(UserError):
    """Nothing would be watched any more."""

    def __init__(self) -> None:
        super().__init__(
            "It is the only metric that is watched: switch another one on first, like “health watch csat”."
        )


def watch(ask: Ask) -> Reply:
    """Take a metric into the product's set."""
    subject = own_subject(ask, subject_of(ask, "health watch", "health watch thumbs_ratio"))
    if is_chosen(subject.metric.name, subject.every):
        return _as_it_was(subject, "is watched already")
    return say(
        ask, subject, replace(subject.said, chosen=True), _told(subject, "watched from now on"), more=_next(subject)
    )


def unwatch(ask: Ask) -> Reply:
    """Take a metric out of the product's set; its readings stay."""
    subject = own_subject(ask, subject_of(ask, "health unwatch", "health unwatch deflection_rate"))
    if not is_chosen(subject.metric.name, subject.every):
        return _as_it_was(subject, "is not watched")
    return switched_off(ask, subject)


def switched_off(ask: Ask, subject: Subject) -> Reply:
    """Take *subject*'s metric out of the set, and tell it. Raises `LastMetricError`."""
    if _chosen(subject) == {subject.metric.name}:
        raise LastMetricError
    after = replace(subject.said, chosen=False, headline=False)
    return say(ask, subject, after, _told(subject, "not watched any more; its readings stay"))


def _told(subject: Subject, what: str) -> str:
    after = _chosen(subject) ^ {subject.metric.name}
    left = count_of(len(after), "metric")
    return f"{called(subject.metric)} of {named(subject.product)} is {what}: health and update speak of {left}."


def _as_it_was(subject: Subject, what: str) -> Reply:
    text = f"{called(subject.metric)} of {named(subject.product)} {what}: nothing was changed."
    row = actions("next", saying("Health", f"health {subject.product.key}"))
    return Reply(text=text, blocks=[section(text), row])


def _next(subject: Subject) -> list[dict[str, object]]:
    return [saying("Set its target", f"health targets {subject.product.key} {subject.metric.name}")]


def _chosen(subject: Subject) -> set[str]:
    every: dict[str, Said] = dict(subject.every)
    return {name for name in known(every) if is_chosen(name, every)}


COMMANDS = (
    Command(
        noun="health",
        verb="watch",
        takes="[product] METRIC",
        summary="Take a metric into the set that health and update speak of",
        example="health watch thumbs_ratio",
        effect=Effect.CHANGE,
        run=watch,
        synonyms=("on", "choose"),
    ),
    Command(
        noun="health",
        verb="unwatch",
        takes="[product] METRIC",
        summary="Take a metric out of that set; its readings stay",
        example="health unwatch thumbs_ratio",
        effect=Effect.CHANGE,
        run=unwatch,
        synonyms=("off",),
    ),
)
