"""The update as stakeholders get it: a headline, a few paragraphs, a picture, and who stands for it."""

from bot.domain.natural import day_at
from bot.domain.product import Product
from bot.domain.stating import LABELS, stated
from bot.domain.text import clip, one_line
from bot.domain.updates import Body, Part
from bot.domain.window import Window
from bot.kit.blocks import Block, context, fit, header, plain, plain_section

_NAME_ROOM = 60


def title_of(body: Body, product: Product, week: Window) -> str:
    """“Support Copilot, week of 9 November: one measure short of its target”."""
    name = clip(one_line(product.name), _NAME_ROOM)
    return f"{name}, week of {day_at(week.start, product.timezone)}: {one_line(body.headline)}"


def shown(
    body: Body, product: Product, week: Window, *, approved_line: str | None = None, picture: Block | None = None
) -> list[Block]:
    """The update's blocks. *approved_line* says who drafted and approved it, in plain text.

    People's words are shown letter for letter.
    """
    parts = stated(body)
    asked = parts.pop(Part.ASK, "")
    small = " ".join(filter(None, [approved_line, one_line(asked)]))
    return fit(
        [
            header(title_of(body, product, week)),
            *(plain_section(_labelled(part, text)) for part, text in parts.items()),
            *([picture] if picture else []),
            *([context(plain(small))] if small else []),
        ]
    )


def text_of(body: Body, product: Product, week: Window, *, approved_line: str | None = None) -> str:
    """The same as plain text, a paragraph a part."""
    parts = stated(body)
    asked = parts.pop(Part.ASK, "")
    small = " ".join(filter(None, [approved_line, one_line(asked)]))
    paragraphs = [_labelled(part, text) for part, text in parts.items()]
    return "\n\n".join(filter(None, [title_of(body, product, week), *paragraphs, small]))


def _labelled(part: Part, text: str) -> str:
    label = LABELS.get(part)
    return text if label is None else f"{label}:\n{text}"
