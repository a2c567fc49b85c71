"""What waits for a person: incidents of theirs that nobody is at, what is offered to them, what they are to decide."""

from collections.abc import Iterator

from bot.domain.incidents import Incident, State
from bot.features.incident_response import card, words
from bot.features.incident_response.deciding import asked_of
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import button
from bot.kit.choosing import named
from bot.store import incidents, products


def waiting(ask: Ask) -> list[Waiting]:
    """Everything open that waits for the person who asks, the oldest first."""
    return [one for incident in incidents.open_ones(ask.session) for one in _of(ask, incident)]


def _of(ask: Ask, incident: Incident) -> Iterator[Waiting]:
    product = products.with_id(ask.session, incident.product_id)
    about = f"{named(product)}: incident {incident.id}, severity {incident.severity.value}"
    if incident.owner == ask.user and incident.state is State.DECLARED:
        press = card.press("Acknowledge", card.ACKNOWLEDGE, incident)
        yield Waiting(text=f"{about}, is yours and waits for you.", press=press)
    if incident.offered_to == ask.user:
        press = card.press("Accept", card.ACCEPT, incident)
        yield Waiting(text=f"{about}, is offered to you by <@{incident.offered_by}>.", press=press)
    for decision in asked_of(incidents.events(ask.session, incident.id), ask.user):
        decide = button("Decide", f"{card.DECIDE}:{incident.id}-{decision}", value=f"{incident.id} {decision.value}")
        yield Waiting(text=f"{about}: you are asked to decide: {words.DECISIONS[decision].lower()}.", press=decide)
