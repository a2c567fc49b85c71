"""What a pager is told of an incident: events in the form of PagerDuty's Events API, version 2. Pure.

Source: PagerDuty's reference of the Events API v2.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.incidents import Incident, Severity
from bot.domain.product import Product
from bot.domain.text import clean, clip, one_line

LONGEST_SUMMARY = 1_024
CLIENT = "Muster"


class Action(StrEnum):
    """What an event does to the pager's alert: begin it (again), stop it calling people, end it."""

    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


SEVERITIES: Mapping[Severity, str] = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "info",
}
"""The pager's word for each severity."""


def stream_of(incident: Incident, product: Product) -> str:
    """What the pager knows the incident by: every event of it carries this, so that one sent twice counts once."""
    return f"muster-{product.key}-incident-{incident.id}"


def event_of(action: Action, incident: Incident, product: Product, now: datetime) -> dict[str, Any]:
    """The event as the pager takes it, but for the routing key, which is added when it is sent."""
    told = {"event_action": action.value, "dedup_key": stream_of(incident, product), "client": CLIENT}
    place = _link(product)
    links = {} if place is None else {"client_url": place, "links": [{"href": place, "text": "The team's channel"}]}
    return {**told, **links, "payload": _payload(incident, product, now)}


def _payload(incident: Incident, product: Product, now: datetime) -> dict[str, Any]:
    what = one_line(clean(incident.seen))
    return {
        "summary": clip(f"Incident {incident.id} of {one_line(clean(product.name))}: {what}", LONGEST_SUMMARY),
        "source": product.key,
        "severity": SEVERITIES[incident.severity],
        "timestamp": now.isoformat(),
        "component": product.key,
        "class": incident.kind,
        "custom_details": {
            "incident": incident.id,
            "severity": incident.severity.value,
            "state": incident.state.value,
            "owner": incident.owner,
            "declared_by": incident.declared_by,
            "declared_at": incident.declared_at.isoformat(),
        },
    }


def _link(product: Product) -> str | None:
    """Where a browser finds the team's channel, whatever the workspace is called."""
    return None if product.team_channel is None else f"https://slack.com/app_redirect?channel={product.team_channel}"
