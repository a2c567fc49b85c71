"""`/muster health target` and `targets`: what the metrics are to reach, in words and in a list with forms."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.health import Watched
from bot.domain.product import Product
from bot.domain.showing import target_in_words
from bot.domain.text import clip, escape, number, one_line
from bot.domain.typed_targets import target_typed
from bot.domain.watching import Said
from bot.features.health_check import target_form
from bot.features.health_check.agreeing import AGREED_ROOM, FEWEST_HEADLINES, require_forwards, today_of, told
from bot.features.health_check.saying import UNDO, say, undo
from bot.features.health_check.subject import as_words, called, in_names, own_subject, subject_of, who
from bot.kit.asking import Ask
from bot.kit.blocks import Block, button, context, fit, header, plain, section
from bot.kit.checking import watched_of
from bot.kit.choosing import product_of
from bot.kit.command import Action, Command, Effect
from bot.kit.reply import Reply
from bot.store import watches

_AGREED = re.compile(r"\bagreed\b(?: (?:with|by))?", re.IGNORECASE)
_USUAL = {"default", "usual", "none"}


def say_target(ask: Ask) -> Reply:
    """A target in words, and who agreed to it; “default” goes back to the usual one."""
    subject = own_subject(ask, subject_of(ask, "health target", "health target accuracy at least 85 %"))
    text = " ".join(subject.words)
    if text.casefold() in _USUAL:
        after = replace(subject.said, target=None, agreed_by="", agreed_on=None)
    else:
        words, agreed = _split(text)
        target = require_forwards(subject.metric, target_typed(subject.metric, words))
        by = in_names(ask, agreed, AGREED_ROOM)
        after = replace(subject.said, target=target, agreed_by=by, agreed_on=today_of(ask, subject))
    return say(ask, subject, after, told(subject, after))


def show(ask: Ask) -> Reply:
    """The targets of a product with a button for each, or the form of the metric that is named."""
    product, rest = product_of(ask, "health targets")
    if rest:
        return target_form.opened(ask, subject_of(ask, "health targets", "health targets accuracy"))
    every = watches.of_product(ask.session, product.id)
    chosen = watched_of(ask.session, product, every)
    rows = [_row(product, one, every.get(one.metric.name)) for one in chosen]
    title = f"Targets of {clip(one_line(product.name), 100)}"
    return Reply(text=escape(title), blocks=fit([header(title), *rows, _headlines(every)]))


def _split(text: str) -> tuple[str, str]:
    """The target, and who agreed to it."""
    found = _AGREED.search(text)
    return (text, "") if found is None else (text[: found.start()], text[found.end() :].strip())


def _row(product: Product, one: Watched, said: Said | None) -> Block:
    is_to_be = target_in_words(one.target, one.metric) if one.target else "no target yet"
    agreed = f", agreed with {as_words(one.agreed_by)}" if one.agreed_by else ""
    headline = ". Headline measure" if one.headline else ""
    sample = f". At least {number(one.minimum_sample)} in a sample" if said and said.minimum_sample else ""
    owner = who(one.owner) if one.owner else "nobody yet"
    text = f"*{called(one.metric)}*: {is_to_be}{agreed}{headline}{sample}. Owner: {owner}"
    return section(
        text, button("Change", f"{target_form.FORM}:{one.metric.name}", value=f"{product.id} {one.metric.name}")
    )


def _headlines(every: Mapping[str, Said]) -> Block:
    count = sum(said.headline for said in every.values())
    if count == 0:
        return context(plain("No headline measures are named: the update's headline speaks of all of them."))
    more = "" if count >= FEWEST_HEADLINES else " Two or three tell more."
    return context(plain(f"Headline measures: {count}.{more}"))


COMMANDS = (
    Command(
        noun="health",
        verb="target",
        takes="[product] METRIC at least|above|at most|below NUMBER [agreed with NAME]",
        summary="Say what a metric is to reach, and who agreed to it; “default” goes back to the usual",
        example="health target accuracy at least 85 % agreed with Lee",
        effect=Effect.CHANGE,
        run=say_target,
        synonyms=("goal",),
    ),
    Command(
        noun="health",
        verb="targets",
        takes="[product] [METRIC]",
        summary="What each metric is to reach, who agreed, headline measures, smallest samples and owners",
        example="health targets accuracy",
        effect=Effect.OPEN,
        run=show,
        synonyms=("goals", "owners"),
    ),
)
ACTIONS = (*target_form.ACTIONS, Action(name=UNDO, effect=Effect.CHANGE, run=undo))
MODALS = target_form.MODALS
