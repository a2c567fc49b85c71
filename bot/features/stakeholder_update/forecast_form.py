"""The form for a forecast, with what a straight line through the last weeks would come to."""

from collections.abc import Iterator

from bot.domain import natural
from bot.domain.health import Check
from bot.domain.metrics import Metric
from bot.domain.product import Product
from bot.domain.projecting import Projected, projected
from bot.domain.text import clip, one_line
from bot.domain.watching import Which
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, plain
from bot.kit.checking import LOOKS_BACK, health_of
from bot.kit.forms import choice, text_input
from bot.kit.reply import View
from bot.store import readings

FORM = "stakeholder_update.forecast"

AHEAD = 6
"""Weeks ahead that a straight line is drawn in the form."""

_SHORT, _NAME_ROOM, _LINES = 40, 60, 5


def view_of(ask: Ask, product: Product, metric: Metric | None) -> View:
    """The form, with *metric* chosen where one was named."""
    checks = list(health_of(ask.session, product, as_of=ask.now, which=Which.ALL).checks)
    choices = {check.metric.name: clip(one_line(check.metric.title), _NAME_ROOM) for check in checks}
    if metric is not None:
        choices.setdefault(metric.name, clip(one_line(metric.title), _NAME_ROOM))
    return View(
        name=FORM,
        title="Forecast",
        blocks=[
            choice("metric", "Of what", choices, initial=metric.name if metric else None),
            text_input("target", "What you expect", longest=_SHORT, hint="Like 92 %, 4.3 or 4.20."),
            text_input(
                "low", "At least", longest=_SHORT, optional=True, hint="A range, or where it levels off, is needed."
            ),
            text_input("high", "At most", longest=_SHORT, optional=True),
            text_input("first", "From how many weeks on", longest=2, initial="4"),
            text_input("last", "Until how many weeks", longest=2, initial="6"),
            text_input("plateau", "It may level off at", longest=_SHORT, optional=True),
            text_input("chance", "How likely it levels off, in %", longest=2, optional=True),
            *_lines(ask, product, checks),
        ],
        carries={"product": str(product.id)},
    )


def _lines(ask: Ask, product: Product, checks: list[Check]) -> Iterator[Block]:
    """What arithmetic alone would expect, marked as that."""
    found = [line for check in checks if (line := _line(ask, product, check))][:_LINES]
    if found:
        yield context(plain("By arithmetic, if things go on as they did, and nobody's forecast:\n" + "\n".join(found)))


def _line(ask: Ask, product: Product, check: Check) -> str:
    if check.reading is None:
        return ""
    name = check.metric.name
    every = readings.of_product(ask.session, product.id, metrics=[name], since=ask.now - LOOKS_BACK)
    found = projected(check.metric, every, check.reading, weeks=AHEAD)
    return (
        ""
        if found is None
        else f"{clip(one_line(check.metric.title), _NAME_ROOM)}: {line_in_words(check.metric, found)}"
    )


def line_in_words(metric: Metric, found: Projected) -> str:
    """“between 90 and 94 in 6 weeks (from the last 8 weeks, by a straight line)”."""
    low, high = natural.bare(metric, found.projection.low), natural.value_of(metric, found.projection.high)
    return f"between {low} and {high} in {found.weeks} weeks (from the last {found.seen} weeks, by a straight line)"
