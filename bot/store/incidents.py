"""Incidents and everything that happened in them; of two who change one at once, one wins."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from bot.domain.incidents import ALIKE_WITHIN, OPEN, Did, Event, Incident, NewIncident, Origin, Severity, State
from bot.errors import UserError
from bot.store.tables import IncidentEventRow, IncidentPredictionRow, IncidentRow
from bot.store.upsert import insert_into, inserted


class IncidentChangedError(UserError):
    """Somebody else changed this incident after it was read: *now* is how it stands, *by* who did it."""

    def __init__(self, now: Incident | None, by: str | None) -> None:
        super().__init__("Somebody was faster; yours was not saved. Look at it again, then repeat it.")
        self.now = now
        self.by = by


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    """A prediction, by its row, that belongs to an incident, and who attached it."""

    row_id: int
    by: str


def declare(session: Session, new: NewIncident, now: datetime) -> Incident:
    """Write down a new incident, owned from its first moment, and return it with its number."""
    row = IncidentRow(
        product_id=new.product_id,
        kind=new.kind,
        severity=new.severity,
        seen=new.seen,
        origin=new.origin,
        state=State.DECLARED,
        owner=new.owner,
        declared_by=new.declared_by,
        declared_at=now,
        called_at=now,
    )
    session.add(row)
    session.flush()
    incident = _incident(row)
    detail = {"owner": [None, new.owner], "severity": [None, int(new.severity)], "text": new.seen}
    add(session, incident.id, Event(at=now, by=new.declared_by, what=Did.DECLARED, detail=detail), now)
    return incident


def save(session: Session, after: Incident, event: Event, now: datetime) -> Incident:
    """Keep *after* in place of what it was read as, and *event* with what changed.

    Raises `IncidentChangedError` where somebody was first; then nothing is kept.
    """
    before = with_id(session, after.id)
    statement = (
        update(IncidentRow)
        .where(col(IncidentRow.id) == after.id, col(IncidentRow.version) == after.version)
        .values(**_values(after), version=after.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    if before is None or session.exec(statement).rowcount == 0:
        raise IncidentChangedError(with_id(session, after.id), _last_by(session, after.id))
    changed = _differences(before, after)
    add(session, after.id, Event(**{**_parts(event), "detail": {**changed, **event.detail}}), now)
    kept = with_id(session, after.id)
    assert kept is not None  # noqa: S101 it was written in this transaction
    return kept


def add(session: Session, incident_id: int, event: Event, now: datetime) -> bool:
    """Write *event* into the record; False where one with its key is there already."""
    statement = insert_into(session, IncidentEventRow).on_conflict_do_nothing(index_elements=["incident_id", "key"])
    return (
        inserted(
            session,
            statement.values(
                incident_id=incident_id,
                at=event.at,
                noted_at=now,
                user_id=event.by,
                what=event.what,
                detail=dict(event.detail),
                key=event.key,
            ),
        )
        == 1
    )


def with_id(session: Session, incident_id: int) -> Incident | None:
    """The incident with this number as it is now; None where there is none."""
    return next(iter(_read(session, col(IncidentRow.id) == incident_id)), None)


def of_product(session: Session, product_id: int, states: Collection[State] = tuple(State)) -> list[Incident]:
    """The incidents of a product in these states, the oldest first."""
    return _read(session, col(IncidentRow.product_id) == product_id, col(IncidentRow.state).in_(list(states)))


def open_ones(session: Session) -> list[Incident]:
    """Every incident that is not over, of every product, the oldest first."""
    return _read(session, col(IncidentRow.state).in_(list(OPEN)))


def alike(session: Session, product_id: int, kind: str, now: datetime) -> Incident | None:
    """The latest open incident of this kind that was declared in the past hour; None where there is none."""
    found = _read(
        session,
        col(IncidentRow.product_id) == product_id,
        col(IncidentRow.kind) == kind,
        col(IncidentRow.state).in_(list(OPEN)),
        col(IncidentRow.declared_at) > now - ALIKE_WITHIN,
    )
    return found[-1] if found else None


def events(session: Session, incident_id: int) -> list[Event]:
    """Everything that happened in an incident, in the order in which it was written down."""
    rows = session.exec(
        select(IncidentEventRow)
        .where(col(IncidentEventRow.incident_id) == incident_id)
        .order_by(col(IncidentEventRow.id))
        .execution_options(populate_existing=True)
    )
    return [Event(at=row.at, by=row.user_id, what=Did(row.what), detail=row.detail, key=row.key) for row in rows]


def attach(session: Session, incident_id: int, row_ids: Iterable[int], *, by: str, now: datetime) -> int:
    """Let predictions (by their rows) belong to an incident; returns how many did not before."""
    table = insert_into(session, IncidentPredictionRow)
    return sum(
        inserted(
            session,
            table.values(
                incident_id=incident_id, prediction_row_id=row_id, attached_by=by, attached_at=now
            ).on_conflict_do_nothing(),
        )
        for row_id in row_ids
    )


def predictions_of(session: Session, incident_id: int) -> list[int]:
    """The rows of the predictions that belong to an incident, in the order in which they came."""
    return [one.row_id for one in attached(session, incident_id)]


def attached(session: Session, incident_id: int) -> list[Attached]:
    """The predictions that belong to an incident and who attached them, in the order in which they came."""
    rows = session.exec(
        select(IncidentPredictionRow)
        .where(col(IncidentPredictionRow.incident_id) == incident_id)
        .order_by(col(IncidentPredictionRow.attached_at), col(IncidentPredictionRow.prediction_row_id))
    )
    return [Attached(row_id=row.prediction_row_id, by=row.attached_by) for row in rows]


_CHANGES = (
    "owner",
    "offered_to",
    "offered_by",
    "called_at",
    "acknowledged_by",
    "acknowledged_at",
    "next_update_at",
    "resolved_by",
    "resolved_at",
    "summary",
)
"""What of an incident changes and is stored as it is; severity and state do so too."""


def _values(incident: Incident) -> dict[str, Any]:
    plain = {name: getattr(incident, name) for name in _CHANGES}
    return {**plain, "severity": int(incident.severity), "state": incident.state}


_IN_THE_RECORD = ("owner", "severity", "state", "offered_to")
"""What is written beside an event where it changed; the rest follows from the event."""


def _differences(before: Incident, after: Incident) -> dict[str, Any]:
    old, new = _values(before), _values(after)
    return {name: [old[name], new[name]] for name in _IN_THE_RECORD if old[name] != new[name]}


def _parts(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in Event.__dataclass_fields__}


def _last_by(session: Session, incident_id: int) -> str | None:
    return session.exec(
        select(IncidentEventRow.user_id)
        .where(col(IncidentEventRow.incident_id) == incident_id)
        .order_by(col(IncidentEventRow.id).desc())
    ).first()


def _read(session: Session, *where: ColumnElement[bool]) -> list[Incident]:
    rows = session.exec(
        select(IncidentRow).where(*where).order_by(col(IncidentRow.id)).execution_options(populate_existing=True)
    )
    return [_incident(row) for row in rows]


def _incident(row: IncidentRow) -> Incident:
    assert row.id is not None  # noqa: S101 a flushed row has its key
    return Incident(
        id=row.id,
        product_id=row.product_id,
        kind=row.kind,
        seen=row.seen,
        declared_by=row.declared_by,
        declared_at=row.declared_at,
        origin=Origin(row.origin),
        version=row.version,
        severity=Severity(row.severity),
        state=State(row.state),
        **{name: getattr(row, name) for name in _CHANGES},
    )
