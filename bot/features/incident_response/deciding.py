"""What is decided in an incident: by whoever owns that decision, with a reason; who may not, asks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.holders import mentions
from bot.domain.incidents import DECIDED_BY, Decision, Did, Event, decisions
from bot.domain.responsibilities import INCIDENT_RESPONSE, responsibility
from bot.domain.words import folded
from bot.errors import UsageError
from bot.features.incident_response import card, words
from bot.features.incident_response.by_day import asleep, sleeps
from bot.features.incident_response.deeds import carried, form_case_of, recorded, told
from bot.features.incident_response.finding import Case, case_of, open_case_of, require_open
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, plain_section, section
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choice, text_input
from bot.kit.later import Later
from bot.kit.owning import leads_of, people_answering, people_or_usual, present
from bot.kit.post import Post
from bot.kit.reply import Reply, View
from bot.store import incidents

ASK = "incident_response.ask_decider"
"""Ask whoever owns a decision (value: incident id, decision)."""

BY_DAY = "incident_response.ask_by_day"
"""The same of somebody who slept when they were asked."""

MOST_ASKED = 5

_SAID = {
    "retrain": Decision.RETRAIN,
    "roll-back": Decision.ROLL_BACK,
    "rollback": Decision.ROLL_BACK,
    "switch-off": Decision.SWITCH_OFF,
    "switch-it-off": Decision.SWITCH_OFF,
    "off": Decision.SWITCH_OFF,
    "people-take-over": Decision.PEOPLE_TAKE_OVER,
    "people": Decision.PEOPLE_TAKE_OVER,
    "humans": Decision.PEOPLE_TAKE_OVER,
    "accept": Decision.ACCEPT,
}
_LONGEST = 3


class UnknownDecisionError(UsageError):
    """Not one of the five."""

    def __init__(self) -> None:
        known = ", ".join(name.lower() for name in words.DECISIONS.values())
        super().__init__(
            f"Decide one of these, with a reason, like “incident decide roll back the prompt insults people”: {known}."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Deciders:
    """Who takes a decision; *owned*: somebody is named for it, otherwise the leads and the admins take it."""

    people: tuple[str, ...]
    owned: bool


def deciders_of(ask: Ask, case: Case, decision: Decision) -> Deciders:
    """Who takes *decision* in this incident. What stops the harm and can be taken back is for its owner too."""
    session, key = ask.session, DECIDED_BY[decision]
    named = people_answering(session, case.product, key)
    people = people_or_usual(session, case.product, key)
    if key == INCIDENT_RESPONSE:
        people = (case.incident.owner, *people)
    if not people:
        people = (*leads_of(session, case.product), *present(session, ask.admins))
    return Deciders(people=tuple(dict.fromkeys(people)), owned=bool(named))


def open_form(ask: Ask) -> Reply:
    """The form of a decision, by words."""
    case, rest = open_case_of(ask, ask.words)
    decision, why = decision_in(rest)
    return Reply(view=_form(case, decision, " ".join(why)))


def press(ask: Ask) -> Reply:
    """The form of a decision, by its button."""
    number, _, decision = ask.value.partition(" ")
    return Reply(view=_form(case_of(ask, number), next((one for one in Decision if one == decision), None), ""))


def say(ask: Ask) -> Reply:
    """Decide in one line."""
    case, rest = open_case_of(ask, ask.words)
    decision, why = decision_in(rest)
    if decision is None or not why:
        raise UnknownDecisionError
    return _decided(ask, case, decision, " ".join(why))


def submit(ask: Ask, _seen: object) -> Reply:
    """Decide what the form says."""
    decision = next((one for one in Decision if one == ask.field("decision")), None)
    reason = ask.field("reason")
    if decision is None:
        raise FieldError({"decision": "Choose what is decided."})
    if reason is None:
        raise FieldError({"reason": "Say why: the record keeps it."})
    return _decided(ask, form_case_of(ask), decision, reason)


def ask_decider(ask: Ask) -> Reply:
    """Ask whoever owns the decision, in the thread and directly; it waits for them then."""
    number, _, said = ask.value.partition(" ")
    decision = next((one for one in Decision if one == said), None)
    if decision is None:
        raise UnknownDecisionError
    case = case_of(ask, number)
    require_open(case)
    deciders = deciders_of(ask, case, decision).people
    people = deciders[:MOST_ASKED]
    made = [one for one in decisions(incidents.events(ask.session, case.incident.id)) if _is_of(one, decision)]
    line = f"Asked {', '.join(words.who(ask.session, one) for one in people)} to decide: {_name(decision)}."
    detail = {"text": line, "asked": list(people), "decision": decision.value}
    event = Event(
        at=ask.now, by=ask.user, what=Did.NOTED, key=f"asked/{decision}/{ask.user}/{len(made)}", detail=detail
    )
    if not recorded(ask, case, event):
        return Reply(text="You asked them already.", replace=True)
    waiting = asleep(ask, case, deciders)
    _lay_by(ask, case, event, {one: day for one, day in waiting.items() if one in people})
    asked = [_question(ask, case, event, one) for one in people if one not in waiting]
    text = f"You asked {mentions(people)} to decide on {words.subject(case.incident, case.product)}: {_name(decision)}."
    text += _who_now(ask, case, people, [one for one in deciders if one not in waiting], waiting)
    return Reply(text=text, replace=True, posts=[told(ask, case, event), *asked])


def ask_by_day(ask: Ask) -> Reply:
    """The day of somebody began who was asked for a decision at night: ask them, if it still waits for them."""
    number, _, said = ask.value.partition(" ")
    case, decision = case_of(ask, number), Decision(said)
    events = incidents.events(ask.session, case.incident.id)
    if not case.incident.is_open or decision not in asked_of(events, ask.user):
        return Reply()
    event = [one for one in events if ask.user in one.detail.get("asked", ()) and _is_of(one, decision)][-1]
    return Reply(posts=[_question(ask, case, event, ask.user)])


def asked_of(events: Sequence[Event], user: str) -> list[Decision]:
    """The decisions that *user* was asked to take and nobody has taken since."""
    waiting: dict[Decision, bool] = {}
    for event in events:
        if event.what is Did.DECIDED:
            waiting.pop(Decision(event.detail["decision"]), None)
        elif user in event.detail.get("asked", ()):
            waiting[Decision(event.detail["decision"])] = True
    return list(waiting)


def decision_in(said: Sequence[str]) -> tuple[Decision | None, tuple[str, ...]]:
    """The decision that the first words name, and the words left."""
    for taken in range(min(len(said), _LONGEST), 0, -1):
        found = _SAID.get(folded("-".join(said[:taken])).rstrip(":,."))
        if found is not None:
            return found, tuple(said[taken:])
    return None, tuple(said)


def says_all(said: Sequence[str]) -> bool:
    """Whether the words say what is decided, and why."""
    numbered = said[:1] if said and said[0].removeprefix("#").isdigit() else ()
    decision, why = decision_in(said[len(numbered) :])
    return decision is not None and bool(why)


def _decided(ask: Ask, case: Case, decision: Decision, reason: str) -> Reply:
    require_open(case)
    deciders = deciders_of(ask, case, decision)
    if ask.user not in deciders.people:
        return _not_yours(case, decision, deciders)
    why = words.kept(reason, case.product, words.REASON_ROOM)
    detail = {"decision": decision.value, "reason": why}
    event = Event(at=ask.now, by=ask.user, what=Did.DECIDED, detail=detail)
    recorded(ask, case, event)
    text = (
        f"You decided on {words.subject(case.incident, case.product)}: {_name(decision)}.{_unowned(decision, deciders)}"
    )
    return Reply(text=text, blocks=[section(text)], posts=[told(ask, case, event)])


def _not_yours(case: Case, decision: Decision, deciders: Deciders) -> Reply:
    who = mentions(deciders.people[:MOST_ASKED])
    text = f"“{words.DECISIONS[decision]}” is for {who} to decide; nothing was decided.{_unowned(decision, deciders)}"
    value = f"{case.incident.id} {decision.value}"
    row = [actions("ask", button("Ask them", ASK, value=value))] if deciders.people else []
    return Reply(text=text, blocks=[section(text), *row])


def _unowned(decision: Decision, deciders: Deciders) -> str:
    if deciders.owned:
        return ""
    title = responsibility(DECIDED_BY[decision]).title.lower()
    return f" Nobody is named for “{title}”: say “owner {title} @name”, so that the next one finds them."


def _is_of(event: Event, decision: Decision) -> bool:
    return event.detail.get("decision") == decision.value


def _lay_by(ask: Ask, case: Case, event: Event, waiting: Mapping[str, datetime]) -> None:
    """Let those who sleep be asked when their day begins."""
    number = case.incident.id
    for user, day in waiting.items():
        value = f"{number} {event.detail['decision']}"
        later.at(ask.session, day, name=BY_DAY, key=f"{number}/{event.key}/{user}", now=ask.now, user=user, value=value)


def _who_now(ask: Ask, case: Case, people: Sequence[str], up: Sequence[str], waiting: Mapping[str, datetime]) -> str:
    """Who of those asked is not asked before their day begins, and who may decide now instead."""
    slept = "; ".join(sleeps(ask, case, one, waiting[one]) for one in people if one in waiting)
    if not slept:
        return ""
    others = ", ".join(words.who(ask.session, one) for one in up[:MOST_ASKED]) or "nobody who is up"
    return f" {slept}, and is asked then. Who may decide now: {others}."


def _question(ask: Ask, case: Case, event: Event, to: str) -> Post:
    incident, decision = case.incident, Decision(event.detail["decision"])
    line = (
        f"{words.who(ask.session, event.by)} asks you to decide on {words.subject(incident, case.product)}, severity"
        f" {incident.severity.value}: {_name(decision)}?"
    )
    decide = button("Decide", f"{card.DECIDE}:{decision}", value=f"{incident.id} {decision.value}")
    blocks = [section(line), plain_section(incident.seen), actions("decide", decide)]
    return Post(key=f"incident/{incident.id}/{event.key}/{to}", to=to, text=line, blocks=blocks)


def _form(case: Case, decision: Decision | None, reason: str) -> View:
    require_open(case)
    kinds = {one.value: name for one, name in words.DECISIONS.items()}
    kept = words.kept(reason, case.product, words.REASON_ROOM)
    fields = [
        plain_section(f"Severity {case.incident.severity.value}: {words.short(case.incident.seen, words.SEEN_ROOM)}"),
        choice("decision", "What is decided", kinds, initial=decision.value if decision else None),
        text_input("reason", "Why", initial=kept, lines=True, longest=words.REASON_ROOM),
    ]
    title = f"Decide incident {case.incident.id}"
    return View(name=card.DECIDE, title=title, submit="Decide", blocks=fields, carries=carried(case))


def _name(decision: Decision) -> str:
    return words.DECISIONS[decision].lower()


COMMANDS = (
    Command(
        noun="incident",
        verb="decide",
        takes="[#N] retrain | roll back | switch off | people take over | accept WHY",
        summary="Decide what is done about an incident, with a reason",
        example="incident decide roll back",
        effect=Effect.OPEN,
        run=open_form,
        in_full=say,
        says_all=says_all,
        synonyms=("decision",),
    ),
)
ACTIONS = (
    Action(name=card.DECIDE, effect=Effect.OPEN, run=press),
    Action(name=ASK, effect=Effect.CHANGE, run=ask_decider),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=card.DECIDE, submit=submit),)
LATERS = (Later(name=BY_DAY, run=ask_by_day),)
