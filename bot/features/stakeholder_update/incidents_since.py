"""Incidents that began after an update was drafted: its text says nothing of them, whoever approves it knows."""

from sqlmodel import Session

from bot.domain.drafts import Draft
from bot.domain.failure_modes import kind_of
from bot.domain.incidents import Did
from bot.domain.product import Product
from bot.domain.text import clip, one_line
from bot.kit.blocks import Block, plain_section
from bot.store import failure_modes, incidents

_NAME_ROOM = 60


def incidents_since(session: Session, product: Product, draft: Draft) -> list[Block]:
    """A sentence for whoever approves *draft* where an incident was declared, or came back, since it was made."""
    modes = failure_modes.of_product(session, product)
    begun = [one for one in incidents.of_product(session, product.id) if _began_after(session, one.id, draft)]
    if not begun:
        return []
    named = ", ".join(f"{one.id} ({clip(one_line(kind_of(one.kind, modes).name), _NAME_ROOM)})" for one in begun)
    what = f"incident {named} began" if len(begun) == 1 else f"incidents {named} began"
    return [plain_section(f"Since this was drafted, {what}: the text does not speak of it. Edit it if readers should.")]


def _began_after(session: Session, incident_id: int, draft: Draft) -> bool:
    begins = {Did.DECLARED, Did.REOPENED}
    return any(one.what in begins and one.at > draft.made_at for one in incidents.events(session, incident_id))
