"""Not acknowledged in time: the owner is called, then the others, step by step, and nobody is woken unasked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain import calling
from bot.domain.calling import Step
from bot.domain.incidents import Incident, Severity, State
from bot.domain.text import count_of
from bot.domain.words import number_of
from bot.features.incident_response import calls, card, reminding, topic, words
from bot.features.incident_response.finding import Case
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.incident_calling import Callees
from bot.kit.later import Later
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import audit, incidents, products

CALL = "incident_response.call"


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A look at an incident that waits for its owner: the rules for it now, and the steps that were done before."""

    ask: Ask
    case: Case
    callees: Callees
    rules: calling.Case
    past: Sequence[Step]

    @property
    def key(self) -> str:
        """What the record and the posts of this step are known by."""
        return f"{calls.CALL}/{calls.stamp(self.case.incident.called_at)}/{len(self.past)}"


def begin(session: Session, incident: Incident, now: datetime) -> None:
    """Let the owner be waited for, or reminded, from *now* on, as the incident stands; what was waited for before is
    not any more. It may be said after every change: a second time changes nothing.
    """
    calls.closed(session, Case(incident=incident, product=products.with_id(session, incident.product_id)))
    if incident.state is State.DECLARED:
        _lay_by(session, incident, incident.called_at, now)
    else:
        reminding.begin(session, incident, now)


def look_again(session: Session, now: datetime) -> None:
    """Let what nobody could be called for be looked at *now*: somebody said that they may be called."""
    for incident in incidents.open_ones(session):
        past = calls.steps_of(incidents.events(session, incident.id), incident.called_at)
        if incident.state is State.DECLARED and past and not past[-1].called:
            _lay_by(session, incident, now, now)


def call(ask: Ask) -> Reply:
    """Do the step that is due, if any, and lay the next look by; nothing where somebody is at it, or it is over."""
    turn = _turn(ask)
    if turn is None:
        return Reply()
    if turn.case.product.archived:
        return Reply(posts=_put_away(turn))
    step = calling.step_at(turn.rules, turn.past, ask.now)
    if step is None:
        return Reply(posts=_not_yet(turn))
    return Reply(posts=_done(turn, step))


def _turn(ask: Ask) -> Turn | None:
    """What this look is about; None where somebody is at it, or it is over."""
    incident = incidents.with_id(ask.session, number_of(ask.value))
    if incident is None or incident.state is not State.DECLARED:
        return None
    past = calls.steps_of(incidents.events(ask.session, incident.id), incident.called_at)
    case = Case(incident=incident, product=products.with_id(ask.session, incident.product_id))
    callees = Callees(session=ask.session, product=case.product, admins=ask.admins)
    return Turn(ask=ask, case=case, callees=callees, rules=callees.case(incident), past=past)


def _done(turn: Turn, step: Step) -> list[Post]:
    """Write *step* down, and say it."""
    ask, incident = turn.ask, turn.case.incident
    text = calls.line(turn.case, turn.callees, step)
    event = calls.event_of(step, turn.rules.chain, turn.key, text)
    if not incidents.add(ask.session, incident.id, event, ask.now):
        return []
    audit.done(
        ask.session,
        user="",
        what="incident called",
        now=ask.now,
        product=turn.case.product,
        detail=f"incident {incident.id}",
    )
    past = [*turn.past, step]
    due = calling.next_at(turn.rules, past, ask.now)
    if due is None and step.called:
        return [*_called(turn, step), _given_up(turn, past)]
    _lay_by(ask.session, incident, due or calling.next_look(turn.rules, ask.now), ask.now)
    return _called(turn, step) if step.called else _nobody(turn, past, due)


def _called(turn: Turn, step: Step) -> list[Post]:
    return [*calls.of_step(turn.case, turn.callees, turn.rules.chain, step, key=turn.key)]


def _not_yet(turn: Turn) -> list[Post]:
    """It is not time for the next step: look again when it is, and say so where nobody was called yet. Where there is
    nobody to call, that was said already, and somebody may be named any time.
    """
    due = calling.next_at(turn.rules, turn.past, turn.ask.now)
    if due is None and turn.past[-1].called:
        return [_given_up(turn, turn.past)]
    again = due or calling.next_look(turn.rules, turn.ask.now)
    _lay_by(turn.ask.session, turn.case.incident, again, turn.ask.now)
    return [_waits(turn, again)] if not turn.past else []


def _put_away(turn: Turn) -> list[Post]:
    """The product was put away: nobody is called for it, unless it is taken back."""
    ask, incident = turn.ask, turn.case.incident
    topic.begin(ask, turn.case.product, key=f"put-away/{incident.id}/{ask.now.date()}")
    _lay_by(ask.session, incident, calling.next_look(turn.rules, ask.now), ask.now)
    return [calls.put_away(ask.session, turn.case)]


def _waits(turn: Turn, due: datetime) -> Post:
    incident = turn.case.incident
    said = (
        f"Severity {incident.severity.value} waits for working hours: {_who_then(turn, turn.past, due)}."
        f" If it cannot wait, make it severity {Severity.HIGH.value}: that calls around the clock."
    )
    return card.thread_post(turn.ask.session, turn.case, f"{turn.key}/waits", said)


def _nobody(turn: Turn, past: Sequence[Step], due: datetime | None) -> list[Post]:
    """That nobody may be called now, who is called when, and what to do until then: to the thread, and to whoever
    declared it, if they are up.
    """
    then = f" {_who_then(turn, past, due)}. Call them by other means if it cannot wait." if due else ""
    said = f"{_why_nobody(turn)}{then}"
    thread = card.thread_post(turn.ask.session, turn.case, f"{turn.key}/nobody", said)
    declarer, key = turn.case.incident.declared_by, f"{turn.key}/nobody"
    if not turn.callees.may(declarer, turn.case.incident, turn.ask.now):
        return [thread]
    about = words.subject(turn.case.incident, turn.case.product)
    return [thread, calls.direct(turn.case, key, declarer, f"You declared {about}. {said}")]


def _why_nobody(turn: Turn) -> str:
    if not turn.rules.everybody:
        return "There is nobody left whom I could call: name who answers for incidents."
    if turn.rules.rhythm.urgent:
        return "Nobody who could be called now accepted to be called at night."
    return "It is night or weekend for everybody I could call."


def _who_then(turn: Turn, past: Sequence[Step], due: datetime) -> str:
    """Who is called at that time, which is the next step after *past*, with the time on their own clock."""
    step = calling.step_at(turn.rules, past, due)
    if step is None or not step.called:
        return f"I look again at {calls.clock(turn.callees, turn.case.incident.owner, due)}"
    verb = "is" if len(step.called) == 1 else "are"
    return f"{calls.names(turn.callees, step.called)} {verb} called at {calls.clock(turn.callees, step.called[0], due)}"


def _given_up(turn: Turn, past: Sequence[Step]) -> Post:
    """The last word: from here on it is silent, and everybody should know."""
    times = count_of(sum(bool(step.called) for step in past), "time")
    said = (
        f"I called {times} and nobody acknowledged it, so I stop calling. It stays open and with"
        f" {turn.callees.name_of(turn.case.incident.owner)}: acknowledge it, or give it to somebody who is there."
    )
    # Once for each time that its owner is waited for: a look too many says it again.
    key = f"{calls.CALL}/{calls.stamp(turn.case.incident.called_at)}/over"
    return card.thread_post(turn.ask.session, turn.case, key, said)


def _lay_by(session: Session, incident: Incident, due: datetime, now: datetime) -> None:
    """Let the incident be looked at when something is *due*. A look too many finds nothing to do."""
    key = f"{incident.id} {calls.stamp(incident.called_at)} {calls.stamp(due)}"
    later.at(session, due, name=CALL, key=key, now=now, value=str(incident.id))


LATERS = (Later(name=CALL, run=call),)
