"""Incidents to begin a test with: as their record has them, in memory and written down."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain import incident_moves as moves
from bot.domain.incidents import Decision, Did, Event, Incident, NewIncident, Origin, Severity, State
from bot.domain.product import Product
from bot.store import incidents
from tests.support.builders import MONDAY
from tests.support.office import ML, PM

MINUTE = timedelta(minutes=1)
TUESDAY = MONDAY + timedelta(days=1)


def an_incident(**known: Any) -> Incident:
    """An incident that the PM declared on Tuesday at nine and that ML owns."""
    at = known.pop("declared_at", TUESDAY)
    usual: dict[str, Any] = {
        "id": 1,
        "product_id": 1,
        "kind": "hallucination",
        "severity": Severity.HIGH,
        "seen": "It makes up refund dates",
        "origin": Origin.COMMAND,
        "owner": ML,
        "declared_by": PM,
        "declared_at": at,
        "called_at": at,
    }
    return Incident(**usual | known)


def resolved_after(minutes: int, **known: Any) -> Incident:
    """An incident that ML acknowledged after four minutes and resolved after so many."""
    one = an_incident(**known)
    held = moves.acknowledged(one, ML, one.declared_at + 4 * MINUTE)
    return moves.resolved(held, ML, "A prompt without sources", one.declared_at + minutes * MINUTE)


def record_of(incident: Incident, *decided: Decision) -> list[Event]:
    """The record of an incident: declared, acknowledged, decided a minute later each, resolved."""
    first = incident.declared_at
    detail = {"owner": [None, incident.owner], "severity": [None, int(incident.severity)], "text": incident.seen}
    events = [Event(at=first, by=incident.declared_by, what=Did.DECLARED, detail=detail)]
    if incident.acknowledged_at is not None:
        events.append(Event(at=incident.acknowledged_at, by=incident.owner, what=Did.ACKNOWLEDGED))
    events += [decision(one, at=first + (5 + place) * MINUTE) for place, one in enumerate(decided)]
    if incident.resolved_at is not None:
        events.append(Event(at=incident.resolved_at, by=incident.owner, what=Did.RESOLVED))
    return events


def decision(what: Decision, *, at: datetime, reason: str = "It harms people", by: str = ML) -> Event:
    """That something was decided."""
    return Event(at=at, by=by, what=Did.DECIDED, detail={"decision": what.value, "reason": reason})


def a_kept_incident(session: Session, product: Product, *, now: datetime = TUESDAY, **known: Any) -> Incident:
    """An incident that the PM declared at *now* and that ML owns, written down."""
    usual: dict[str, Any] = {
        "kind": "hallucination",
        "severity": Severity.HIGH,
        "seen": "It makes up refund dates",
        "origin": Origin.COMMAND,
        "owner": ML,
        "declared_by": PM,
    }
    return incidents.declare(session, NewIncident(product_id=product.id, **usual | known), now)


def run_through(
    session: Session, incident: Incident, *, minutes: int = 130, decided: Iterable[Decision] = ()
) -> Incident:
    """Let ML acknowledge a declared incident after four minutes, decide, and resolve it after so many."""
    first = incident.declared_at
    at = first + 4 * MINUTE
    held = moves.acknowledged(incident, ML, at)
    kept = incidents.save(session, held, Event(at=at, by=ML, what=Did.ACKNOWLEDGED), at)
    for place, one in enumerate(decided):
        made = decision(one, at=first + (5 + place) * MINUTE)
        incidents.add(session, incident.id, made, made.at)
    return resolve(session, kept, at=first + minutes * MINUTE)


def resolve(session: Session, incident: Incident, *, at: datetime) -> Incident:
    """Let ML resolve an incident."""
    over = moves.resolved(incident, ML, "A prompt without sources", at)
    detail = {"text": over.summary}
    return incidents.save(session, over, Event(at=at, by=ML, what=Did.RESOLVED, detail=detail), at)


def reopen(session: Session, incident: Incident, *, at: datetime) -> Incident:
    """Let the PM open a resolved incident again."""
    assert incident.state is State.RESOLVED
    return incidents.save(session, moves.reopened(incident, PM, at), Event(at=at, by=PM, what=Did.REOPENED), at)
