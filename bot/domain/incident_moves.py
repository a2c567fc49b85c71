"""What may happen to an incident: under any order of moves somebody owns it, and only one. The moves are ours."""

from dataclasses import replace
from datetime import datetime

from bot.domain.incidents import Incident, Severity, State
from bot.errors import UserError


class OverError(UserError):
    """Nothing more happens to an incident that is resolved, unless it is opened again."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            f"Incident {incident.id} is resolved. Say “incident reopen {incident.id}” and why, if it is not over."
        )


class NotOverError(UserError):
    """Only what was resolved can be opened again."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(f"Incident {incident.id} is open: there is nothing to open again.")


class NotOfferedError(UserError):
    """Nobody wants to hand it to this person, or not any more."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(f"Incident {incident.id} is not offered to you, or not any more. You can take it instead.")


class AlreadyError(UserError):
    """It is as the person wants it already."""

    def __init__(self, incident: Incident, what: str) -> None:
        super().__init__(f"Incident {incident.id} is {what} already.")


def acknowledged(before: Incident, by: str, now: datetime) -> Incident:
    """*before* now that *by* is at it: whoever says so owns it. Raises `OverError`, `AlreadyError`."""
    _require_open(before)
    if before.state is State.ACKNOWLEDGED and before.owner == by:
        raise AlreadyError(before, "acknowledged by you")
    return _held(before, by, now)


def assigned(before: Incident, to: str, by: str, now: datetime) -> Incident:
    """*before* now that *by* wants *to* to own it. While nobody is at it, *to* owns it at once and is waited for anew;
    after that it is offered, and the owner stays the owner until *to* accepts. Raises `OverError`, `AlreadyError`.
    """
    _require_open(before)
    if before.owner == to:
        raise AlreadyError(before, "theirs" if by != to else "yours")
    if by == to:
        return _held(before, by, now)
    if before.state is State.DECLARED:
        return replace(before, owner=to, called_at=now, offered_to=None, offered_by=None)
    if before.offered_to == to:
        raise AlreadyError(before, "offered to them")
    return replace(before, offered_to=to, offered_by=by)


def accepted(before: Incident, by: str, now: datetime) -> Incident:
    """*before* now that *by*, to whom it was offered, owns it. Raises `OverError`, `NotOfferedError`."""
    _require_open(before)
    if before.offered_to != by:
        raise NotOfferedError(before)
    return _held(before, by, now)


def declined(before: Incident, by: str) -> Incident:
    """*before* now that *by* does not want it: its owner stays. Raises `OverError`, `NotOfferedError`."""
    _require_open(before)
    if before.offered_to != by:
        raise NotOfferedError(before)
    return replace(before, offered_to=None, offered_by=None)


def passed_on(before: Incident, to: str, now: datetime) -> Incident:
    """*before* now that its owner cannot have it any more (they left): *to* owns it and is waited for."""
    _require_open(before)
    return replace(before, owner=to, state=State.DECLARED, called_at=now, offered_to=None, offered_by=None)


def regraded(before: Incident, severity: Severity, now: datetime) -> Incident:
    """*before* with another severity; whoever is waited for is waited for anew. Raises `OverError`, `AlreadyError`."""
    _require_open(before)
    if before.severity is severity:
        raise AlreadyError(before, f"severity {severity.value}")
    return replace(before, severity=severity, called_at=now)


def updated(before: Incident, next_at: datetime | None) -> Incident:
    """*before* now that the channel heard how it goes, and hears again by *next_at*. Raises `OverError`."""
    _require_open(before)
    return replace(before, next_update_at=next_at)


def resolved(before: Incident, by: str, summary: str, now: datetime) -> Incident:
    """*before*, over. Who resolves what nobody had acknowledged was at it. Raises `OverError`."""
    _require_open(before)
    held = before if before.acknowledged_at is not None else _held(before, by, now)
    return replace(
        held,
        state=State.RESOLVED,
        resolved_by=by,
        resolved_at=now,
        summary=summary,
        offered_to=None,
        offered_by=None,
        next_update_at=None,
    )


def reopened(before: Incident, by: str, now: datetime) -> Incident:
    """*before*, which is not over after all: whoever opens it again owns it. Raises `NotOverError`."""
    if before.is_open:
        raise NotOverError(before)
    return replace(
        before,
        state=State.ACKNOWLEDGED,
        owner=by,
        resolved_by=None,
        resolved_at=None,
        called_at=now,
    )


def _held(before: Incident, by: str, now: datetime) -> Incident:
    """*before* in the hands of *by*, who is at it."""
    return replace(
        before,
        state=State.ACKNOWLEDGED,
        owner=by,
        offered_to=None,
        offered_by=None,
        acknowledged_by=before.acknowledged_by or by,
        acknowledged_at=before.acknowledged_at or now,
    )


def _require_open(incident: Incident) -> None:
    if not incident.is_open:
        raise OverError(incident)
