"""The card of an incident in the channel: one message, edited in place; all else joins its thread."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain.failure_modes import FailureMode
from bot.domain.holders import mention
from bot.domain.incidents import Did, Event, Incident, State, decisions
from bot.domain.lasting import lasting
from bot.domain.product import Product
from bot.domain.text import count_of
from bot.domain.window import zone_named
from bot.features.incident_response import words
from bot.features.incident_response.finding import Case
from bot.kit.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    fallback,
    fit,
    header,
    markdown,
    plain,
    plain_section,
    section,
)
from bot.kit.incident_calling import named_quietly
from bot.kit.incidents import card_key
from bot.kit.limits import BLOCKS
from bot.kit.post import Post
from bot.store import incidents, posts
from bot.store.products import LOCAL_WORKSPACE

ACKNOWLEDGE, TAKE, UPDATE = "incident_response.acknowledge", "incident_response.take", "incident_response.update"
HAND_OVER, DECIDE, NOTE = "incident_response.hand_over", "incident_response.decide", "incident_response.note"
RESOLVE, REOPEN, WRITTEN = "incident_response.resolve", "incident_response.reopen", "incident_response.written"
ACCEPT, DECLINE, TAKE_BACK = "incident_response.accept", "incident_response.decline", "incident_response.take_back"
"""The buttons; each carries the number of its incident."""

DECISIONS_SHOWN = 5

HEAD = 4
"""How many blocks say which incident it is, who holds it, what is seen, and what it was where it is over."""


def post(session: Session, product: Product, incident: Incident, to: str, now: datetime) -> Post:
    """The card as it is posted first: it rings its owner only where they may be called *now*; edits ring nobody."""
    text, blocks = message(session, product, incident, owner=named_quietly(session, product, incident.owner, now))
    return Post(key=card_key(incident), to=to, text=text, blocks=blocks)


def redraw(session: Session, product: Product, incident: Incident) -> None:
    """Let the card show how the incident is now; nothing is posted."""
    text, blocks = message(session, product, incident)
    posts.revise(session, LOCAL_WORKSPACE, card_key(incident), text=text, blocks=blocks)


def thread_post(session: Session, case: Case, key: str, text: str, blocks: Sequence[Block] = ()) -> Post:
    """A post to the thread of the card, once for each *key* of the incident; *text* is mrkdwn of our own.

    Where the card is not written down yet, it goes to the product's channel, or to the owner, by itself.
    """
    head = posts.named(session, LOCAL_WORKSPACE, card_key(case.incident))
    to = head.recipient if head else case.product.team_channel or case.incident.owner
    return Post(
        key=f"{card_key(case.incident)}/{key}",
        to=to,
        text=text,
        blocks=blocks or [section(text)],
        thread_of=head.key if head else None,
    )


def message(session: Session, product: Product, incident: Incident, *, owner: str = "") -> tuple[str, list[Block]]:
    """The card as it is now: its plain text and its blocks. *owner*: how they are named, if they are not mentioned."""
    events, kind = incidents.events(session, incident.id), words.kind_name(session, product, incident.kind)
    title = words.title_of(incident, product, kind)
    rows = buttons(incident)
    body = [
        header(f"{title}: {words.STATES[incident.state]}"),
        section(owner_line(incident, product, owner)),
        plain_section(incident.seen),
        *_over(incident),
        context(markdown(facts(session, product, incident, events))),
        *_decided(session, product, events),
        *([] if not incident.is_open else runbook(kind)),
    ]
    text = fallback(f"{title}: {words.STATES[incident.state]}. {words.short(incident.seen)}")
    return text, [*fit(body, room=BLOCKS - len(rows)), *rows]


def owner_line(incident: Incident, product: Product, owner: str = "") -> str:
    """Who holds it and since when, and whom it is offered to; mrkdwn. *owner*: how they are named, if not mentioned."""
    zone, owner = zone_named(product.timezone), owner or mention(incident.owner)
    match incident.state:
        case State.DECLARED:
            line = f"*Owner:* waiting for {owner} since {words.when(incident.called_at, zone)}"
        case State.ACKNOWLEDGED:
            since = incident.acknowledged_at if incident.acknowledged_by == incident.owner else None
            line = f"*Owner:* {owner}, " + (f"at it since {words.when(since, zone)}" if since else "who is at it")
        case State.RESOLVED:
            line = f"*Owner:* {owner}"
    offered = f"; offered to {mention(incident.offered_to)}, who has not accepted yet" if incident.offered_to else ""
    return f"{line}{offered}"


def facts(session: Session, product: Product, incident: Incident, events: Sequence[Event]) -> str:
    """Who declared it and when, how long things took, what is next, and how much was noted; mrkdwn."""
    zone = zone_named(product.timezone)
    told = [one.at for one in events if one.what is Did.UPDATED]
    lines = [
        f"Declared by {words.who(session, incident.declared_by)} {words.when(incident.declared_at, zone)}",
        _took("Acknowledged", incident.time_to_acknowledge),
        _took("Resolved", incident.time_to_resolve),
        f"Last update {words.when(told[-1], zone)}" if told else "",
        f"next update due {words.when(incident.next_update_at, zone)}" if incident.next_update_at else "",
        _counted(session, incident, events),
    ]
    return ". ".join(line for line in lines if line) + "."


def runbook(kind: FailureMode) -> list[Block]:
    """What to do meanwhile, as the failure modes of the product say."""
    said = meanwhile(kind)
    return [context(markdown("*Meanwhile:*"), plain(said))] if said else []


def meanwhile(kind: FailureMode) -> str:
    """What to do until it is put right, in plain text that is not ours; empty where nobody said."""
    fallback_to = f"Where people take over: {words.short(kind.fallback)}" if kind.fallback else ""
    return ". ".join(part for part in (words.short(kind.recovery), fallback_to) if part)


def buttons(incident: Incident) -> list[Block]:
    """What can be done with it now, as rows of buttons."""
    match incident.state:
        case State.DECLARED:
            offered = [("Acknowledge", ACKNOWLEDGE), ("Hand over", HAND_OVER)]
            offered += [("Update", UPDATE), ("Decide", DECIDE), ("Note", NOTE), ("Resolve", RESOLVE)]
        case State.ACKNOWLEDGED:
            offered = [("Update", UPDATE), ("Hand over", HAND_OVER), ("Decide", DECIDE), ("Note", NOTE)]
            offered += [("Take it", TAKE), ("Resolve", RESOLVE)]
        case State.RESOLVED:
            offered = [("Written review", WRITTEN), ("Note", NOTE), ("Reopen", REOPEN)]
    first, *more = (press(label, action, incident) for label, action in offered)
    return [actions(f"incident-{incident.id}", first, *more)]


def press(label: str, action: str, incident: Incident) -> Element:
    """A button for an incident."""
    return button(label, f"{action}:{incident.id}", value=str(incident.id))


def _took(what: str, span: timedelta | None) -> str:
    return f"{what} after {lasting(span)}" if span is not None else ""


def _counted(session: Session, incident: Incident, events: Sequence[Event]) -> str:
    attached = len(incidents.predictions_of(session, incident.id))
    noted = sum(one.what in {Did.NOTED, Did.KEPT} for one in events)
    counts = [count_of(number, noun) for number, noun in ((attached, "prediction"), (noted, "note")) if number]
    return " and ".join(counts)


def _decided(session: Session, product: Product, events: Sequence[Event]) -> list[Block]:
    zone = zone_named(product.timezone)
    return [
        context(
            markdown(
                f"*{words.decision_of(one)}*, decided by {words.who(session, one.by)} {words.when(one.at, zone)}:"
                f" {words.said(words.text_of(one))}"
            )
        )
        for one in decisions(events)[-DECISIONS_SHOWN:]
    ]


def _over(incident: Incident) -> list[Block]:
    told = incident.summary and not incident.is_open
    return [plain_section(f"What it was and what was done: {incident.summary}")] if told else []
