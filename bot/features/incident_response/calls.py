"""What people read who are called for an incident, directly or in its thread, and what stands there once it is over."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from sqlmodel import Session

from bot.domain.calling import Chain, Rung, Step
from bot.domain.holders import mention
from bot.domain.incidents import Did, Event, Incident, State
from bot.domain.lasting import lasting
from bot.domain.text import joined
from bot.domain.told import capital
from bot.features.incident_response import card, words
from bot.features.incident_response.finding import Case
from bot.kit.blocks import Block, Element, actions, context, markdown, plain_section, section
from bot.kit.choosing import named
from bot.kit.incident_calling import Callees
from bot.kit.incidents import SHOW, card_key
from bot.kit.post import Post
from bot.store import incidents, posts
from bot.store.products import LOCAL_WORKSPACE

CALL, UPDATE = "call", "update"
"""What the keys of calls begin with: for an answer, for an update."""

_WHY: Mapping[Rung, str] = {
    Rung.BACKUP: "You answer for incidents too, or stand in.",
    Rung.LEADS: "You lead the product.",
    Rung.ADMINS: "You are an admin here.",
}
_MEANT = "Whoever presses Acknowledge has it from then on."


def stamp(instant: datetime) -> str:
    """*instant* for a key, the same from every database."""
    return instant.astimezone(UTC).isoformat()


def clock(callees: Callees, user: str, instant: datetime) -> str:
    """*instant* as the clocks of *user* show it, with their zone: Mon 08:00 CET."""
    return f"{instant.astimezone(callees.zone_of(user)):%a %H:%M %Z}"


def names(callees: Callees, users: Iterable[str]) -> str:
    """People by their names, which rings nobody; mrkdwn."""
    return joined((callees.name_of(user) for user in users), "nobody")


def direct(case: Case, key: str, to: str, said: str, *pressed: Element) -> Post:
    """A direct message about the incident: *said* (mrkdwn), what is seen, where it goes on, and the buttons."""
    incident, channel = case.incident, case.product.team_channel
    where = f" All of it is in <#{channel}>." if channel else ""
    details = f"Severity {incident.severity.value} ({words.SEVERITIES[incident.severity]}), declared by"
    details += f" {mention(incident.declared_by)}.{where}"
    row = [*pressed, card.press("Show", SHOW, incident)]
    blocks = [
        section(said),
        plain_section(incident.seen),
        context(markdown(details)),
        actions(f"incident-{incident.id}", row[0], *row[1:]),
    ]
    return Post(key=_direct_key(incident, key, to), to=to, text=said, blocks=blocks)


def small(said: str) -> list[Block]:
    """A sentence of ours in small print."""
    return [context(markdown(said))]


def of_step(case: Case, callees: Callees, chain: Chain, step: Step, *, key: str) -> Iterator[Post]:
    """What is said at a step that calls somebody."""
    owner = case.incident.owner
    in_thread = (owner,) if step.rung is Rung.THREAD and owner in step.called else ()
    if in_thread:
        yield _mentioned(callees.session, case, key)
    others = [user for user in step.called if user not in in_thread]
    for user in others:
        yield direct(
            case,
            key,
            user,
            _said_to(case, chain, step, user),
            card.press("Acknowledge", card.ACKNOWLEDGE, case.incident),
        )
    if any(user != owner for user in others):
        yield card.thread_post(callees.session, case, key, line(case, callees, step), small(line(case, callees, step)))


def line(case: Case, callees: Callees, step: Step) -> str:
    """A step in a sentence without a mention: who was called after how long, and who was not because they sleep."""
    waited = lasting(step.at - case.incident.called_at)
    since = f"Not acknowledged for {waited}: " if waited[0].isdigit() else ""
    how = "in the thread" if step.rung is Rung.THREAD else "directly"
    called = f"called {names(callees, step.called)} {how}." if step.called else "nobody may be called now."
    return f"{since}{called if since else capital(called)}{_asleep(callees, step)}"


def put_away(session: Session, case: Case) -> Post:
    """That nobody is called or asked any more, because the product was put away; once while its owner is waited for or
    at it.
    """
    said = (
        f"{named(case.product)} was put away, so I call nobody for this incident and ask for no updates. It stays open:"
        " resolve it if it is over. I go on if the product is taken back."
    )
    return card.thread_post(session, case, f"put-away/{stamp(case.incident.called_at)}", said)


def closed(session: Session, case: Case) -> None:
    """Let the buttons of calls die that are not waited for any more, and say there how it stands now."""
    current = _current(case.incident)
    for event in incidents.events(session, case.incident.id):
        if event.what is Did.CALLED and event.key and event.key.rpartition("/")[0] != current:
            _close(session, case, event)


def event_of(step: Step, chain: Chain, key: str, text: str) -> Event:
    """A step as the record keeps it; *woken*: those were called whose day began, whatever rung they stand on."""
    stands = next((rung for rung, people in chain.items() if set(people) & set(step.called)), "")
    return Event(
        at=step.at,
        by="",
        what=Did.CALLED,
        key=key,
        detail={
            "rung": step.rung or stands,
            "woken": step.rung is None and bool(step.called),
            "called": list(step.called),
            "passed_over": list(step.passed_over),
            "text": text,
        },
    )


def steps_of(events: Sequence[Event], called_at: datetime) -> list[Step]:
    """The steps that the record holds since the owner is waited for, the first first."""
    begins = f"{CALL}/{stamp(called_at)}/"
    return [
        Step(
            at=event.at,
            rung=Rung(event.detail["rung"]) if event.detail["rung"] and not event.detail["woken"] else None,
            called=tuple(event.detail["called"]),
            passed_over=tuple(event.detail["passed_over"]),
        )
        for event in events
        if event.key and event.key.startswith(begins)
    ]


def _said_to(case: Case, chain: Chain, step: Step, user: str) -> str:
    about = words.subject(case.incident, case.product)
    waited = lasting(step.at - case.incident.called_at)
    since = f" for {waited}" if waited[0].isdigit() else ""
    if user == case.incident.owner:
        return f"{about[0].upper()}{about[1:]} is yours and waits for you{since}. Acknowledge it when you are at it."
    why = next((_WHY[rung] for rung, people in chain.items() if rung in _WHY and user in people), "")
    return f"{mention(case.incident.owner)} has not acknowledged {about}{since}. {why} {_MEANT}"


def _mentioned(session: Session, case: Case, key: str) -> Post:
    owner = mention(case.incident.owner)
    said = f"{owner}, this is yours and waits for you. Acknowledge it when you are at it."
    row = actions(f"incident-{case.incident.id}", card.press("Acknowledge", card.ACKNOWLEDGE, case.incident))
    return card.thread_post(session, case, key, said, [section(said), row])


def _asleep(callees: Callees, step: Step) -> str:
    if not step.passed_over:
        return ""
    return f" Night there, so not called: {names(callees, step.passed_over)}."


def _current(incident: Incident) -> str | None:
    """What the keys of the calls begin with that still wait for an answer."""
    if incident.state is State.DECLARED:
        return f"{CALL}/{stamp(incident.called_at)}"
    due = incident.next_update_at
    return f"{UPDATE}/{stamp(due)}" if due and incident.is_open else None


def _close(session: Session, case: Case, event: Event) -> None:
    about, key = words.subject(case.incident, case.product), str(event.key)
    said = f"{about[0].upper()}{about[1:]}: {_stands(case.incident)}."
    blocks = [section(said, card.press("Show", SHOW, case.incident))]
    keys = [_direct_key(case.incident, key, user) for user in event.detail["called"]]
    if event.detail["rung"] == Rung.THREAD:
        keys.append(f"{card_key(case.incident)}/{key}")
    for one in keys:
        posts.revise(session, LOCAL_WORKSPACE, one, text=said, blocks=blocks)


def _stands(incident: Incident) -> str:
    """How it stands, for whoever was called for it."""
    match incident.state:
        case State.DECLARED:
            return f"it waits for {mention(incident.owner)} now"
        case State.ACKNOWLEDGED:
            return f"{mention(incident.owner)} is at it"
        case State.RESOLVED:
            return "it is resolved"


def _direct_key(incident: Incident, key: str, user: str) -> str:
    return f"{card_key(incident)}/{key}/{user}"
