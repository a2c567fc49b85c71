"""The form of a new incident: filled with what is known already, and back again where one like it is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.failure_modes import OTHER, OTHER_KIND, FailureMode
from bot.domain.incidents import SEVERITY_OF, Incident, Origin, Severity
from bot.domain.product import Product
from bot.domain.text import clip
from bot.features.incident_response.words import SEEN_ROOM, SEVERITIES, short
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, plain, plain_section, section
from bot.kit.forms import anew, choice, text_input
from bot.kit.reply import View
from bot.kit.safekeeping import protected_text
from bot.store import failure_modes

DECLARE = "incident_response.declare"
"""The form of a new incident."""

CARRIED = 300
"""How much of what is seen the form remembers by itself: what is left as it was is not sent by every client."""

KINDS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """What is known of an incident before it is declared. *products*: those it may be of, the likeliest first.

    *item*: the review and rank of an item that it comes from. *warned*: the number of the one alike that was shown.
    """

    products: Sequence[Product]
    origin: Origin
    kind: str | None = None
    severity: Severity | None = None
    seen: str = ""
    item: str = ""
    warned: str = ""


def view(ask: Ask, start: Start) -> View:
    """The form, filled with what is known; personal data is masked where any of the products wants that."""
    # Before anything is cut: half an address is not known for one any more.
    for rule in {one.record.pii for one in start.products}:
        start = replace(start, seen=protected_text(start.seen, rule))
    return View(
        name=DECLARE,
        title="Declare an incident",
        submit="Declare",
        blocks=_fields(ask, start),
        carries={
            "product": str(start.products[0].id),
            "origin": start.origin,
            **({"item": start.item} if start.item else {}),
            **({"warned": start.warned} if start.warned else {}),
            **({"seen": clip(start.seen, CARRIED)} if start.seen else {}),
        },
    )


def warned(ask: Ask, start: Start, alike: Incident) -> View:
    """The form again, everything kept, and above it the incident that may be the same."""
    shown = view(ask, replace(start, warned=str(alike.id)))
    warning = [
        section(
            f"*Incident {alike.id} may be the same.* It was declared within the last hour and is open. Press Declare"
            " again if this is another one, or Cancel and add to that one."
        ),
        plain_section(f"Incident {alike.id}: {short(alike.seen, SEEN_ROOM)}"),
    ]
    return replace(shown, blocks=[*warning, *(anew(block, alike.id) for block in shown.blocks)])


def kinds_of(ask: Ask, products: Sequence[Product]) -> dict[str, FailureMode]:
    """The failure modes of these products by key, and something else."""
    every = {one.key: one for product in products for one in failure_modes.of_product(ask.session, product)}
    return {**dict(list(every.items())[: KINDS - 1]), OTHER: OTHER_KIND}


def severities() -> Mapping[str, str]:
    """Every severity with its words."""
    return {str(one.value): f"{one.value}: {words}" for one, words in SEVERITIES.items()}


def _fields(ask: Ask, start: Start) -> list[Block]:
    kinds = kinds_of(ask, start.products)
    known = kinds.get(start.kind or "")
    proposed = start.severity or (SEVERITY_OF[known.severity] if known else None)
    return [
        _product(start.products),
        choice(
            "kind", "What kind", {key: one.name for key, one in kinds.items()}, initial=known.key if known else None
        ),
        choice(
            "severity",
            "How bad",
            severities(),
            initial=str(proposed.value) if proposed else None,
            hint="Left empty, it is as bad as this product's failure modes say of its kind.",
            optional=True,
        ),
        text_input("seen", "What is seen", initial=start.seen, lines=True, longest=SEEN_ROOM),
    ]


def _product(products: Sequence[Product]) -> Block:
    if len(products) == 1:
        return context(plain(f"An incident of {products[0].name}."))
    named = {str(one.id): one.name for one in products}
    return choice("product", "Which product", named, initial=str(products[0].id))
