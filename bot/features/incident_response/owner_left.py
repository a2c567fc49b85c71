"""An open incident whose owner left Slack goes to the next at once, and an offer to somebody who left is taken back:
noticed from Slack's events, and once a day.
"""

from collections.abc import Iterator, Mapping
from datetime import time

from sqlmodel import Session

from bot.domain.incident_moves import declined, passed_on
from bot.domain.incidents import Did, Event, Incident, State
from bot.domain.leaving import why_gone
from bot.domain.people import Person
from bot.domain.text import clip, escape, one_line
from bot.features.incident_response import card
from bot.features.incident_response.deeds import FasterError, changed
from bot.features.incident_response.finding import Case
from bot.kit.asking import Ask
from bot.kit.command import AnyErrand, Errand, Outside
from bot.kit.happening import Happening
from bot.kit.incident_calling import Callees, named_quietly
from bot.kit.later import Later
from bot.kit.post import Post
from bot.kit.reply import Next, Reply
from bot.store import directory, incidents, products
from bot.store.products import LOCAL_WORKSPACE

LOOK = "incident_response.look_for_owner"
"""Ask Slack about somebody who owns what is open or is offered it, or (told nobody) about all of these, and pass on
what nobody holds any more.
"""

DAILY = time(5)
TRIES = 5
"""How often somebody else may change an incident while it is being passed on."""

NAME_ROOM = 80

Owners = frozenset[str]
People = Mapping[str, Person]


def on_person(ask: Ask) -> Reply:
    """Something about a person changed: looked at where they cannot act any more, and hold what is open or are offered
    it.
    """
    is_gone = _why(ask.session, ask.user) is not None
    return Reply(then=Next(errand=LOOK, value=ask.user)) if is_gone and owners_of(ask) else Reply()


def look_at_all(ask: Ask) -> Reply:
    """Ask Slack about everybody who holds what is open, or is offered it."""
    return Reply(then=Next(errand=LOOK, value="")) if incidents.open_ones(ask.session) else Reply()


def owners_of(ask: Ask) -> Owners:
    """Who is to be asked about: who owns something open or is offered it, and is the one the errand was told, if it
    was.
    """
    told = ask.value or ask.user
    several = (user for one in incidents.open_ones(ask.session) for user in (one.owner, one.offered_to))
    return frozenset(user for user in several if user is not None and told in {"", user})


def fetch(owners: Owners, outside: Outside) -> People:
    """Each of them as Slack describes them now."""
    return outside.people(owners)


def pass_on(ask: Ask, _owners: Owners, people: People) -> Reply:
    """Pass on what nobody holds any more, take back what is offered to nobody, and say so in the thread."""
    directory.keep_all(ask.session, LOCAL_WORKSPACE, people.values(), ask.now)
    passed = [post for one in incidents.open_ones(ask.session) for post in _passed(ask, one)]
    return Reply(posts=[*passed, *(post for one in incidents.open_ones(ask.session) for post in _taken_back(ask, one))])


def _passed(ask: Ask, incident: Incident) -> Iterator[Post]:
    """Pass on *incident*, as it is then, if its owner is gone; whoever changes it at the same moment goes first."""
    for _ in range(TRIES):
        case = Case(incident=incident, product=products.with_id(ask.session, incident.product_id))
        why, to = _why(ask.session, incident.owner), _next_of(ask, case)
        if why is None or not incident.is_open:
            return
        gone = f"{_name(ask.session, incident.owner)} {why}"
        try:
            post = _handed(ask, case, to, gone) if to is not None else _left_alone(ask, case, gone)
        except FasterError:
            incident = incidents.with_id(ask.session, incident.id) or incident
        else:
            yield post
            return


def _handed(ask: Ask, case: Case, to: str, gone: str) -> Post:
    event = Event(at=ask.now, by="", what=Did.ASSIGNED, detail={"reason": gone})
    kept = changed(ask, case, passed_on(case.incident, to, ask.now), event)
    return _told(ask, case.now(kept), gone, was_at_it=case.incident.state is State.ACKNOWLEDGED)


def _left_alone(ask: Ask, case: Case, gone: str) -> Post:
    """There is nobody to pass it on to, neither whoever declared it nor an admin: nobody is at it any more, so that
    whoever is named is called. Said once for each owner.
    """
    incident = case.incident
    if incident.state is State.ACKNOWLEDGED:
        event = Event(at=ask.now, by="", what=Did.NOTED, detail={"text": f"{gone}, and nobody is left to have it."})
        changed(ask, case, passed_on(incident, incident.owner, ask.now), event)
    text = (
        f"{escape(gone)}, and there is nobody left to pass this incident on to. Whoever acknowledges it has it; name"
        " who answers for incidents."
    )
    return card.thread_post(ask.session, case, f"nobody-left/{incident.owner}", text)


def _next_of(ask: Ask, case: Case) -> str | None:
    """Who has it next, before all others who may be called now: whom it was offered to, whoever may own a new one, who
    declared it.
    """
    offered, declared = case.incident.offered_to, case.incident.declared_by
    callees = Callees(session=ask.session, product=case.product, admins=ask.admins)
    several = (*([offered] if offered else []), *callees.candidates, declared)
    there = [one for one in dict.fromkeys(several) if _why(ask.session, one) is None]
    return callees.first(there, case.incident.severity, ask.now)


def _told(ask: Ask, case: Case, gone: str, *, was_at_it: bool) -> Post:
    incident = case.incident
    owner = named_quietly(ask.session, case.product, incident.owner, ask.now)
    before = " They were at it: it has to be acknowledged anew." if was_at_it else ""
    text = f"{escape(gone)}, so this incident was passed on: {owner} owns it now.{before}"
    return card.thread_post(ask.session, case, f"passed-on/{incident.version}", text)


def _taken_back(ask: Ask, incident: Incident) -> Iterator[Post]:
    """Take an offer back that is made to somebody who cannot accept it any more."""
    for _ in range(TRIES):
        to = incident.offered_to
        why = _why(ask.session, to) if to is not None else None
        if to is None or why is None or not incident.is_open:
            return
        case = Case(incident=incident, product=products.with_id(ask.session, incident.product_id))
        gone = f"{_name(ask.session, to, usual='Whom it was offered to')} {why}"
        event = Event(at=ask.now, by="", what=Did.OFFERED, detail={"reason": gone})
        try:
            kept = changed(ask, case, declined(incident, to), event)
        except FasterError:
            incident = incidents.with_id(ask.session, incident.id) or incident
        else:
            owner = named_quietly(ask.session, case.product, kept.owner, ask.now)
            text = f"{escape(gone)}, so the offer to them is taken back: it stays with {owner}."
            yield card.thread_post(ask.session, case.now(kept), f"taken-back/{kept.version}", text)
            return


def _why(session: Session, user: str) -> str | None:
    """Why somebody cannot own an incident any more, as far as Slack said; None where they can."""
    known = directory.known(session, LOCAL_WORKSPACE, user)
    return why_gone(known.standing) if known else None


def _name(session: Session, user: str, usual: str = "Its owner") -> str:
    known = directory.known(session, LOCAL_WORKSPACE, user)
    return clip(one_line(known.name), NAME_ROOM) if known and known.name.strip() else usual


HAPPENINGS = (Happening(name="incident_response.person_changed", event="user_change", run=on_person),)
LATERS = (Later(name="incident_response.owners_daily", run=look_at_all, daily=DAILY),)
ERRANDS: tuple[AnyErrand, ...] = (Errand(name=LOOK, ask=owners_of, fetch=fetch, keep=pass_on),)
