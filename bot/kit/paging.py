"""Telling a pager of an incident: written down with the incident's move itself, sent afterwards."""

from datetime import datetime

from sqlmodel import Session

from bot.domain import paging
from bot.domain.incidents import Incident
from bot.domain.paging import Action
from bot.domain.product import Product
from bot.store import incident_settings, webhooks


def page(session: Session, *, action: Action, incident: Incident, product: Product, now: datetime) -> None:
    """Let the pager hear that *incident*, as it was just saved, moved: once for each action and version.

    Nothing where the team did not switch paging on; where they switched it off while the pager calls people for this
    incident, it still hears when to stop. The pager is called after the transaction, in the order of moves.
    """
    stream = paging.stream_of(incident, product)
    is_on = incident_settings.of_product(session, product.id).paging
    if not is_on and (action is Action.TRIGGER or not _rings(session, stream)):
        return
    webhooks.write(
        session,
        key=f"{stream}/{incident.version}/{action}",
        stream=stream,
        payload=paging.event_of(action, incident, product, now),
        now=now,
    )


def _rings(session: Session, stream: str) -> bool:
    """Whether the pager was told to call people, and not yet that it is over."""
    last = webhooks.latest(session, stream)
    return last is not None and last["event_action"] != Action.RESOLVE
