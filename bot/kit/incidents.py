"""Incidents as all features see them: where one is declared from, its card, and who may be asked to own a new one."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.domain.incidents import Incident
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.kit.owning import leads_of, people_or_usual, present

FROM_HEALTH, FROM_ITEM = "incident_response.from_health", "incident_response.from_item"
"""Buttons that open the form of a new incident: from a health card (value: product id), from an item of a review
(value: `review id` `rank`)."""

SHOW = "incident_response.show"
"""Show an incident with what can be done about it (value: incident id)."""


def card_key(incident: Incident) -> str:
    """The key of the post that is the incident's card; what else is said of it goes into that post's thread."""
    return f"incident/{incident.id}"


def candidates(session: Session, product: Product, *, admins: Sequence[str]) -> tuple[str, ...]:
    """Who may own a new incident, the first choice first: who answers for incidents, the leads, the admins."""
    answering = people_or_usual(session, product, INCIDENT_RESPONSE)
    return tuple(dict.fromkeys((*answering, *leads_of(session, product), *present(session, admins))))
