"""Updates on time: the owner is reminded of one that is due, then asked, and then the others are told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain import calling
from bot.domain.cadence import EVERY, STAGES, Reminder, Stage, next_reminder, reminder_at
from bot.domain.holders import mention
from bot.domain.incidents import Did, Event, Incident, State
from bot.domain.lasting import lasting
from bot.domain.nights import UP_FOR
from bot.domain.words import number_of
from bot.features.incident_response import calls, card, topic, words
from bot.features.incident_response.finding import Case
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.incident_calling import Callees
from bot.kit.later import Later
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import audit, incident_settings, incidents, products

REMIND = "incident_response.remind"


@dataclass(frozen=True, kw_only=True, slots=True)
class Overdue:
    """An update that was *due* and has not come, and whom the rules let be asked for it: the stage at *place* was due
    *since* then.
    """

    ask: Ask
    case: Case
    callees: Callees
    rules: calling.Case
    due: datetime
    place: int
    since: datetime


def begin(session: Session, incident: Incident, now: datetime) -> None:
    """Let the update that is expected next be asked for when it is due; a second time changes nothing."""
    if incident.state is State.ACKNOWLEDGED and incident.next_update_at is not None:
        _lay_by(session, incident, incident.next_update_at, 0, at=incident.next_update_at, now=now)


def remind(ask: Ask) -> Reply:
    """Ask for an update, unless it came, is not wanted any more, or the incident is over."""
    found = _overdue(ask)
    if found is None:
        return Reply()
    if found.case.product.archived:
        return Reply(posts=[_put_away(found)])
    reminder = reminder_at(found.rules, found.place, found.since, ask.now)
    if reminder is None:
        _wait_for_day(found)
        return Reply()
    return Reply(posts=_done(found, reminder))


def _overdue(ask: Ask) -> Overdue | None:
    number, due, place, since = ask.value.split(" ")
    incident = incidents.with_id(ask.session, number_of(number))
    if incident is None or incident.state is not State.ACKNOWLEDGED or incident.next_update_at is None:
        return None
    if calls.stamp(incident.next_update_at) != due or incident.severity not in EVERY:
        return None
    case = Case(incident=incident, product=products.with_id(ask.session, incident.product_id))
    if not incident_settings.of_product(ask.session, case.product.id).updates:
        return None
    callees = Callees(session=ask.session, product=case.product, admins=ask.admins)
    # Who acknowledged it at night is up: until they were silent for two waits.
    rules = callees.case(incident, owner_up_for=2 * EVERY[incident.severity] + UP_FOR)
    return Overdue(
        ask=ask,
        case=case,
        callees=callees,
        rules=rules,
        due=incident.next_update_at,
        place=number_of(place),
        since=datetime.fromisoformat(since),
    )


def _done(found: Overdue, reminder: Reminder) -> list[Post]:
    """Write *reminder* down, and say it."""
    ask, incident = found.ask, found.case.incident
    key = f"{calls.UPDATE}/{calls.stamp(found.due)}/{reminder.stage.name.lower()}"
    said = f"{_late(found)}: asked {calls.names(found.callees, reminder.called)} directly."
    if not incidents.add(ask.session, incident.id, _event(found, reminder, key, said), ask.now):
        return []
    audit.done(
        ask.session,
        user="",
        what="incident reminded",
        now=ask.now,
        product=found.case.product,
        detail=f"incident {incident.id}",
    )
    due = next_reminder(found.rules, found.place, found.since, reminder.stage)
    if due is not None:
        _lay_by(ask.session, incident, found.due, STAGES.index(reminder.stage) + 1, at=due, now=ask.now)
    return [*_posts(found, reminder, key, said)]


def _event(found: Overdue, reminder: Reminder, key: str, said: str) -> Event:
    detail = {
        "rung": calls.UPDATE,
        "called": list(reminder.called),
        "passed_over": list(reminder.passed_over),
        "text": said,
    }
    return Event(at=found.ask.now, by="", what=Did.CALLED, key=key, detail=detail)


def _posts(found: Overdue, reminder: Reminder, key: str, said: str) -> Iterator[Post]:
    incident = found.case.incident
    for user in reminder.called:
        owns = user == incident.owner
        offered = ("Hand over", card.HAND_OVER) if owns else ("Take it", card.TAKE)
        pressed = [card.press(label, action, incident) for label, action in (("Update", card.UPDATE), offered)]
        yield calls.direct(found.case, key, user, _said_to(found, reminder), *pressed)
    if reminder.stage in {Stage.BACKUP, Stage.LEADS}:
        yield card.thread_post(found.ask.session, found.case, key, said, calls.small(said))


def _said_to(found: Overdue, reminder: Reminder) -> str:
    about = words.subject(found.case.incident, found.case.product)
    match reminder.stage:
        case Stage.DUE:
            return f"The channel expects to hear now how {about} goes. A sentence is enough."
        case Stage.STILL:
            return f"Are you still on {about}? {_late(found)}. Say how it goes, or hand it over."
        case Stage.BACKUP | Stage.LEADS:
            owner = mention(found.case.incident.owner)
            return f"{owner} does not say how {about} goes: {_late(found).lower()}. See to it with them, or take it."


def _late(found: Overdue) -> str:
    return f"An update was due {lasting(found.ask.now - found.due)} ago"


def _put_away(found: Overdue) -> Post:
    """The product was put away: nobody is asked, unless it is taken back; then it goes on where it was."""
    ask, incident = found.ask, found.case.incident
    topic.begin(ask, found.case.product, key=f"put-away/{incident.id}/{ask.now.date()}")
    again = ask.now + EVERY[incident.severity]
    _lay_by(ask.session, incident, found.due, found.place, at=again, now=ask.now)
    return calls.put_away(ask.session, found.case)


def _wait_for_day(found: Overdue) -> None:
    """Everybody who is left to ask sleeps: look again when the first day begins."""
    left = {user for stage in STAGES[found.place :] for user in found.rules.chain.get(stage.value, ())}
    days = [found.rules.day_of(user, found.ask.now) for user in left]
    if days:
        _lay_by(found.ask.session, found.case.incident, found.due, found.place, at=min(days), now=found.ask.now)


def _lay_by(
    session: Session, incident: Incident, expected: datetime, place: int, *, at: datetime, now: datetime
) -> None:
    value = f"{incident.id} {calls.stamp(expected)} {place} {calls.stamp(at)}"
    later.at(session, at, name=REMIND, key=value, now=now, value=value)


LATERS = (Later(name=REMIND, run=remind),)
