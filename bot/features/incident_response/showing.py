"""`/muster incident`: what is open, one incident with what can be done about it, and everything that happened in it."""

from bot.domain.holders import mention
from bot.domain.incidents import Event, Incident, State
from bot.domain.lasting import lasting
from bot.domain.product import Product
from bot.domain.text import count_of
from bot.domain.window import zone_named
from bot.domain.words import number_of
from bot.features.incident_response import card, summing_up, words
from bot.features.incident_response.finding import Case, case_of, case_or_latest
from bot.kit.asking import Ask
from bot.kit.blocks import (
    Block,
    actions,
    button,
    context,
    fallback,
    fit,
    header,
    markdown,
    plain_section,
    saying,
    section,
)
from bot.kit.choosing import product_of
from bot.kit.command import Action, Command, Effect
from bot.kit.incidents import SHOW
from bot.kit.limits import BLOCKS
from bot.kit.reply import Reply
from bot.kit.routing import refuse_word
from bot.store import incidents, products

MOST, EVENTS = 15, 20
"""How many incidents, and how many events, one message shows."""


def show_all(ask: Ask) -> Reply:
    """Every open incident, or those of a product; with a number, that one."""
    if ask.words and number_of(ask.words[0].removeprefix("#")):
        return whole(ask, case_of(ask, ask.words[0]))
    found = _asked_for(ask)
    if not found:
        text = "No incident is open."
        return Reply(text=text, blocks=[section(text), actions("none", saying("Declare one", "incident declare"))])
    rows = [block for one in found[:MOST] for block in _row(ask, one)]
    more = [context(markdown(f"{len(found) - MOST} more are not shown."))] if len(found) > MOST else []
    title = f"{count_of(len(found), 'open incident')}"
    return Reply(text=fallback(title), blocks=fit([header(title), *rows, *more]))


def say_show(ask: Ask) -> Reply:
    """The incident that is meant."""
    return whole(ask, case_or_latest(ask, ask.words)[0])


def press_show(ask: Ask) -> Reply:
    """The incident of the button."""
    return whole(ask, case_of(ask, ask.value))


def timeline(ask: Ask) -> Reply:
    """Everything that happened in an incident, by the time at which it happened."""
    case, _ = case_or_latest(ask, ask.words)
    events = sorted(incidents.events(ask.session, case.incident.id), key=lambda one: one.at)
    title = f"Timeline of incident {case.incident.id}"
    left = len(events) - EVENTS
    earlier = [context(markdown(f"{count_of(left, 'earlier event')} not shown; the written review has them all."))]
    rows = [block for event in events[-EVENTS:] for block in _line(ask, case, event)]
    return Reply(text=fallback(title), blocks=fit([header(title), *(earlier if left > 0 else []), *rows]))


def whole(ask: Ask, case: Case) -> Reply:
    """One incident as its card shows it, with what came of it where it is over."""
    text, blocks = card.message(ask.session, case.product, case.incident)
    *body, rows = blocks
    if not case.incident.is_open:
        # What the card says of times and decisions, the summary says in full.
        body = [*body[: card.HEAD], *summing_up.summary(ask.session, case)]
    more = saying("Timeline", f"incident timeline {case.incident.id}")
    row = {**rows, "elements": [*rows["elements"], more]}
    return Reply(text=text, blocks=[*fit(body, BLOCKS - 1), row])


def _asked_for(ask: Ask) -> list[Incident]:
    if not ask.words:
        return incidents.open_ones(ask.session)
    product, rest = product_of(ask, "incident")
    if rest:
        known = [one.key for one in products.everything(ask.session)]
        raise refuse_word(rest[0], "incident", known, ask.guide, ask.command)
    return [one for one in incidents.open_ones(ask.session) if one.product_id == product.id]


def _row(ask: Ask, incident: Incident) -> list[Block]:
    product = products.with_id(ask.session, incident.product_id)
    kind = words.kind_name(ask.session, product, incident.kind)
    title, seen = words.title_of(incident, product, kind), words.short(incident.seen)
    first = card.press("Acknowledge", card.ACKNOWLEDGE, incident)
    pressed = [first] if incident.state is State.DECLARED else []
    row = [*pressed, button("Show", f"{SHOW}:{incident.id}", value=str(incident.id))]
    return [
        # One of no known kind has what is seen in its title.
        plain_section(title if seen in title else f"{title}. {seen}"),
        context(markdown(f"{_held(incident, product)}. Open for {lasting(ask.now - incident.declared_at)}.")),
        actions(f"incident-{incident.id}", row[0], *row[1:]),
    ]


def _held(incident: Incident, product: Product) -> str:
    if incident.state is State.DECLARED:
        return card.owner_line(incident, product)
    offered = f", offered to {mention(incident.offered_to)}" if incident.offered_to else ""
    return f"*Owner:* {mention(incident.owner)}{offered}"


def _line(ask: Ask, case: Case, event: Event) -> list[Block]:
    at, said = words.when(event.at, zone_named(case.product.timezone)), words.text_of(event)
    line = context(markdown(f"{at}: {words.did(ask.session, case.incident, event)}"))
    return [line, *([plain_section(words.short(said, words.REASON_ROOM))] if said else [])]


COMMANDS = (
    Command(
        noun="incident",
        takes="[N | PRODUCT]",
        summary="See what is open, who owns it, and what can be done",
        example="incident",
        effect=Effect.READ,
        run=show_all,
        inside=True,
    ),
    Command(
        noun="incident",
        verb="show",
        takes="[N]",
        summary="See one incident, with everything that can be done about it",
        example="incident show 12",
        effect=Effect.READ,
        run=say_show,
        inside=True,
        synonyms=("card", "look"),
    ),
    Command(
        noun="incident",
        verb="timeline",
        takes="[N]",
        summary="See everything that happened in an incident",
        example="incident timeline 12",
        effect=Effect.READ,
        run=timeline,
        inside=True,
        synonyms=("history", "record"),
    ),
)
ACTIONS = (Action(name=SHOW, effect=Effect.READ, run=press_show, inside=True),)
