"""Who owns an incident: acknowledging and taking it, and what everybody hears when it changes hands."""

from dataclasses import replace

from bot.domain.holders import mention
from bot.domain.incident_moves import acknowledged
from bot.domain.incidents import Did, Event, Incident, State
from bot.domain.lasting import lasting
from bot.domain.window import zone_named
from bot.errors import UsageError
from bot.features.incident_response import card, words
from bot.features.incident_response.by_day import sleeps, wakes_at
from bot.features.incident_response.deeds import carried, changed, form_case_of, offer_key, told
from bot.features.incident_response.finding import (
    Case,
    case_of,
    open_case_of,
    require_hand,
    require_open,
)
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.blocks import Block, Element, actions, button, plain_section, section
from bot.kit.command import Action, AnyModal, Command, Effect, Modal
from bot.kit.forms import text_input
from bot.kit.later import Later
from bot.kit.post import Post
from bot.kit.reply import Reply, View
from bot.store import incidents

RELIEVED, OFFER = "incident_response.relieved", "incident_response.offer"
"""What is told by day to somebody who slept (value: incident id)."""


class NoReasonError(UsageError):
    """Whoever takes an incident from somebody who is at it says why."""

    def __init__(self, case: Case) -> None:
        number = case.incident.id
        super().__init__(f"Somebody is at it already: say why, like “incident take #{number} Raj is on a plane”.")


def say_acknowledge(ask: Ask) -> Reply:
    """Say that one is at it; whoever says so owns it."""
    case, _ = open_case_of(ask, ask.words)
    return _acknowledged(ask, case)


def press_acknowledge(ask: Ask) -> Reply:
    """The same, by the button."""
    return _acknowledged(ask, case_of(ask, ask.value))


def say_take(ask: Ask) -> Reply:
    """Take it: from somebody who is at it, with a reason."""
    case, rest = open_case_of(ask, ask.words)
    return taken(ask, case, " ".join(rest))


def press_take(ask: Ask) -> Reply:
    """The form that asks why it is taken."""
    case = case_of(ask, ask.value)
    require_open(case)
    require_hand(ask, case)
    reason = text_input("reason", "Why do you take it?", longest=words.REASON_ROOM)
    at_it = section(f"{card.owner_line(case.incident, case.product)}. They are told, and why.")
    return Reply(view=form(card.TAKE, f"Take incident {case.incident.id}", "Take it", case, at_it, reason))


def submit_take(ask: Ask, _seen: object) -> Reply:
    """Take it, with the reason of the form."""
    return taken(ask, form_case_of(ask), ask.field("reason") or "")


def tell_relieved(ask: Ask) -> Reply:
    """The day of somebody began who was relieved of an incident at night: tell them, if it is open and not theirs."""
    case = case_of(ask, ask.value)
    is_news = case.incident.is_open and case.incident.owner != ask.user
    return Reply(posts=[_relieved(ask, case, ask.user)] if is_news else [])


def tell_offered(ask: Ask) -> Reply:
    """The day of somebody began whom an incident was offered at night: ask them, if it is offered to them still."""
    case = case_of(ask, ask.value)
    return Reply(posts=[_offer(ask, case, ask.user)] if case.incident.offered_to == ask.user else [])


def event_of(case: Case, after: Incident, event: Event) -> Event:
    """*event* with whom it concerned, for the line in the thread; the record says so by itself."""
    before = case.incident
    changes = {
        name: [old, new]
        for name, old, new in (
            ("owner", before.owner, after.owner),
            ("offered_to", before.offered_to, after.offered_to),
        )
        if old != new
    }
    return replace(event, detail={**changes, **event.detail})


def taken(ask: Ask, case: Case, reason: str) -> Reply:
    """Take it from whoever has it; from somebody who is at it only those who may, and with a reason."""
    before, why = case.incident, words.kept(reason, case.product, words.REASON_ROOM)
    if before.state is State.ACKNOWLEDGED and before.owner != ask.user:
        if before.offered_to != ask.user:
            require_hand(ask, case)
        if not why and before.offered_to != ask.user:
            raise NoReasonError(case)
    after = acknowledged(before, ask.user, ask.now)
    what = Did.ACKNOWLEDGED if before.owner == ask.user else Did.TAKEN
    return moved(ask, case, after, what, "You took {}: you own it.", why)


def moved(ask: Ask, case: Case, after: Incident, what: Did, text: str, reason: str = "") -> Reply:  # noqa: PLR0917
    """Save it, tell the person, the thread, whoever it was taken from, and whom it is offered to."""
    why = words.kept(reason, case.product, words.REASON_ROOM)
    event = Event(at=ask.now, by=ask.user, what=what, detail={"reason": why} if why else {})
    kept = changed(ask, case, after, event)
    now = case.now(kept)
    waits, offers = _offers(ask, now)
    said = text.format(words.subject(kept, case.product)) + _expected(ask, case, kept) + waits
    posts = [told(ask, now, event_of(case, kept, event)), *_previous(ask, case, kept), *offers]
    more = [actions("offer", _take_back(kept, kept.offered_to))] if kept.offered_to else []
    return Reply(text=said, blocks=[section(said), *more], posts=posts)


def direct(ask: Ask, incident: Incident, to: str, line: str) -> Post:
    """A line about an incident to one person."""
    key = f"incident/{incident.id}/to/{to}/{ask.incoming.key}"
    return Post(key=key, to=to, text=line, blocks=[section(line)])


def form(name: str, title: str, submit: str, case: Case, *blocks: Block) -> View:
    """A form about an incident."""
    return View(name=name, title=title, submit=submit, blocks=list(blocks), carries=carried(case))


def _acknowledged(ask: Ask, case: Case) -> Reply:
    before = case.incident
    if before.state is State.ACKNOWLEDGED and before.owner != ask.user:
        return _held_by_another(ask, case)
    after = acknowledged(before, ask.user, ask.now)
    took = lasting(ask.now - before.declared_at)
    return moved(
        ask, case, after, Did.ACKNOWLEDGED, f"You acknowledged {{}}, {took} after it was declared: you own it."
    )


def _held_by_another(ask: Ask, case: Case) -> Reply:
    incident = case.incident
    since = f" {lasting(ask.now - incident.acknowledged_at)} ago" if incident.acknowledged_at else ""
    by = incident.acknowledged_by or incident.owner
    text = (
        f"{mention(by)} acknowledged {words.subject(incident, case.product)}{since}, before you:"
        f" {mention(incident.owner)} owns it. Nothing was changed."
    )
    return Reply(text=text, blocks=[section(text), actions("held", card.press("Take it", card.TAKE, incident))])


def _take_back(kept: Incident, to: str) -> Element:
    """The button that ends this offer, and no later one."""
    return button("Take the offer back", f"{card.TAKE_BACK}:{kept.id}", value=f"{kept.id} {to}")


def _expected(ask: Ask, case: Case, kept: Incident) -> str:
    due, before = kept.next_update_at, case.incident
    is_news = (kept.owner, due) != (before.owner, before.next_update_at)
    if due is None or kept.owner != ask.user or not is_news:
        return ""
    return f" The channel expects to hear how it goes by {words.when(due, zone_named(case.product.timezone))}."


def _previous(ask: Ask, case: Case, kept: Incident) -> list[Post]:
    """Whoever owned it before is told, unless they did it themselves."""
    before = case.incident.owner
    if before in {kept.owner, ask.user}:
        return []
    day = wakes_at(ask, case, before)
    if day is None:
        return [_relieved(ask, case.now(kept), before)]
    key = f"{kept.id} {kept.version}"
    later.at(ask.session, day, name=RELIEVED, key=key, now=ask.now, user=before, value=str(kept.id))
    return []


def _relieved(ask: Ask, case: Case, to: str) -> Post:
    incident = case.incident
    line = f"{words.subject(incident, case.product)} is with {mention(incident.owner)} now: you need not do anything."
    return direct(ask, incident, to, line[0].upper() + line[1:])


def _offers(ask: Ask, case: Case) -> tuple[str, list[Post]]:
    """What whoever just offered it hears beside, and the offer, which waits for the day of who sleeps."""
    incident = case.incident
    to = incident.offered_to
    if to is None or incident.offered_by != ask.user:
        return "", []
    day = wakes_at(ask, case, to)
    if day is None:
        return "", [_offer(ask, case, to)]
    key = f"{incident.id} {incident.version}"
    later.at(ask.session, day, name=OFFER, key=key, now=ask.now, user=to, value=str(incident.id))
    return f" {sleeps(ask, case, to, day)} and is asked then; if it cannot wait, offer it to somebody who is up.", []


def _offer(ask: Ask, case: Case, to: str) -> Post:
    """The offer that stands, as its record has it."""
    incident = case.incident
    event = [one for one in incidents.events(ask.session, incident.id) if one.what is Did.OFFERED][-1]
    line = (
        f"{words.who(ask.session, event.by)} offers you {words.subject(incident, case.product)}, severity"
        f" {incident.severity.value}. Until you accept, {words.who(ask.session, incident.owner)} owns it."
    )
    row = actions(
        "offer",
        card.press("Accept", card.ACCEPT, incident),
        card.press("Decline", card.DECLINE, incident),
    )
    why = words.text_of(event)
    seen = [plain_section(incident.seen), *([plain_section(f"Why: {why}")] if why else [])]
    key = offer_key(incident, to, event.at)
    return Post(key=key, to=to, text=line, blocks=[section(line), *seen, row])


COMMANDS = (
    Command(
        noun="incident",
        verb="ack",
        takes="[#N]",
        summary="Say that you are at it: you own it then",
        example="incident ack",
        effect=Effect.CHANGE,
        run=say_acknowledge,
        synonyms=("acknowledge", "acked", "acknowledged"),
    ),
    Command(
        noun="incident",
        verb="take",
        takes="[#N] [WHY]",
        summary="Take an incident, from somebody who is at it with a reason",
        example="incident take",
        effect=Effect.CHANGE,
        run=say_take,
        synonyms=("mine", "grab"),
    ),
)
ACTIONS = (
    Action(name=card.ACKNOWLEDGE, effect=Effect.CHANGE, run=press_acknowledge),
    Action(name=card.TAKE, effect=Effect.OPEN, run=press_take),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=card.TAKE, submit=submit_take),)
LATERS = (Later(name=RELIEVED, run=tell_relieved), Later(name=OFFER, run=tell_offered))
