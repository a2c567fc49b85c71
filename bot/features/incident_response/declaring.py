"""Declaring an incident: once, owned from its first moment, and not twice where one like it is open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from json import dumps, loads

from bot.domain.failure_modes import OTHER, OTHER_KIND, FailureMode
from bot.domain.holders import mention
from bot.domain.incidents import (
    ALIKE_WITHIN,
    OPEN,
    SEVERITY_OF,
    Did,
    Event,
    Incident,
    NewIncident,
    Origin,
    Severity,
    in_like_words,
)
from bot.domain.lasting import lasting
from bot.domain.product import Product
from bot.domain.words import folded, number_of
from bot.errors import UsageError, UserError
from bot.features.incident_response import card, deeds, placing, words
from bot.features.incident_response.finding import Case
from bot.kit.asking import Ask
from bot.kit.blocks import Block, actions, button, plain_section, section
from bot.kit.choosing import named, product_of, product_with_id
from bot.kit.command import Action, Effect
from bot.kit.incident_calling import Callees, owner_for
from bot.kit.incidents import SHOW
from bot.kit.reply import Reply
from bot.store import failure_modes, incidents, meetings, products, reviews
from bot.store.json import dumped, loaded
from bot.store.meetings import Item

ANYWAY = "incident_response.anyway"
"""Declare what one like it was found for (value: the wish)."""

ENOUGH = 3
"""Words that say an incident in full; with fewer, a form asks for the rest."""

_SEVERITY = re.compile(r"s(?:ev(?:erity)?)?-?([1-4])")
_LONGEST_KIND = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants to declare; *item* is the review and rank of an item that it comes from."""

    product_id: int
    kind: str
    severity: Severity
    seen: str
    origin: Origin
    item: str = ""


class NothingSeenError(UsageError):
    """An incident says what is seen."""

    def __init__(self) -> None:
        super().__init__(
            "Say what is seen, like “incident declare copilot severity 2 it promises refunds that do not exist”,"
            " or “incident declare” alone for a form."
        )


class OldButtonError(UserError):
    """A button whose words do not add up to an incident."""

    def __init__(self) -> None:
        super().__init__("I cannot declare from this button any more. Say “incident declare”.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the words of one line say; None: they do not."""

    kind: FailureMode | None
    severity: Severity | None
    seen: str


def says_all(said: Sequence[str]) -> bool:
    """Whether the words say what is seen, and not only the product, the severity or the kind."""
    _, rest = _severity(said[1:])
    return len(said[:1]) + len(rest) >= ENOUGH


def said_in(said: Sequence[str], modes: Sequence[FailureMode]) -> Said:
    """What the words without the product say: the severity and the kind in any order, then what is seen."""
    severity, rest = _severity(said)
    kind, rest = _kind(rest, modes)
    if severity is None:
        severity, rest = _severity(rest)
    return Said(kind=kind, severity=severity, seen=" ".join(rest))


def say(ask: Ask) -> Reply:
    """Declare what one line says; where one like it is open, ask first."""
    product, rest = product_of(ask, "incident declare")
    said = said_in(rest, failure_modes.of_product(ask.session, product))
    kind = said.kind or OTHER_KIND
    seen = said.seen or (said.kind.name if said.kind else "")
    if not seen:
        raise NothingSeenError
    severity = said.severity or SEVERITY_OF[kind.severity]
    wish = Wish(
        product_id=product.id,
        kind=kind.key,
        severity=severity,
        seen=words.kept(seen, product, words.SEEN_ROOM),
        origin=Origin.COMMAND,
    )
    alike = alike_to(ask, wish)
    return declared(ask, wish) if alike is None else _asked(ask, product, wish, alike)


def press_anyway(ask: Ask) -> Reply:
    """Declare it though one like it is open."""
    wish = _wish_in(ask.value)
    product_with_id(ask, str(wish.product_id))
    return replace(declared(ask, wish), replace=True)


def alike_to(ask: Ask, wish: Wish) -> Incident | None:
    """An open incident that was declared in the past hour and may be the same. The very same of the same person is no
    other one: `declared` finds it again.
    """
    # Whoever declares at the same instant is seen too.
    products.lock(ask.session, wish.product_id)
    if _same(ask, wish):
        return None
    if wish.kind != OTHER:
        return incidents.alike(ask.session, wish.product_id, wish.kind, ask.now)
    # Two of no known kind have nothing in common but that: what is seen tells.
    found = [one for one in _of_the_hour(ask, wish) if in_like_words(one.seen, wish.seen)]
    return max(found, key=lambda one: one.id, default=None)


def declared(ask: Ask, wish: Wish) -> Reply:
    """Declare it, once however often it is sent: owned from its first moment, with its card where the team is."""
    product = products.current(ask.session, wish.product_id)
    products.lock(ask.session, product.id)
    before = _same(ask, wish)
    if before is not None:
        return _told_again(product, before)
    owner = owner_for(
        ask.session, product, declared_by=ask.user, admins=ask.admins, now=ask.now, severity=wish.severity
    )
    new = NewIncident(
        product_id=product.id,
        kind=wish.kind,
        severity=wish.severity,
        seen=_kept(wish, product),
        origin=wish.origin,
        owner=owner,
        declared_by=ask.user,
    )
    case = Case(incident=incidents.declare(ask.session, new, ask.now), product=product)
    _attach(ask, wish, case)
    deeds.declared(ask, case)
    return _told(ask, case)


def item_of(ask: Ask, place: str, product_id: int | None = None) -> Item | None:
    """The item that *place* (review and rank) names, of this product; it went to a client and came back."""
    number, _, rank = place.partition(" ")
    review = reviews.with_id(ask.session, number_of(number))
    if review is None or (product_id is not None and review.product_id != product_id):
        return None
    return meetings.item(ask.session, review.id, number_of(rank))


def _severity(said: Sequence[str]) -> tuple[Severity | None, tuple[str, ...]]:
    """The severity that the first word or two name, and the words left."""
    for taken in (2, 1):
        found = _SEVERITY.fullmatch(folded("-".join(said[:taken]))) if len(said) >= taken else None
        if found:
            return Severity(int(found[1])), tuple(said[taken:])
    return None, tuple(said)


def _kind(said: Sequence[str], modes: Sequence[FailureMode]) -> tuple[FailureMode | None, tuple[str, ...]]:
    """The failure mode that the first words name, the most words first, and the words left."""
    every = (*modes, OTHER_KIND)
    known = {folded(name.replace(" ", "-")): one for one in every for name in (one.key, one.name)}
    for taken in range(min(len(said), _LONGEST_KIND), 0, -1):
        found = known.get(folded("-".join(said[:taken])).rstrip(":,."))
        if found is not None:
            return found, tuple(said[taken:])
    return None, tuple(said)


def _kept(wish: Wish, product: Product) -> str:
    return words.kept(wish.seen, product, words.SEEN_ROOM)


def _same(ask: Ask, wish: Wish) -> Incident | None:
    """What the same person declared in the same words within the hour: a second click, or a form sent again."""
    kept = _kept(wish, products.current(ask.session, wish.product_id))
    mine = (ask.user, kept)
    return next((one for one in _of_the_hour(ask, wish) if (one.declared_by, one.seen) == mine), None)


def _of_the_hour(ask: Ask, wish: Wish) -> list[Incident]:
    """What is open of the same kind and was declared within the hour."""
    several = incidents.of_product(ask.session, wish.product_id, OPEN)
    return [one for one in several if one.kind == wish.kind and ask.now - one.declared_at < ALIKE_WITHIN]


def _attach(ask: Ask, wish: Wish, case: Case) -> None:
    item = item_of(ask, wish.item, case.product.id) if wish.item else None
    if item is None:
        return
    count = incidents.attach(ask.session, case.incident.id, [item.row_id], by=ask.user, now=ask.now)
    attached = Event(at=ask.now, by=ask.user, what=Did.ATTACHED, detail={"count": count})
    incidents.add(ask.session, case.incident.id, attached, ask.now)


def _told(ask: Ask, case: Case) -> Reply:
    incident, product = case.incident, case.product
    severity = f"severity {incident.severity.value} ({words.SEVERITIES[incident.severity]})"
    text = (
        f"You declared {words.subject(incident, product)}: {severity}. {_called(ask, case)} {placing.said(ask, case)}"
    )
    blocks = [section(text), *_meanwhile(ask, case), _show(incident)]
    return Reply(text=text, blocks=blocks, posts=placing.posts(ask, case), then=placing.then(ask, case))


def _called(ask: Ask, case: Case) -> str:
    """Who owns it, and whether they are called now."""
    owner = case.incident.owner
    rules = Callees(session=ask.session, product=case.product, admins=ask.admins).case(case.incident)
    if owner == ask.user:
        return "You own it: say “incident ack” when you are at it, or the others are called."
    if rules.may(owner, ask.now):
        return f"{mention(owner)} owns it and is called now, then the others until somebody is at it."
    return f"{mention(owner)} owns it and may not be called at this hour: its thread says who is called, and when."


def _told_again(product: Product, before: Incident) -> Reply:
    text = f"You declared this already: {words.subject(before, product)}. {mention(before.owner)} owns it."
    return Reply(text=text, blocks=[section(text), _show(before)])


def _asked(ask: Ask, product: Product, wish: Wish, alike: Incident) -> Reply:
    ago = lasting(ask.now - alike.declared_at)
    text = (
        f"Incident {alike.id} of {named(product)} may be the same: {mention(alike.owner)} owns it, and it was"
        f" declared {ago} ago. Nothing is declared yet."
    )
    anyway = button("Declare anyway", ANYWAY, value=dumps(dumped(wish), ensure_ascii=False))
    return Reply(
        text=text,
        blocks=[
            section(text),
            plain_section(f"What is seen there: {alike.seen}"),
            actions("alike", button("Look at it", f"{SHOW}:{alike.id}", value=str(alike.id)), anyway),
        ],
    )


def _meanwhile(ask: Ask, case: Case) -> list[Block]:
    said = card.meanwhile(words.kind_name(ask.session, case.product, case.incident.kind))
    return [plain_section(f"Meanwhile: {said}")] if said else []


def _show(incident: Incident) -> Block:
    return actions("declared", button("Show it", f"{SHOW}:{incident.id}", value=str(incident.id)))


def _wish_in(value: str) -> Wish:
    """The wish that a button carries; it went to a client and came back."""
    try:
        return loaded(Wish, loads(value))
    except ValueError as error:
        raise OldButtonError from error


ACTIONS = (Action(name=ANYWAY, effect=Effect.CHANGE, run=press_anyway),)
