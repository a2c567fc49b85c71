"""What `muster incidents` does once its flags are read."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from bot import wiring
from bot.cli import output
from bot.config import Settings
from bot.domain.follow_ups import FollowUp
from bot.domain.incident_account import Account
from bot.domain.incidents import OPEN, Event, Incident, State, Tenure, decisions
from bot.domain.lasting import lasting
from bot.domain.product import Product
from bot.domain.text import clean, clip, one_line
from bot.domain.window import parse_instant, zone_named
from bot.errors import UsageError, UserError
from bot.features.incident_response import written
from bot.features.incident_response.summing_up import account_of
from bot.store import incidents, products

HEADINGS = ("No.", "Declared", "What", "Owner", "State")
SEEN_ROOM = 80


class NoSuchIncidentError(UserError):
    """A number that no incident of the product has."""

    def __init__(self, product: Product, number: int) -> None:
        super().__init__(f"{product.name} has no incident {number}.")


class TwoFormatsError(UsageError):
    """A review is Markdown."""

    def __init__(self) -> None:
        super().__init__("--review writes Markdown: leave --json away, or ask for the list.")


def show(key: str, *, only_open: bool, since: str | None, as_json: bool) -> None:
    """Print the incidents of a product."""
    with wiring.opened(Settings()) as database, database.reading() as session:
        product = products.named(session, key, archived=True)
        zone = zone_named(product.timezone)
        first = parse_instant(since, zone) if since else None
        found = incidents.of_product(session, product.id, OPEN if only_open else tuple(State))
        told = [account_of(session, product, one) for one in found if first is None or one.declared_at >= first]
    if as_json:
        output.print_json({"product": product.key, "incidents": [_row(one) for one in told]})
    else:
        _print(product, told, zone, narrowed=only_open or first is not None)


def write(key: str, number: int, *, json: bool) -> None:
    """Print the written review of one incident."""
    if json:
        raise TwoFormatsError
    with wiring.opened(Settings()) as database, database.reading() as session:
        product = products.named(session, key, archived=True)
        told = written.content(session, product, _found(session, product, number))
    typer.echo(told.decode(), nl=False)


def _found(session: Session, product: Product, number: int) -> Incident:
    found = next((one for one in incidents.of_product(session, product.id) if one.id == number), None)
    if found is None:
        raise NoSuchIncidentError(product, number)
    return found


def _row(account: Account) -> dict[str, Any]:
    incident = account.incident
    return {
        "number": incident.id,
        "kind": incident.kind,
        "severity": incident.severity.value,
        "state": incident.state,
        "seen": incident.seen,
        "owner": incident.owner,
        "declared_by": incident.declared_by,
        "declared_at": incident.declared_at,
        "acknowledged_at": incident.acknowledged_at,
        "resolved_at": incident.resolved_at,
        "time_to_acknowledge_s": _seconds(incident.time_to_acknowledge),
        "time_to_resolve_s": _seconds(incident.time_to_resolve),
        "owners": [_owner(one) for one in account.owners],
        "decisions": [_decision(one) for one in decisions(account.events)],
        "follow_ups": [_follow_up(one) for one in account.follow_ups],
        "predictions": len(account.predictions),
    }


def _owner(one: Tenure) -> dict[str, Any]:
    return {"user": one.user, "since": one.since, "until": one.until}


def _decision(event: Event) -> dict[str, Any]:
    reason = str(event.detail.get("reason") or event.detail.get("text") or "")
    return {"decision": event.detail["decision"], "by": event.by, "at": event.at, "reason": reason}


def _follow_up(one: FollowUp) -> dict[str, Any]:
    return {
        "title": one.title,
        "kind": one.kind,
        "owner": one.owner,
        "due": one.due.isoformat() if one.due else None,
        "fix": one.fix_id,
        "state": one.state,
    }


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _print(product: Product, told: Sequence[Account], zone: ZoneInfo, *, narrowed: bool) -> None:
    if not told:
        typer.echo(f"{product.name} has no {'such incidents' if narrowed else 'incidents'}.")
        return
    output.print_table(HEADINGS, (_cells(one, zone) for one in told))


def _cells(account: Account, zone: ZoneInfo) -> list[str]:
    one = account.incident
    shown = (
        str(one.id),
        f"{one.declared_at.astimezone(zone):%Y-%m-%d %H:%M}",
        f"{account.kind.name}, severity {one.severity.value}: {clip(one_line(one.seen), SEEN_ROOM)}",
        account.names.get(one.owner, one.owner),
        _state(one),
    )
    return [clean(cell) for cell in shown]


def _state(one: Incident) -> str:
    spans = {"acknowledged": one.time_to_acknowledge, "resolved": one.time_to_resolve}
    told = [f"{what} after {lasting(span)}" for what, span in spans.items() if span is not None]
    return "; ".join(told) or "nobody is at it yet"
