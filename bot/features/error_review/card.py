"""One item of a review with everything that is known and was said of it: on the shared card, and in forms."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.people import Assignment, Role
from bot.domain.prediction import Prediction
from bot.domain.reviewing import Part, Quick, Said, Words
from bot.domain.text import clip, escape, one_line
from bot.features.error_review import blocks
from bot.features.error_review.blocks import Message
from bot.features.error_review.view import Item as Shown
from bot.kit import limits, reviewing, verdicts
from bot.kit.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    fallback,
    fit,
    header,
    link,
    markdown,
    menu,
    plain,
    plain_section,
)
from bot.kit.incidents import FROM_ITEM
from bot.store.meetings import Item
from bot.store.overrides import Override
from bot.store.questions import Question
from bot.store.reviews import Review

SPEAK, QUICK, SETTLE, GO = "error_review.speak", "error_review.quick", "error_review.settle", "error_review.go"
UNQUICK, UNSETTLE = "error_review.unquick", "error_review.unsettle"
WALK = "error_review.walk"
SAY_MORE, EXPERT, RIGHT = "error_review.say_more", "error_review.expert", "error_review.right"
PREVIOUS, NEXT, SKIP = "previous", "next", "skip"

ASKED, ANSWERED, NOTE, CONTEXT = 1_400, 900, 200, 500
"""How much of each text the card shows, in UTF-16 units: all together with room for what people say."""

ALIKE = 3
"""How many of the folded ones are quoted."""

VOICES, QUESTIONS, OVERRIDES = 5, 2, 3
"""How much of what people said the card shows: the latest of each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The meeting around a card: the review, all its items, and who settles where people differ."""

    review: Review
    items: Sequence[Item]
    decider: str | None


def card(table: Table, item: Item, shown: Shown) -> Message:
    """The shared card, as it stands in the thread: one item, what was said of it, and what can be said."""
    title = f"Number {item.rank} of {len(table.items)}"
    controls = _controls(table, item)
    # Bounded one by one: nothing that people say may push out what can be pressed.
    body = fit([header(title), *facts(shown), *said(item, table.decider)], room=limits.BLOCKS - len(controls))
    return Message(text=fallback(f"{title}: {shown.prediction.input or ''}"), blocks=[*body, *controls])


def facts(shown: Shown) -> list[Block]:
    """Everything that is known of a prediction, for a card or a form."""
    one = shown.prediction
    texts = [
        ("Asked", one.input, ASKED),
        ("Said", one.output, ANSWERED),
        ("Expected", one.expected, ANSWERED),
        ("Sent in the end", one.final_output, NOTE),
        ("Context", one.context, CONTEXT),
        ("Sources", "\n".join(one.citations), CONTEXT),
    ]
    paragraphs = [plain_section(f"{label}: {clip(text, room)}") for label, text, room in texts if text]
    return [*paragraphs, *_small_print(shown, one)]


def said(item: Item, decider: str | None) -> list[Block]:
    """What people said of an item, in our own frame; their notes stand in plain text."""
    return [
        block
        for lines in (
            *(_part(item.said, part, decider) for part in Part),
            _quick(item.said),
            _kind(item),
            *map(_question, item.questions[-QUESTIONS:]),
            *map(_override, item.overrides[-OVERRIDES:]),
        )
        for block in lines
    ]


def place(item: Item) -> str:
    """Which item a button is about."""
    return f"{item.review_id} {item.rank}"


def decider_of(people: Sequence[Assignment], gone: Collection[str] = ()) -> str | None:
    """Who settles what people differ about: the named decider, else the PM, else the ML lead, of those not *gone*."""
    for role in (Role.DECIDER, Role.PM, Role.ML_LEAD):
        found = next((one.user for one in people if one.role is role and one.user not in gone), None)
        if found is not None:
            return found
    return None


def _small_print(shown: Shown, one: Prediction) -> list[Block]:
    trace = link(one.trace_url, "Open the trace") if one.trace_url else None
    lines = [*blocks.known(blocks.circumstances(shown)), plain(blocks.measures(shown)), *map(plain, shown.marks)]
    alike = [plain(f"Alike: {clip(one_line(other.input or ''), NOTE)}") for other in shown.alike[:ALIKE]]
    return [context(*lines, *([markdown(trace)] if trace else []), *alike)]


def _part(said: Said, part: Part, decider: str | None) -> Iterator[Block]:
    spoken = said.of(part)
    if not spoken:
        return
    first, *more = [element for words in spoken[-VOICES:] for element in _words(words)]
    yield context(first, *more)
    settled = said.settled(part)
    if settled is not None:
        reason = f": {escape(one_line(clip(settled.reason, NOTE)))}" if settled.reason else ""
        yield context(markdown(f"<@{settled.user}> settled it: *{verdicts.word(part, settled.verdict)}*{reason}"))
    elif said.disagree(part):
        who = f"<@{decider}> settles it." if decider else "Nobody is named to settle it yet."
        yield context(markdown(f"*You differ.* Both stay. {who}"))


def _words(words: Words) -> list[Element]:
    verdict = f" *{verdicts.word(words.part, words.verdict)}*" if words.verdict else ""
    note = [plain(f"“{clip(one_line(words.note), NOTE)}”")] if words.note else []
    return [markdown(f"{verdicts.PARTS[words.part]}:{verdict} (<@{words.user}>)"), *note]


def _quick(said: Said) -> list[Block]:
    if said.quick is None:
        return []
    return [context(markdown(f"*{verdicts.QUICKS[said.quick]}*, says <@{said.quick_by}>."))]


def _kind(item: Item) -> list[Block]:
    return [context(plain(f"Kind of error: {clip(one_line(item.kind), NOTE)}"))] if item.kind else []


def _question(one: Question) -> list[Block]:
    if one.answered_at is None:
        return [
            context(markdown(f"<@{one.asked_by}> asked <@{one.expert}>:"), plain(clip(one_line(one.question), NOTE)))
        ]
    words = clip(one_line(one.answer), NOTE) or "(no more words)"
    return [context(markdown(f"<@{one.expert}> on “is this acceptable?”: *{one.acceptable}*."), plain(words))]


def _override(one: Override) -> list[Block]:
    return [
        context(
            markdown(f"Put right by <@{one.user}>:"),
            plain(f"{_PUT_RIGHT[one.what]} {clip(one_line(one.reason), NOTE)}"),
        )
    ]


_PUT_RIGHT: Mapping[str, str] = {
    "fold": "one that was folded in is not alike.",
    "breach": "it does not break what was flagged.",
    "label": "the label was wrong.",
    "back": "it did not come back.",
}


def _controls(table: Table, item: Item) -> list[Block]:
    where = place(item)
    severities = [
        button(words, f"{SPEAK}:{value}", value=f"{where} product {value}")
        for value, words in verdicts.SEVERITIES.items()
    ]
    causes = {f"{where} ml {value}": words for value, words in verdicts.CAUSES.items()}
    return [
        *_settling(item),
        context(plain("Product: how bad is it for the user? ML: why did it happen?")),
        _row("product", severities),
        # Slack keeps showing what was chosen for as long as the block keeps its name.
        actions(f"ml-{item.rank}", menu("Why it happened", SPEAK, causes), button("Say more", SAY_MORE, value=where)),
        _row("quick", _quick_buttons(item)),
        _row("go", _moves(table, item)),
        context(markdown(_where_we_are(table)), name="progress"),
    ]


def _row(name: str, elements: Sequence[Element]) -> Block:
    first, *more = elements
    return actions(name, first, *more)


def _settling(item: Item) -> list[Block]:
    return [
        _row(f"settle-{part}", [_settle(item, part, verdict) for verdict in item.said.verdicts(part)])
        for part in Part
        if item.said.disagree(part)
    ]


def _settle(item: Item, part: Part, verdict: str) -> Element:
    label = f"Settle: {verdicts.VERDICTS[part][verdict]}"
    return button(label, f"{SETTLE}:{verdict}", value=f"{place(item)} {part} {verdict}")


def _quick_buttons(item: Item) -> list[Element]:
    where = place(item)
    offered = [one for one in Quick if one is not Quick.SAME_AS_ABOVE or item.rank > 1]
    quick = [button(verdicts.QUICKS[one], f"{QUICK}:{one}", value=f"{where} {one}") for one in offered]
    if item.said.quick is not None:
        quick = [button(f"Take back “{verdicts.QUICKS[item.said.quick].lower()}”", UNQUICK, value=where)]
    return [*quick, button("Ask an expert", EXPERT, value=where), button("Not right?", RIGHT, value=where)]


def _moves(table: Table, item: Item) -> list[Element]:
    where = place(item)
    moves = [
        *([button("Previous", f"{GO}:{PREVIOUS}", value=f"{where} {PREVIOUS}")] if item.rank > 1 else []),
        *([button("Next", f"{GO}:{NEXT}", value=f"{where} {NEXT}")] if item.rank < len(table.items) else []),
        *([] if item.said.is_reviewed else [button("Skip", f"{GO}:{SKIP}", value=f"{where} {SKIP}")]),
    ]
    full = button("Full text", f"{blocks.FULL}:{item.rank}", value=where)
    form = button("In a form", WALK, value=str(table.review.id))
    declare = button("Declare incident", FROM_ITEM, value=where)
    return [*moves, form, full, declare, button("Finish", reviewing.FINISH, value=str(table.review.id))]


def _where_we_are(table: Table) -> str:
    line = reviewing.progress_line(table.review, table.items)
    if all(item.said.is_reviewed for item in table.items):
        return f"{line} All is said: *Finish* gathers what to fix."
    return line


def summary(item: Item) -> str:
    """What was said of an item, in a few words of plain text."""
    said = item.said
    if said.quick is not None:
        return verdicts.QUICKS[said.quick].lower()
    words = [verdicts.word(part, verdict) for part in Part for verdict in said.verdicts(part)]
    return ", ".join(words) or "nothing yet"
