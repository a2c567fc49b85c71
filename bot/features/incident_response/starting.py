"""Where the form of a new incident is opened: words, a health card, an item of a review, any message."""

from html import unescape

from bot.domain.incidents import SEVERITY_OF, Origin, Severity
from bot.domain.metrics import Metric
from bot.domain.product import Product
from bot.domain.text import clip, one_line
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.incident_response import form, words
from bot.features.incident_response.declaring import Wish, alike_to, declared, item_of, said_in, say, says_all
from bot.features.incident_response.form import DECLARE, Start
from bot.kit.asking import Ask
from bot.kit.checking import health_of
from bot.kit.choosing import WhichProductError, product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal, Shortcut
from bot.kit.incidents import FROM_HEALTH, FROM_ITEM
from bot.kit.reply import Reply
from bot.kit.safekeeping import protected_text
from bot.store import failure_modes, products, reviews, standings

FROM_MESSAGE = "incident_response.from_message"
"""A message of Slack becomes what is seen."""

FIRST_WORDS = 200
"""How much of an item's own words is quoted."""

_KINDS = {
    "hallucination_rate": "hallucination",
    "latency_p95": "latency_spike",
    "time_to_first_token": "latency_spike",
}
"""The failure mode that a missed metric speaks of, where it speaks of one."""


class NoItemError(UserError):
    """A button of an item that is not there any more."""

    def __init__(self) -> None:
        super().__init__("This item is not there any more. Say “incident declare” to declare it by hand.")


def open_form(ask: Ask) -> Reply:
    """The form, filled with what the words say."""
    several, rest = _products(ask)
    modes = [one for product in several for one in failure_modes.of_product(ask.session, product)]
    said = said_in(rest, modes)
    start = Start(
        products=several,
        origin=Origin.FORM,
        kind=said.kind.key if said.kind else None,
        severity=said.severity,
        seen=said.seen,
    )
    return Reply(view=form.view(ask, start))


def from_health(ask: Ask) -> Reply:
    """The form, filled with what missed its target."""
    product = product_with_id(ask, ask.value)
    missed = _missed(ask, product)
    kind = next((_KINDS[one.name] for one in missed if one.name in _KINDS), None)
    seen = "; ".join(f"{one.title} missed its target" for one in missed)
    start = Start(products=[product], origin=Origin.HEALTH, kind=kind, seen=clip(seen, words.SEEN_ROOM))
    return Reply(view=form.view(ask, start))


def from_item(ask: Ask) -> Reply:
    """The form, filled with the first words of what was asked; the prediction comes along."""
    item = item_of(ask, ask.value)
    review = reviews.with_id(ask.session, item.review_id) if item else None
    if item is None or review is None:
        raise NoItemError
    product = product_with_id(ask, str(review.product_id))
    one = item.prediction
    first = clip(one_line(protected_text(one.input or one.output or "", product.record.pii)), FIRST_WORDS)
    said = "A wrong answer to" if one.input else "A wrong answer"
    seen = f"{said}: {first}" if first else ""
    start = Start(products=[product], origin=Origin.REVIEW, seen=seen, item=f"{item.review_id} {item.rank}")
    return Reply(view=form.view(ask, start))


def from_message(ask: Ask) -> Reply:
    """The form, filled with what the message says."""
    several, _ = _products(ask.saying(()))
    seen = unescape(ask.incoming.quoted or "").strip()
    return Reply(view=form.view(ask, Start(products=several, origin=Origin.MESSAGE, seen=seen)))


def submit(ask: Ask, _seen: object) -> Reply:
    """Declare what the form says; where one like it is open, the form comes back once and says so."""
    product = product_with_id(ask, ask.field("product") or ask.carried("product"))
    kinds = form.kinds_of(ask, [product])
    kind = kinds.get(ask.field("kind") or "")
    if kind is None:
        raise FieldError(
            {"kind": f"Choose one of {clip(product.name, 60)}: {', '.join(m.name for m in kinds.values())}."}
        )
    seen = words.kept(ask.field("seen") or ask.carried("seen") or "", product, words.SEEN_ROOM)
    if not seen:
        raise FieldError({"seen": "Say what people see."})
    severity = Severity(number_of(ask.field("severity")) or SEVERITY_OF[kind.severity])
    item = ask.carried("item") or ""
    wish = Wish(product_id=product.id, kind=kind.key, severity=severity, seen=seen, origin=_origin(ask), item=item)
    alike = alike_to(ask, wish)
    if alike is None or ask.carried("warned") == str(alike.id):
        return declared(ask, wish)
    start = Start(
        products=_offered(ask, product), origin=wish.origin, kind=kind.key, severity=severity, seen=seen, item=item
    )
    return Reply(view=form.warned(ask, start, alike))


def _origin(ask: Ask) -> Origin:
    """Where the form was opened from; it went to a client and came back."""
    said = ask.carried("origin")
    return next((one for one in Origin if one.value == said), Origin.FORM)


def _products(ask: Ask) -> tuple[list[Product], tuple[str, ...]]:
    """The product that is meant, or all of them, and the words left. Raises `NoProductError`."""
    try:
        product, rest = product_of(ask, "incident declare")
    except WhichProductError:
        everything = products.everything(ask.session)
        return sorted(
            everything, key=lambda one: ask.channel not in {one.team_channel, one.stakeholder_channel}
        ), ask.words
    return [product], rest


def _offered(ask: Ask, chosen: Product) -> list[Product]:
    """The products that the form offered, the chosen one first."""
    if ask.field("product") is None:
        return [chosen]
    return sorted(products.everything(ask.session), key=lambda one: one.id != chosen.id)


def _missed(ask: Ask, product: Product) -> list[Metric]:
    stand = standings.of_product(ask.session, product.id)
    missed = [one.metric for one in health_of(ask.session, product, as_of=ask.now).misses]
    return [one for one in missed if one.name not in stand or not stand[one.name].is_snoozed(ask.now)]


COMMANDS = (
    Command(
        noun="incident",
        verb="declare",
        takes="[PRODUCT] [severity N] [KIND] [WHAT IS SEEN]",
        summary="Say that something is badly wrong: somebody owns it from then on",
        example="incident declare",
        effect=Effect.OPEN,
        run=open_form,
        in_full=say,
        says_all=says_all,
        synonyms=("new", "start", "report", "raise"),
    ),
)
ACTIONS = (
    Action(name=FROM_HEALTH, effect=Effect.OPEN, run=from_health),
    Action(name=FROM_ITEM, effect=Effect.OPEN, run=from_item, inside=True),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=DECLARE, submit=submit),)
SHORTCUTS = (
    Shortcut(
        name=FROM_MESSAGE,
        label="Declare an incident",
        description="Say that what this message tells is badly wrong, and who owns it",
        run=from_message,
        effect=Effect.OPEN,
        on_message=True,
    ),
)
