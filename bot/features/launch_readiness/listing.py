"""The list of things a launch needs: ticking them, and saying who answers for each."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.holders import holder_in, is_group
from bot.domain.launch import THING_NAMES, Item, Thing
from bot.domain.launch_words import THING_WORDS, things_meant
from bot.domain.product import Product
from bot.domain.text import clip, escape, one_line
from bot.domain.window import zone_named
from bot.domain.words import folded, nearest
from bot.errors import UserError
from bot.features.launch_readiness.saving import done, own_item, save
from bot.features.launch_readiness.words import NOTE_ROOM, day, kept, listed, said
from bot.kit.answerable import require_answerable
from bot.kit.asking import Ask
from bot.kit.choosing import named, product_of
from bot.kit.command import AnyErrand, Command, Effect
from bot.kit.naming_people import ME, NotHeardOfError, asked_first, asking_first, require_heard_of
from bot.kit.permission import require_may_change
from bot.kit.reply import MarkedUpError, Reply
from bot.store import launch_items, products

NAME = "launch_readiness.name"
"""Name an owner about whom Slack has to be asked first (value: who, and the words)."""

NOBODY = frozenset({"nobody", "none", "-"})
_BEFORE_PRODUCT = frozenset({"of", "for", "in"})


class WhichThingError(MarkedUpError):
    """No thing of the list is named."""

    def __init__(self, ask: Ask, verb: str, word: str) -> None:
        near = nearest(word, THING_WORDS) if word else None
        guess = f" Did you mean “{near}”?" if near else ""
        unknown = f"“{escape(clip(one_line(word), 40))}” is not on the list.{guess} " if word else ""
        super().__init__(f"{unknown}Name one of: {', '.join(Thing)}, like `{ask.command} launch {verb} rollback`.")


class TickedBeforeError(MarkedUpError):
    """It is done already."""

    def __init__(self, item: Item, product: Product) -> None:
        when = f" {day(item.ticked_at, zone_named(product.timezone))}" if item.ticked_at else ""
        super().__init__(f"{THING_NAMES[item.thing]} is ticked already, by <@{item.ticked_by}>{when}.")


class NotTickedError(UserError):
    """It is open already."""

    def __init__(self, thing: Thing) -> None:
        super().__init__(f"{THING_NAMES[thing]} is not ticked.")


class OneByOneError(MarkedUpError):
    """Several things and then more words: whether those are a note, and to which of them, nobody can tell."""

    def __init__(self, ask: Ask, verb: str, things: Sequence[Thing]) -> None:
        each = " and ".join(f"`{ask.command} launch {verb} {thing} …`" for thing in things)
        super().__init__(
            f"Nothing was changed: with a note, each is said on its own: {each}. Put a note in quotes where it begins"
            " with the name of a thing."
        )


class WhoOwnsError(MarkedUpError):
    """Nobody is named, or a group, or several; *typed*: a name that is only text."""

    def __init__(self, ask: Ask, typed: str = "") -> None:
        text_only = (
            f"“{escape(clip(one_line(typed), 40))}” is only text to me: choose the person from Slack's list while"
        )
        super().__init__(
            f"{f'{text_only} you type @. ' if typed else ''}"
            f"Name one person, like `{ask.command} launch owner rollback @ana`, or “nobody”."
            " A thing of the list has one owner: a group has none."
        )


def tick(ask: Ask) -> Reply:
    """Say that things are there, with a note to one if words follow."""
    product, things, note = _noted(ask, "tick")
    items = [own_item(ask, product, thing) for thing in things]
    fresh = [item for item in items if not item.is_ticked]
    if not fresh and not note:
        raise TickedBeforeError(items[0], product)
    changed = fresh or items
    for item in changed:
        ticked = item if item.is_ticked else replace(item, ticked_by=ask.user, ticked_at=ask.now)
        save(ask, replace(ticked, note=note or item.note))
    words = "ticked" if fresh else "wrote a note to"
    return done(ask, product, changed, f"You {words} {_names(changed)} for {named(product)}{_told(note)}.")


def untick(ask: Ask) -> Reply:
    """Say that things are not there after all."""
    product, things, note = _noted(ask, "untick")
    items = [own_item(ask, product, thing) for thing in things]
    ticked = [item for item in items if item.is_ticked]
    if not ticked:
        raise NotTickedError(items[0].thing)
    for item in ticked:
        save(ask, replace(item, ticked_by=None, ticked_at=None, note=note or item.note))
    is_open = f"{'are' if len(ticked) > 1 else 'is'} open again"
    return done(ask, product, ticked, f"{_names(ticked)} of {named(product)} {is_open}{_told(note)}.")


def name_owner(ask: Ask) -> Reply:
    """Say who answers for things, or that nobody does; Slack is asked about somebody who is new here."""
    product, things, rest = _meant(ask, "owner")
    require_may_change(ask, product)
    try:
        owner = _owner_in(ask, rest)
    except NotHeardOfError as unknown:
        return asked_first(NAME, unknown, (product.key, *" and ".join(things).split(), *rest))
    every = launch_items.of_product(ask.session, product.id)
    items = [every[thing] for thing in things]
    for item in items:
        save(ask, replace(item, owner=owner))
    who = f"<@{owner}> answers for" if owner else "Nobody was named for"
    return done(ask, product, items, f"{who} {_names(items)} of {named(product)}.")


def _noted(ask: Ask, verb: str) -> tuple[Product, Sequence[Thing], str]:
    """The product, the things, and a note to them. Raises `WhichThingError`, `OneByOneError`."""
    product, things, rest = _meant(ask, verb)
    if rest and len(things) > 1:
        raise OneByOneError(ask, verb, things)
    return product, things, kept(product, " ".join(rest), NOTE_ROOM)


def _meant(ask: Ask, verb: str) -> tuple[Product, Sequence[Thing], Sequence[str]]:
    """The product, the things, and the words left. Raises `WhichThingError`."""
    product, words = product_of(ask.saying(_product_first(ask)), f"launch {verb}")
    things, taken = things_meant(words)
    if not things:
        raise WhichThingError(ask, verb, words[0] if words else "")
    return product, things, words[taken:]


def _product_first(ask: Ask) -> Sequence[str]:
    """The words with a product in front that is named last: after the things, or after who is to own them."""
    things, taken = things_meant(ask.words)
    *between, last = ask.words[taken:] or [""]
    keys = {folded(one.key) for one in products.everything(ask.session)}
    if not things or folded(last) not in keys or any(_is_said(word) for word in between):
        return ask.words
    return (last, *ask.words[:taken], *(word for word in between if folded(word) not in _BEFORE_PRODUCT))


def _is_said(word: str) -> bool:
    """Whether a word between a thing and a product says something, so that the product may belong to it."""
    return folded(word) not in _BEFORE_PRODUCT | NOBODY | ME and holder_in(word) is None


def _owner_in(ask: Ask, words: Sequence[str]) -> str | None:
    """The person whom the words name, None for “nobody”. Raises `WhoOwnsError`, `NotHeardOfError` and its kin."""
    if len(words) != 1:
        raise WhoOwnsError(ask, next((word for word in words if word.startswith("@")), ""))
    word = folded(words[0])
    if word in NOBODY:
        return None
    found = ask.user if word in ME else holder_in(words[0])
    if found is None or is_group(found):
        raise WhoOwnsError(ask, words[0] if found is None else "")
    if found != ask.user:
        require_heard_of(ask.session, found)
        require_answerable(ask.session, found)
    return found


def _names(items: Sequence[Item]) -> str:
    return listed((THING_NAMES[item.thing] for item in items), most=len(items))


def _told(note: str) -> str:
    return f": {said(note)}" if note else ""


COMMANDS = (
    Command(
        noun="launch",
        verb="tick",
        takes="[product] THING [and THING | note]",
        summary="Say that a thing on the list is there, with a note",
        example="launch tick rollback tried on Tuesday, took 4 minutes",
        effect=Effect.CHANGE,
        run=tick,
        synonyms=("done", "check"),
    ),
    Command(
        noun="launch",
        verb="untick",
        takes="[product] THING [and THING | why]",
        summary="Say that it is open again",
        example="launch untick rollback the script broke",
        effect=Effect.CHANGE,
        run=untick,
        synonyms=("uncheck", "open"),
    ),
    Command(
        noun="launch",
        verb="owner",
        takes="[product] THING @person | nobody",
        summary="Say who answers for a thing on the list",
        example="launch owner rollback <@U0PM>",
        effect=Effect.CHANGE,
        run=name_owner,
        synonyms=("assign",),
    ),
)
ERRANDS: tuple[AnyErrand, ...] = (asking_first(NAME, name_owner),)
