"""Giving an incident to somebody: at once while nobody is at it, after that as an offer that they accept or decline."""

from bot.domain.holders import mention
from bot.domain.incident_moves import accepted, assigned, declined
from bot.domain.incidents import Did, Event
from bot.domain.people import Person
from bot.errors import UsageError
from bot.features.incident_response import card, words
from bot.features.incident_response.by_day import wakes_at
from bot.features.incident_response.deeds import changed, form_case_of, told
from bot.features.incident_response.finding import (
    Case,
    case_of,
    numbered_first,
    open_case_of,
    person_in,
    require_can_own,
    require_hand,
    require_open,
)
from bot.features.incident_response.owning import direct, event_of, form, moved, taken
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.choosing import named
from bot.kit.command import Action, AnyErrand, AnyModal, Command, Effect, Errand, FieldError, Modal, Outside
from bot.kit.forms import person, text_input
from bot.kit.later import Later
from bot.kit.post import Post
from bot.kit.reply import Next, Reply
from bot.store import directory, incidents
from bot.store.products import LOCAL_WORKSPACE

ASSIGN = "incident_response.assign"
"""Assign to somebody whom Slack has to be asked about first (value: incident id, user id)."""

DECLINED = "incident_response.declined"
"""Tell an owner who slept that their offer was declined (value: incident id, who declined)."""


def say_owner(ask: Ask) -> Reply:
    """Say who owns it, or, with a person, let it be theirs."""
    case, rest = open_case_of(ask, numbered_first(ask.words))
    to = person_in(rest)
    if to is None:
        if rest:
            raise UsageError("Name one person, like “incident owner @ana”: an incident has one owner.")
        owned = card.owner_line(case.incident, case.product)
        return Reply(text=f"Incident {case.incident.id} of {named(case.product)}. {owned}.")
    if directory.known(ask.session, LOCAL_WORKSPACE, to) is None:
        return Reply(then=Next(errand=ASSIGN, value=f"{case.incident.id} {to}"))
    return _assigned(ask, case, to, "")


def press_hand_over(ask: Ask) -> Reply:
    """The form that asks to whom."""
    case = case_of(ask, ask.value)
    require_open(case)
    require_hand(ask, case)
    fields = (
        person("person", "To whom", hint="They are asked first where somebody is at it: until they accept, it stays."),
        text_input("reason", "What they should know", longest=words.REASON_ROOM, optional=True, lines=True),
    )
    return Reply(view=form(card.HAND_OVER, f"Hand over incident {case.incident.id}", "Hand over", case, *fields))


def submit_hand_over(ask: Ask, seen: Person | None) -> Reply:
    """Hand it over, or offer it."""
    to = ask.field("person")
    if to is None:
        raise FieldError({"person": "Choose somebody."})
    if seen is not None:
        directory.keep(ask.session, LOCAL_WORKSPACE, seen, ask.now)
    return _assigned(ask, form_case_of(ask), to, ask.field("reason") or "")


def say_accept(ask: Ask) -> Reply:
    """Accept what is offered to the person who says so."""
    return _accepted(ask, _offered(ask))


def say_decline(ask: Ask) -> Reply:
    """Decline what is offered to the person who says so."""
    return _declined(ask, _offered(ask))


def press_accept(ask: Ask) -> Reply:
    """It was offered, and it is theirs from now on."""
    return _accepted(ask, case_of(ask, ask.value))


def press_decline(ask: Ask) -> Reply:
    """It was offered, and it stays with its owner, who is told."""
    return _declined(ask, case_of(ask, ask.value))


def tell_declined(ask: Ask) -> Reply:
    """The day of an owner began whose offer was declined at night: tell them, if it is open and still theirs alone."""
    number, _, by = ask.value.partition(" ")
    case = case_of(ask, number)
    is_news = case.incident.is_open and (case.incident.owner, case.incident.offered_to) == (ask.user, None)
    return Reply(posts=[_refusal(ask, case, by)] if is_news else [])


def press_take_back(ask: Ask) -> Reply:
    """The offer is taken back, if it is still the one that the button was made for."""
    number, _, to = ask.value.partition(" ")
    case = case_of(ask, number)
    if case.incident.offered_to != to:
        return _over_already(ask, case)
    require_hand(ask, case)
    after = declined(case.incident, to)
    event = Event(at=ask.now, by=ask.user, what=Did.OFFERED)
    kept = changed(ask, case, after, event)
    shown = event_of(case, kept, event)
    text = f"You took the offer of {words.subject(kept, case.product)} back: it stays with {mention(kept.owner)}."
    return Reply(text=text, replace=True, posts=[told(ask, case.now(kept), shown)])


def _over_already(ask: Ask, case: Case) -> Reply:
    incident = case.incident
    other = f", and is offered to {words.who(ask.session, incident.offered_to)}" if incident.offered_to else ""
    text = (
        f"This offer is over already: {words.subject(incident, case.product)} is with"
        f" {words.who(ask.session, incident.owner)}{other}. Nothing was changed."
    )
    return Reply(text=text, replace=True)


def _offered(ask: Ask) -> Case:
    """The incident that is meant, or the only one that is offered to the person."""
    mine = [one for one in incidents.open_ones(ask.session) if one.offered_to == ask.user]
    return case_of(ask, str(mine[0].id)) if len(mine) == 1 and not ask.words else open_case_of(ask, ask.words)[0]


def _accepted(ask: Ask, case: Case) -> Reply:
    after = accepted(case.incident, ask.user, ask.now)
    return moved(ask, case, after, Did.ACCEPTED, "You accepted {}: you own it now.")


def _declined(ask: Ask, case: Case) -> Reply:
    after = declined(case.incident, ask.user)
    event = Event(at=ask.now, by=ask.user, what=Did.DECLINED)
    kept = changed(ask, case, after, event)
    text = f"You declined {words.subject(kept, case.product)}: it stays with {mention(kept.owner)}, who is told."
    return Reply(text=text, replace=True, posts=[told(ask, case.now(kept), event), *_heard(ask, case.now(kept))])


def _heard(ask: Ask, case: Case) -> list[Post]:
    """Its owner hears that the offer was declined, by day where they sleep."""
    incident = case.incident
    day = wakes_at(ask, case, incident.owner)
    if day is None:
        return [_refusal(ask, case, ask.user)]
    key, value = f"{incident.id} {incident.version}", f"{incident.id} {ask.user}"
    later.at(ask.session, day, name=DECLINED, key=key, now=ask.now, user=incident.owner, value=value)
    return []


def _refusal(ask: Ask, case: Case, by: str) -> Post:
    line = f"<@{by}> declined {words.subject(case.incident, case.product)}: it stays yours."
    return direct(ask, case.incident, case.incident.owner, line)


def _assigned(ask: Ask, case: Case, to: str, reason: str) -> Reply:
    require_hand(ask, case)
    require_can_own(ask, to)
    if to == ask.user:
        return taken(ask, case, reason)
    after = assigned(case.incident, to, ask.user, ask.now)
    if after.owner == to:
        text = f"You gave {{}} to {mention(to)}, who owns it now and is asked to say that they are at it."
        return moved(ask, case, after, Did.ASSIGNED, text, reason)
    text = f"You offered {{}} to {mention(to)}. Until they accept, {mention(after.owner)} owns it."
    return moved(ask, case, after, Did.OFFERED, text, reason)


def _looked_up(user: str, outside: Outside) -> Person:
    return outside.people([user])[user]


def _asked_about(ask: Ask) -> tuple[str, str]:
    number, _, user = ask.value.partition(" ")
    return number, user


def _found(asked: tuple[str, str], outside: Outside) -> Person:
    return _looked_up(asked[1], outside)


def _assign(ask: Ask, asked: tuple[str, str], found: Person) -> Reply:
    directory.keep(ask.session, LOCAL_WORKSPACE, found, ask.now)
    return _assigned(ask, case_of(ask, asked[0]), found.user, "")


COMMANDS = (
    Command(
        noun="incident",
        verb="owner",
        takes="@person [#N]",
        summary="Let somebody own an incident; who is at it keeps it until they accept",
        example="incident owner @ana",
        effect=Effect.CHANGE,
        run=say_owner,
        synonyms=("assign", "hand-over", "handover", "give", "pass", "transfer", "reassign"),
    ),
    Command(
        noun="incident",
        verb="accept",
        takes="[#N]",
        summary="Own an incident that is offered to you",
        example="incident accept",
        effect=Effect.CHANGE,
        run=say_accept,
    ),
    Command(
        noun="incident",
        verb="decline",
        takes="[#N]",
        summary="Leave an incident that is offered to you with who has it",
        example="incident decline",
        effect=Effect.CHANGE,
        run=say_decline,
        synonyms=("refuse",),
    ),
)
ACTIONS = (
    Action(name=card.HAND_OVER, effect=Effect.OPEN, run=press_hand_over),
    Action(name=card.ACCEPT, effect=Effect.CHANGE, run=press_accept),
    Action(name=card.DECLINE, effect=Effect.CHANGE, run=press_decline),
    Action(name=card.TAKE_BACK, effect=Effect.CHANGE, run=press_take_back),
)
MODALS: tuple[AnyModal, ...] = (
    Modal(name=card.HAND_OVER, submit=submit_hand_over, ask=lambda ask: ask.field("person"), fetch=_looked_up),
)
LATERS = (Later(name=DECLINED, run=tell_declined),)
ERRANDS: tuple[AnyErrand, ...] = (Errand(name=ASSIGN, ask=_asked_about, fetch=_found, keep=_assign),)
