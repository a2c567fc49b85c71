"""Incidents in the words that people read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain.failure_modes import OTHER, FailureMode, kind_of
from bot.domain.holders import mention
from bot.domain.incidents import Decision, Did, Event, Incident, Severity, State
from bot.domain.lasting import lasting
from bot.domain.product import Product
from bot.domain.text import bounded, clip, count_of, escape, one_line, unformatted
from bot.kit.choosing import named
from bot.kit.prose import NAME_ROOM
from bot.kit.safekeeping import protected_text
from bot.store import directory, failure_modes
from bot.store.products import LOCAL_WORKSPACE

SEEN_ROOM, TEXT_ROOM, REASON_ROOM, SHORT = 800, 2_000, 500, 120
"""Characters of what is seen, of a note or summary, of a reason, and of any of them on one line."""


SEVERITIES: Mapping[Severity, str] = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "high",
    Severity.MEDIUM: "medium",
    Severity.LOW: "low",
}
DECISIONS: Mapping[Decision, str] = {
    Decision.RETRAIN: "Retrain",
    Decision.ROLL_BACK: "Roll back",
    Decision.SWITCH_OFF: "Switch off",
    Decision.PEOPLE_TAKE_OVER: "People take over",
    Decision.ACCEPT: "Accept",
}
STATES: Mapping[State, str] = {
    State.DECLARED: "nobody is at it yet",
    State.ACKNOWLEDGED: "being worked on",
    State.RESOLVED: "resolved",
}


def typed(text: str, room: int = TEXT_ROOM) -> str:
    """What somebody typed, clean, without blanks around it, in at most *room* characters."""
    return bounded(text, room).strip()


def kept(text: str, product: Product, room: int = TEXT_ROOM) -> str:
    """What somebody typed, as it may be kept of this product: personal data is masked where the product wants that."""
    # Masked before it is cut: half an address is not known for one any more, and would stay readable.
    return typed(protected_text(text, product.record.pii), room)


def short(text: str, room: int = SHORT) -> str:
    """*text* on one line; it is not ours still."""
    return clip(one_line(text), room)


def title_of(incident: Incident, product: Product, kind: FailureMode) -> str:
    """What stands above an incident; plain text. One of no known kind is called by what is seen."""
    what = incident.seen if kind.key == OTHER else kind.name
    number = f"Incident {incident.id}: {short(what, NAME_ROOM)}, {short(product.name, NAME_ROOM)}"
    return f"{number}, severity {incident.severity.value} ({SEVERITIES[incident.severity]})"


def kind_name(session: Session, product: Product, key: str) -> FailureMode:
    """The failure mode behind an incident's kind."""
    return kind_of(key, failure_modes.of_product(session, product))


def subject(incident: Incident, product: Product) -> str:
    """An incident for a sentence of ours, in mrkdwn."""
    return f"incident {incident.id} of {named(product)}"


def when(instant: datetime, zone: ZoneInfo) -> str:
    """*instant* on the clock of the product, with its zone: Fri 6 Nov 11:00 CET."""
    local = instant.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M %Z}"


def said(text: str, room: int = REASON_ROOM) -> str:
    """Anybody's words for mrkdwn, on one line and without any format of their own."""
    return escape(short(unformatted(text), room))


def who(session: Session, user: str) -> str:
    """The name of a person, for mrkdwn: who did something is named and not pinged for it; empty is Muster itself."""
    if not user:
        return "Muster"
    known = directory.known(session, LOCAL_WORKSPACE, user)
    return escape(clip(one_line(known.name), NAME_ROOM)) if known and known.name.strip() else mention(user)


def did(session: Session, incident: Incident, event: Event) -> str:
    """What happened, as a sentence in mrkdwn without what people typed, which is in `text_of`."""
    # A call is told in the words in which it was told when it happened.
    if event.what is Did.CALLED:
        return str(event.detail.get("text", "")) or "Somebody was called."
    told = _Told(session=session, incident=incident, event=event)
    return f"{who(session, event.by)} {_DEEDS[event.what](told)}."


def text_of(event: Event) -> str:
    """What people typed for it: a note, a reason, a summary; not ours, and often empty."""
    if event.what is Did.CALLED:
        return ""
    said = event.detail.get("text") or event.detail.get("reason") or ""
    return str(said)


def decision_of(event: Event) -> str:
    """What was decided, in words."""
    return DECISIONS[Decision(event.detail["decision"])]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """An event as it is told; people are named, so that a line in a thread rings nobody at night."""

    session: Session
    incident: Incident
    event: Event

    @property
    def to(self) -> str:
        """Who owns it from then on, or whom it is offered to; empty where it is nobody."""
        changes = self.event.detail
        return self._name((changes.get("owner") or changes.get("offered_to") or [None, None])[1])

    @property
    def from_whom(self) -> str:
        """Who owned it before."""
        name = self._name(self.event.detail.get("owner", [None])[0])
        return f" from {name}" if name else ""

    @property
    def author(self) -> str:
        """Who wrote a message that was kept."""
        author = str(self.event.detail.get("author") or "")
        return self._name(author) if author.startswith(("U", "W")) else "an app"

    @property
    def after(self) -> str:
        """How long after it was declared."""
        return f"{lasting(self.event.at - self.incident.declared_at)} after it was declared"

    def _name(self, user: str | None) -> str:
        return who(self.session, user) if user else ""


def _regraded(told: _Told) -> str:
    before, after = told.event.detail["severity"]
    return f"changed its severity from {before} to {after}"


def _as_alarm(told: _Told) -> str:
    return " as a false alarm" if told.event.detail.get("false_alarm") is True else ""


_DECIDED: Mapping[Decision, str] = {
    Decision.RETRAIN: "to retrain",
    Decision.ROLL_BACK: "to roll back",
    Decision.SWITCH_OFF: "to switch it off",
    Decision.PEOPLE_TAKE_OVER: "that people take over",
    Decision.ACCEPT: "to accept it",
}
"""What somebody decided, to follow “decided”."""

_DEEDS: Mapping[Did, Callable[[_Told], str]] = {
    Did.DECLARED: lambda told: f"declared it; {told.to} owns it",
    Did.ACKNOWLEDGED: lambda told: f"acknowledged it, {told.after}",
    Did.TAKEN: lambda told: f"took it{told.from_whom}",
    Did.ASSIGNED: lambda told: f"gave it to {told.to}",
    Did.OFFERED: lambda told: f"offered it to {told.to}" if told.to else "took the offer back",
    Did.ACCEPTED: lambda told: f"accepted it{told.from_whom}",
    Did.DECLINED: lambda _: "declined it; its owner stays",
    Did.UPDATED: lambda _: "says how it goes",
    Did.NOTED: lambda _: "noted",
    Did.KEPT: lambda told: f"kept what {told.author} wrote",
    Did.DECIDED: lambda told: f"decided {_DECIDED[Decision(told.event.detail['decision'])]}",
    Did.REGRADED: _regraded,
    Did.ATTACHED: lambda told: f"attached {count_of(int(told.event.detail.get('count', 1)), 'prediction')}",
    Did.RESOLVED: lambda told: f"resolved it{_as_alarm(told)}, {told.after}",
    Did.REOPENED: lambda _: "opened it again",
}
