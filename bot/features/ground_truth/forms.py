"""The form in which a bad answer is reported."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.product import Product
from bot.domain.text import clip
from bot.features.ground_truth.names import REPORT
from bot.kit.blocks import Block, context, plain
from bot.kit.forms import choice, text_input
from bot.kit.reply import View

CARRIED = 300
"""How much of a message the form remembers by itself: what stands in a field untouched is not sent by every client."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What stands in the form already: the message, and what was said of it before; of the person's own words only."""

    answer: str
    asked: str = ""
    expected: str = ""
    note: str = ""


def report(choices: Sequence[Product], ts: str, known: Known) -> View:
    """The form, filled with what is known; *choices* are the products it may be about, the likeliest first."""
    return View(
        name=REPORT,
        title="Report a bad answer",
        submit="Report",
        blocks=[
            _product(choices),
            text_input("answer", "The answer", initial=known.answer, lines=True),
            text_input("asked", "What was asked", initial=known.asked, optional=True, lines=True),
            text_input(
                "expected",
                "What would have been right",
                initial=known.expected,
                hint="A domain expert of the product looks at it.",
                optional=True,
                lines=True,
            ),
            text_input("note", "Anything else", initial=known.note, optional=True, lines=True),
        ],
        carries={
            "message": ts,
            "product": str(choices[0].id),
            **({"quoted": clip(known.answer, CARRIED)} if known.answer else {}),
        },
    )


def _product(choices: Sequence[Product]) -> Block:
    if len(choices) == 1:
        return context(plain(f"It joins the next error review of {choices[0].name}."))
    named = {str(one.id): one.name for one in choices}
    return choice("product", "Which product answered", named, initial=str(choices[0].id))
