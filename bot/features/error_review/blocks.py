"""How the error review looks in Slack. What the model and its users wrote stands in plain text only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.prediction import Prediction, Tier
from bot.domain.text import clip, one_line, percent
from bot.features.error_review.view import Item, ReviewView, Week
from bot.kit.blocks import Block, context, divider, fallback, fit, header, link, markdown, plain, plain_section
from bot.kit.prose import render

HEAD_ITEMS = 5
PART_ITEMS = 10
"""Items per message of the thread: 20 with room for their words would not fit one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """How much of an item's words is shown, in UTF-16 units."""

    asked: int
    said: int


SHORT = Room(asked=160, said=90)
ROOMY = Room(asked=400, said=250)

_TIER_WORDS = {
    Tier.HIGH: "high",
    Tier.MEDIUM: "medium, may need verification",
    Tier.LOW: "low, verify before using",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message's blocks, and the text that stands for them."""

    text: str
    blocks: Sequence[Block]


def head(week: Week, view: ReviewView) -> Message:
    """The short message: the week in numbers and the worst five."""
    shown = view.items[:HEAD_ITEMS]
    return _message(week, view, [_footer(week, view, in_thread=len(view.items))], shown, ROOMY)


def whole(week: Week, view: ReviewView) -> Message:
    """The long message: the week in numbers and every item."""
    return _message(week, view, [_footer(week, view, in_thread=0)], view.items, SHORT)


def thread(week: Week, view: ReviewView) -> list[Message]:
    """Every item, in as many messages as they need."""
    parts = [view.items[start : start + PART_ITEMS] for start in range(0, len(view.items), PART_ITEMS)]
    return [_part(week, part, total=len(view.items)) for part in parts]


def blind(week: Week, reason: str) -> Message:
    """The message of a week whose source could not be read."""
    words = render("error_review/blind.txt", week=week, reason=reason)
    return Message(text=fallback(f"{_title(week)}\n{words}"), blocks=[header(_title(week)), plain_section(words)])


def _message(week: Week, view: ReviewView, tail: Sequence[Block], shown: Sequence[Item], room: Room) -> Message:
    words = render("error_review/head.txt", view=view, summary=view.summary, last=view.last)
    items = [block for item in shown for block in _item(item, room)]
    rule = [divider()] if shown else []
    return Message(
        text=fallback(f"{_title(week)}\n{words}"),
        blocks=fit([header(_title(week)), plain_section(words), *rule, *items, *tail]),
    )


def _part(week: Week, items: Sequence[Item], *, total: int) -> Message:
    title = f"{items[0].rank} to {items[-1].rank} of the worst {total}, worst first"
    return Message(
        text=fallback(f"{_title(week)}: {title}"),
        blocks=fit([context(plain(title)), *(block for item in items for block in _item(item, ROOMY))]),
    )


def _title(week: Week) -> str:
    return f"Error review: {clip(one_line(week.product), 80)}, {week.days}"


def _footer(week: Week, view: ReviewView, *, in_thread: int) -> Block:
    return context(plain(render("error_review/footer.txt", week=week, view=view, in_thread=in_thread)))


def _item(item: Item, room: Room) -> list[Block]:
    one = item.prediction
    asked = clip(one_line(one.input or "(no input recorded)"), room.asked)
    facts = [plain(_answer(one, room)), plain(_circumstances(item))]
    trace = link(one.trace_url, "Open the trace") if one.trace_url else None
    return [
        plain_section(f"{item.rank}.  {asked}"),
        context(*facts, *([markdown(trace)] if trace else [])),
    ]


def _answer(one: Prediction, room: Room) -> str:
    said = clip(one_line(one.output), room.said) if one.output else "nothing"
    expected = clip(one_line(one.expected), room.said) if one.expected else None
    return f"said {said}, expected {expected}" if expected else f"said {said}"


def _circumstances(item: Item) -> str:
    one = item.prediction
    facts: list[Any] = [
        f"{percent(one.confidence, 0)} sure ({_TIER_WORDS[one.tier]})"
        if one.confidence is not None and one.tier
        else None,
        f"+{len(item.alike)} alike" if item.alike else None,
        f"model {clip(one_line(one.model_version), 40)}" if one.model_version else None,
        *(f"breaks “{clip(breach.name, 60)}”" for breach in item.breaches),
    ]
    return "; ".join(fact for fact in facts if fact) or "nothing else is known"
