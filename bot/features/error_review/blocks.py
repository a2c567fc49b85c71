"""How the error review looks in Slack. What the model and its users wrote stands in plain text only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.prediction import Prediction, Tier
from bot.domain.text import ELLIPSIS, bounded, clip, number, one_line, percent
from bot.features.error_review.view import Item, ReviewView, Week
from bot.kit import limits, reviewing
from bot.kit.blocks import (
    EMPTY,
    Block,
    Element,
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

FULL = "error_review.full"

Press = Callable[[Item, int], Element]
"""The button beside an item, of a review."""


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
    tail = [_footer(week, view, in_thread=len(view.items)), *reviewing.fresh(review_id, len(view.items))]
    return _message(week, view, tail, _items(view.items[:HEAD_ITEMS], ROOMY, review_id, press=_review_it))


def whole(week: Week, view: ReviewView, review_id: int) -> Message:
    """The long message: the week in numbers and every item."""
    tail = [_footer(week, view, in_thread=0), *(reviewing.fresh(review_id, len(view.items)) if view.items else [])]
    return _message(week, view, tail, _items(view.items, SHORT, review_id, press=_review_it))


def everything(title: str, items: Sequence[Item], review_id: int) -> Message:
    """Every item of a review, for one person's eyes."""
    return Message(
        text=fallback(title), blocks=fit([header(title), *_items(items, SHORT, review_id, press=_full_text)])
    )


def glance(title: str, items: Sequence[Item], review_id: int, *, tail: Sequence[Block]) -> Message:
    """The worst of a review, for one person's eyes, with *tail*: how far it is, and the way to all."""
    shown = _items(items[:HEAD_ITEMS], ROOMY, review_id, press=_full_text)
    return Message(text=fallback(title), blocks=fit([header(title), *shown, *tail]))


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
    facts = [*known(circumstances(item)), plain(measures(item)), *([markdown(trace)] if trace else [])]
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
    title = f"Numbers {items[0].rank} to {items[-1].rank} of {total}, worst first"
    return Message(
        text=fallback(f"{_title(week)}: {title}"),
        blocks=fit([context(plain(title)), *_items(items, ROOMY, review_id, press=_review_it)]),
    )


def _title(week: Week) -> str:
    return f"Error review: {clip(one_line(week.product), 80)}, {week.days}"


def _footer(week: Week, view: ReviewView, *, in_thread: int) -> Block:
    return context(plain(render("error_review/footer.txt", week=week, view=view, in_thread=in_thread)))


def _items(items: Sequence[Item], room: Room, review_id: int, *, press: Press) -> list[Block]:
    return [block for item in items for block in _item(item, room, press(item, review_id))]


def _review_it(item: Item, review_id: int) -> Element:
    return button("Review", f"{reviewing.REVIEW}:{item.rank}", value=f"{review_id} {item.rank}")


def _full_text(item: Item, review_id: int) -> Element:
    return button("Full text", f"{FULL}:{item.rank}", value=f"{review_id} {item.rank}")


def _item(item: Item, room: Room, press: Element) -> list[Block]:
    one = item.prediction
    asked = clip(one_line(one.input or "(no input recorded)"), room.asked)
    facts = [plain(_answer(one, room)), *known(circumstances(item)), *map(plain, item.marks)]
    trace = link(one.trace_url, "Open the trace") if one.trace_url else None
    return [
        plain_section(f"{item.rank}.  {asked}", press),
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


def known(facts: str) -> list[Block]:
    """Small print, where there is any."""
    return [plain(facts)] if facts else []


def measures(item: Item) -> str:
    """An item's numbers, its segment, when it happened and its id, in plain text."""
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


def circumstances(item: Item) -> str:
    """How sure the model was, what is alike, which model it was and what it breaks, in plain text."""
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
