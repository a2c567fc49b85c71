"""How the error review looks in Slack. What the model and its users wrote stands in plain text only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.prediction import Prediction, Tier
from bot.domain.text import ELLIPSIS, bounded, clip, number, one_line, percent
from bot.features.error_review.view import Item, ReviewView, Week
from bot.kit import limits
from bot.kit.blocks import (
    EMPTY,
    Block,
    actions,
    button,
    context,
    divider,
    fallback,
    fit,
    header,
    link,
    markdown,
    plain,
    plain_section,
)
from bot.kit.prose import render

HEAD_ITEMS = 5
PART_ITEMS = 10
"""Items per message of the thread: 20 with room for their words would not fit one."""

LONGEST = 6_000
"""How much of one text is shown whole, in UTF-16 units: a message holds about twice that in all."""

ALL, FULL = "error_review.all", "error_review.full"


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


def head(week: Week, view: ReviewView, review_id: int) -> Message:
    """The short message: the week in numbers and the worst five."""
    tail = [_footer(week, view, in_thread=len(view.items)), _buttons(view.items, review_id)]
    return _message(week, view, tail, _items(view.items[:HEAD_ITEMS], ROOMY, review_id))


def whole(week: Week, view: ReviewView, review_id: int) -> Message:
    """The long message: the week in numbers and every item."""
    return _message(week, view, [_footer(week, view, in_thread=0)], _items(view.items, SHORT, review_id))


def everything(title: str, items: Sequence[Item], review_id: int) -> Message:
    """Every item of a review, for one person's eyes."""
    return Message(text=fallback(title), blocks=fit([header(title), *_items(items, SHORT, review_id)]))


def glance(title: str, items: Sequence[Item], review_id: int) -> Message:
    """The worst of a review, for one person's eyes, with the way to all."""
    shown = _items(items[:HEAD_ITEMS], ROOMY, review_id)
    return Message(text=fallback(title), blocks=fit([header(title), *shown, _buttons(items, review_id)]))


def full(item: Item) -> Message:
    """Everything that is known of one prediction, as much of it as one message holds."""
    one = item.prediction
    texts = {
        "Asked": one.input,
        "Said": one.output,
        "Expected": one.expected,
        "Sent in the end": one.final_output,
        "Context": one.context,
        "Citations": "\n".join(one.citations),
    }
    parts = [block for label, text in texts.items() if text for block in _long(label, text)]
    trace = link(one.trace_url, "Open the trace") if one.trace_url else None
    facts = [*_known(_circumstances(item)), plain(_measures(item)), *([markdown(trace)] if trace else [])]
    title = f"Number {item.rank}, whole"
    return Message(text=title, blocks=fit([header(title), context(facts[0], *facts[1:]), *parts]))


def thread(week: Week, view: ReviewView, review_id: int) -> list[Message]:
    """Every item, in as many messages as they need."""
    parts = [view.items[start : start + PART_ITEMS] for start in range(0, len(view.items), PART_ITEMS)]
    return [_part(week, part, total=len(view.items), review_id=review_id) for part in parts]


def blind(week: Week, reason: str) -> Message:
    """The message of a week whose source could not be read."""
    words = render("error_review/blind.txt", week=week, reason=reason)
    return Message(text=fallback(f"{_title(week)}\n{words}"), blocks=[header(_title(week)), plain_section(words)])


def _message(week: Week, view: ReviewView, tail: Sequence[Block], items: Sequence[Block]) -> Message:
    words = render("error_review/head.txt", view=view, summary=view.summary, last=view.last)
    rule = [divider()] if items else []
    return Message(
        text=fallback(f"{_title(week)}\n{words}"),
        blocks=fit([header(_title(week)), plain_section(words), *rule, *items, *tail]),
    )


def _part(week: Week, items: Sequence[Item], *, total: int, review_id: int) -> Message:
    title = f"{items[0].rank} to {items[-1].rank} of the worst {total}, worst first"
    return Message(
        text=fallback(f"{_title(week)}: {title}"),
        blocks=fit([context(plain(title)), *_items(items, ROOMY, review_id)]),
    )


def _title(week: Week) -> str:
    return f"Error review: {clip(one_line(week.product), 80)}, {week.days}"


def _footer(week: Week, view: ReviewView, *, in_thread: int) -> Block:
    return context(plain(render("error_review/footer.txt", week=week, view=view, in_thread=in_thread)))


def _buttons(items: Sequence[Item], review_id: int) -> Block:
    return actions("review", button(f"All {len(items)}", ALL, value=str(review_id)))


def _items(items: Sequence[Item], room: Room, review_id: int) -> list[Block]:
    return [block for item in items for block in _item(item, room, review_id)]


def _item(item: Item, room: Room, review_id: int) -> list[Block]:
    one = item.prediction
    asked = clip(one_line(one.input or "(no input recorded)"), room.asked)
    facts = [plain(_answer(one, room)), *_known(_circumstances(item))]
    trace = link(one.trace_url, "Open the trace") if one.trace_url else None
    return [
        plain_section(
            f"{item.rank}.  {asked}", button("Full text", f"{FULL}:{item.rank}", value=f"{review_id} {item.rank}")
        ),
        context(*facts, *([markdown(trace)] if trace else [])),
    ]


def _answer(one: Prediction, room: Room) -> str:
    said = clip(one_line(one.output), room.said) if one.output else "nothing"
    expected = clip(one_line(one.expected), room.said) if one.expected else None
    return f"said {said}, expected {expected}" if expected else f"said {said}"


def _long(label: str, text: str) -> list[Block]:
    """A text as long as it is, in as many paragraphs as it needs."""
    cleaned = bounded(text, LONGEST)
    room = limits.SECTION - len(label) - 2
    first, *more = _cut(cleaned, room) or [EMPTY]
    return [plain_section(f"{label}: {first}"), *map(plain_section, more)]


def _cut(text: str, room: int) -> list[str]:
    """*text* in pieces of at most *room* UTF-16 units, no character torn; blanks between two pieces are left out."""
    pieces = []
    while rest := text.strip():
        piece = clip(rest, room)
        whole = piece == rest
        pieces.append(piece if whole else piece.removesuffix(ELLIPSIS))
        text = "" if whole else rest[len(pieces[-1]) :]
    return pieces


def _known(facts: str) -> list[Block]:
    return [plain(facts)] if facts else []


def _measures(item: Item) -> str:
    one = item.prediction
    facts = [
        f"score {number(one.score, 4)}" if one.score is not None else None,
        f"loss {number(one.loss, 4)}" if one.loss is not None else None,
        f"segment {clip(one_line(one.segment), 60)}" if one.segment else None,
        f"answered in {number(one.latency_s)} s" if one.latency_s is not None else None,
        f"{one.occurred_at:%Y-%m-%d %H:%M} UTC",
        f"id {clip(one_line(one.id), 80)}",
    ]
    return "; ".join(fact for fact in facts if fact)


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
    return "; ".join(fact for fact in facts if fact)
