"""`/muster fix`: the fixes of a product, one fix with its history and its errors, and what waits for a person."""

from collections.abc import Mapping
from typing import Any

from bot.domain.fixes import OPEN, Fix, FixState
from bot.domain.product import Product
from bot.domain.text import clip, count_of, one_line
from bot.domain.typed_days import shown
from bot.domain.window import zone_named
from bot.errors import UsageError
from bot.features.fixing.finding import Case, case_of, today_of
from bot.features.fixing.telling import presses, steps
from bot.features.fixing.words import SHORT_TITLE, facts, name_of, whose
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import (
    Block,
    actions,
    button,
    context,
    fallback,
    fit,
    header,
    markdown,
    plain,
    plain_section,
    saying,
    section,
)
from bot.kit.choosing import named, product_of
from bot.kit.command import Action, Command, Effect
from bot.kit.reply import Reply
from bot.kit.reviewing import FIX
from bot.kit.routing import refuse_word
from bot.store import fixes, meetings, products
from bot.store.fixes import FixEvent
from bot.store.meetings import Item

MOST, EVENTS, ERRORS = 14, 10, 10
"""How many fixes, events and errors one message shows."""

ASKED_ROOM, ANSWER_ROOM = 160, 90
EVERY = frozenset(FixState) - {FixState.PROPOSED}
ALL = "all"

_CHANGED: Mapping[str, str] = {
    "title": "title",
    "kind": "kind",
    "impact": "impact",
    "feasibility": "feasibility",
    "risk": "risk",
    "alignment": "fit",
    "due": "due",
}
_DID: Mapping[str, str] = {
    "proposed": "Muster proposed it, when {} pressed Finish",
    "found more": "Muster found more items for it, when {} pressed Finish",
    "added": "{} added it",
    "changed": "{} changed it",
    "line": "{} moved the line",
    "merged": "{} merged it",
    "split": "{} split it",
    "moved": "{} moved it",
    "decided": "{} decided it",
    "dropped": "{} dropped it",
    "reopened": "{} opened it again",
    "undone": "{} took a change back",
}


def show_list(ask: Ask) -> Reply:
    """The open fixes of a product, or with “all” every one that was ever decided; what is due first comes first."""
    words = [word for word in ask.words if word.casefold() != ALL]
    everything = len(words) < len(ask.words)
    product, rest = product_of(ask.saying(words), "fix list")
    if rest:
        raise refuse_word(rest[0], "fix", [one.key for one in products.everything(ask.session)], ask.guide, ask.command)
    found = fixes.of_product(ask.session, product.id, EVERY if everything else OPEN)
    ordered = sorted(found, key=lambda fix: (fix.state not in OPEN, fix.due is None, str(fix.due), fix.id))
    title = f"{'All fixes' if everything else 'Open fixes'} of {clip(one_line(product.name), 80)}"
    if not ordered:
        return _none(product, everything=everything)
    rows = [block for fix in ordered[:MOST] for block in _row(ask, product, fix)]
    more = [context(markdown(f"{len(ordered) - MOST} more are not shown."))] if len(ordered) > MOST else []
    return Reply(text=fallback(f"{title}: {len(ordered)}"), blocks=fit([header(title), *rows, *more]))


def say_show(ask: Ask) -> Reply:
    """One fix, by the number that was typed."""
    if not ask.words:
        raise UsageError("Name the fix by its number, like “fix show 12”. “fix list” shows them.")
    return _whole(ask, case_of(ask, ask.words[0]))


def press_show(ask: Ask) -> Reply:
    """One fix, by its button."""
    return _whole(ask, case_of(ask, ask.value))


def waiting(ask: Ask) -> list[Waiting]:
    """The open fixes of the person who asks, what is due first comes first."""
    mine = sorted(fixes.of_owner(ask.session, ask.user), key=lambda fix: (fix.due is None, str(fix.due), fix.id))
    found = {fix.product_id: products.with_id(ask.session, fix.product_id) for fix in mine}
    return [_waits(ask, fix, found[fix.product_id]) for fix in mine if not found[fix.product_id].archived]


def _waits(ask: Ask, fix: Fix, product: Product) -> Waiting:
    text = f"{named(product)}: {name_of(fix)}, {whose(fix, today_of(ask, product))}; {fix.state}"
    return Waiting(text=text, press=button("Show", f"{FIX}:{fix.id}", value=str(fix.id)))


def _none(product: Product, *, everything: bool) -> Reply:
    text = f"{named(product)} has no {'fixes yet' if everything else 'open fixes'}."
    row = [saying("Latest review", f"review {product.key}")]
    row += [] if everything else [saying("All fixes", f"fix list {product.key} all")]
    return Reply(text=text, blocks=[section(text), actions("none", *row)])


def _row(ask: Ask, product: Product, fix: Fix) -> list[Block]:
    words = f"{facts(fix, product.record.fix_weights, today_of(ask, product))}; {fix.state}"
    show = button("Show", f"{FIX}:{fix.id}", value=str(fix.id))
    pressed = [presses(fix)] if fix.state in OPEN else []
    return [plain_section(clip(one_line(fix.title), 2 * SHORT_TITLE), show), context(markdown(words)), *pressed]


def _whole(ask: Ask, case: Case) -> Reply:
    fix, product = case.fix, case.product
    title = f"Fix {fix.id}, {fix.state}"
    week = "Above the line of its review." if fix.this_week else "Below the line of its review."
    words = f"{named(product)}. {facts(fix, product.record.fix_weights, today_of(ask, product))}. {week}"
    head = [header(title), plain_section(fix.title), context(markdown(words))]
    history = [_event(event, product) for event in fixes.history(ask.session, fix.id)[-EVENTS:]]
    pressed = [presses(fix)] if fix.state in OPEN else []
    return Reply(text=fallback(title), blocks=fit([*head, *pressed, *steps(fix), *_errors(ask, fix), *history]))


def _errors(ask: Ask, fix: Fix) -> list[Block]:
    mine = [item for item in meetings.items(ask.session, fix.review_id) if item.id in fix.item_ids]
    if not mine:
        return [context(markdown("It is about no item of the review."))]
    more = len(mine) - ERRORS
    rest = [context(markdown(f"{count_of(more, 'more item')} not shown."))] if more > 0 else []
    return [*(_error(item) for item in mine[:ERRORS]), *rest]


def _error(item: Item) -> Block:
    one = item.prediction
    asked = clip(one_line(one.input or "(no input recorded)"), ASKED_ROOM)
    said = f"said {clip(one_line(one.output), ANSWER_ROOM)}" if one.output else "said nothing"
    expected = f", expected {clip(one_line(one.expected), ANSWER_ROOM)}" if one.expected else ""
    alike = f", +{len(item.alike_rows)} alike" if item.alike_rows else ""
    return plain_section(f"{item.rank}.  {asked}\n{said}{expected}{alike}")


def _event(event: FixEvent, product: Product) -> Block:
    local = event.at.astimezone(zone_named(product.timezone))
    did = _DID.get(event.what, f"{{}} marked it as {event.what}").format(f"<@{event.user}>")
    words = f"{shown(local.date())} {local:%H:%M}: {did}"
    changed = [line for name, label in _CHANGED.items() if (line := _difference(label, event.detail.get(name)))]
    owner = event.detail.get("owner")
    told = [f"owner <@{owner[1]}>" if owner[1] else "no owner"] if owner else []
    plain_words = "; ".join([*changed, *([str(event.detail["reason"])] if event.detail.get("reason") else [])])
    return context(markdown("; ".join([words, *told])), *([plain(plain_words)] if plain_words else []))


def _difference(label: str, change: Any) -> str:
    if change is None:
        return ""
    before, after = change
    if before is None:
        return "" if label == "title" else f"{label} {after}"
    return f"{label} {before} → {'none' if after is None else after}"


COMMANDS = (
    Command(
        noun="fix",
        takes="[product]",
        summary="The open fixes, with score, owner and date",
        example="fix",
        effect=Effect.READ,
        run=show_list,
        inside=True,
    ),
    Command(
        noun="fix",
        verb="list",
        takes="[product] [all]",
        summary="The same, or with “all” every fix that was ever decided",
        example="fix list all",
        effect=Effect.READ,
        run=show_list,
        synonyms=("ls",),
        inside=True,
    ),
    Command(
        noun="fix",
        verb="show",
        takes="N",
        summary="One fix with its history and its errors",
        example="fix show 12",
        effect=Effect.READ,
        run=say_show,
        synonyms=("history",),
        inside=True,
    ),
)
ACTIONS = (Action(name=FIX, effect=Effect.READ, run=press_show, inside=True),)
