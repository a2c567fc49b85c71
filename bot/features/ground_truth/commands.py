"""`/muster truth`: the proposals that wait, and deciding them in words, by buttons and in forms."""

from bot.domain.product import Product
from bot.domain.words import number_of
from bot.features.ground_truth import blocks, deciding, rules
from bot.features.ground_truth.names import ACCEPT, AMEND, LOOK, PAGE, REJECT, UNDECIDE
from bot.kit.asking import Ask
from bot.kit.choosing import named, only_product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.reply import MarkedUpError, Reply
from bot.store import held, predictions, products, truths


class NoWordsError(MarkedUpError):
    """Amending and rejecting take words."""

    def __init__(self, ask: Ask, verb: str, number: int, words: str) -> None:
        super().__init__(
            f"Say {words} too: `{ask.command} truth {verb} {number} ...`, or press the button of"
            f" `{ask.command} truth {number}`"
        )


def bare(ask: Ask) -> Reply:
    """The proposals of a product that wait, or the one of a number."""
    if len(ask.words) == 1 and number_of(ask.words[0]):
        return _whole(ask, ask.words[0])
    return _listing(ask, only_product_of(ask, "truth"), after=0)


def page(ask: Ask) -> Reply:
    """The proposals after the one that the button names."""
    number, _, after = ask.value.partition(" ")
    return _listing(ask, product_with_id(ask, number), after=number_of(after))


def look(ask: Ask) -> Reply:
    """The proposal that the button names."""
    return _whole(ask, ask.value)


def accept(ask: Ask) -> Reply:
    """Accept the proposal of a number."""
    return deciding.accept(ask, rules.proposal(ask, _number(ask)))


def amend(ask: Ask) -> Reply:
    """Put the proposal of a number into other words."""
    truth, words = rules.proposal(ask, _number(ask)), " ".join(ask.words[1:])
    if not words:
        raise NoWordsError(ask, "amend", truth.id, "what is right")
    return deciding.amend(ask, truth, words)


def reject(ask: Ask) -> Reply:
    """Reject the proposal of a number."""
    truth, words = rules.proposal(ask, _number(ask)), " ".join(ask.words[1:])
    if not words:
        raise NoWordsError(ask, "reject", truth.id, "why")
    return deciding.reject(ask, truth, words)


def press_accept(ask: Ask) -> Reply:
    """Accept the proposal as the button showed it."""
    return deciding.accept(ask, rules.as_seen(ask, ask.value))


def open_amend(ask: Ask) -> Reply:
    """The form for other words."""
    truth = rules.as_seen(ask, ask.value)
    rules.require_decider(ask, products.current(ask.session, truth.product_id), truth, verifying=True)
    _require_open(ask, truth.id)
    (prediction,) = predictions.with_row_ids(ask.session, [truth.prediction_row_id])
    return Reply(view=blocks.amend_form(truth, prediction))


def open_reject(ask: Ask) -> Reply:
    """The form for the reason."""
    truth = rules.as_seen(ask, ask.value)
    rules.require_decider(ask, products.current(ask.session, truth.product_id), truth, verifying=False)
    _require_open(ask, truth.id)
    (prediction,) = predictions.with_row_ids(ask.session, [truth.prediction_row_id])
    return Reply(view=blocks.reject_form(truth, prediction))


def submit_amend(ask: Ask, _seen: object) -> Reply:
    """Save the other words; a field that was left alone says what was proposed."""
    truth = rules.as_seen(ask, ask.carried("truth") or "")
    return deciding.amend(ask, truth, ask.field("answer") or truth.proposal)


def submit_reject(ask: Ask, _seen: object) -> Reply:
    """Save the rejection."""
    truth = rules.as_seen(ask, ask.carried("truth") or "")
    reason = ask.field("reason")
    if reason is None:
        raise FieldError({"reason": "Say why: whoever proposed it reads it."})
    return deciding.reject(ask, truth, reason)


def _require_open(ask: Ask, number: int) -> None:
    truth = rules.proposal(ask, str(number))
    if not truth.is_open:
        raise rules.beaten(ask, truth)


def _number(ask: Ask) -> str:
    return ask.words[0] if ask.words else ""


def _whole(ask: Ask, number: str) -> Reply:
    truth = rules.proposal(ask, number)
    product = products.with_id(ask.session, truth.product_id)
    (prediction,) = predictions.with_row_ids(ask.session, [truth.prediction_row_id])
    return blocks.whole(product, truth, prediction, may_decide=ask.user in rules.deciders_of(ask, product).users)


def _listing(ask: Ask, product: Product, *, after: int) -> Reply:
    waiting = truths.waiting(ask.session, product.id, limit=blocks.SHOWN, after=after)
    if not waiting:
        return Reply(text=f"No proposed answer of {named(product)} waits to be verified.")
    found = held.with_row_ids(ask.session, [one.prediction_row_id for one in waiting])
    who = rules.deciders_of(ask, product)
    return blocks.listing(
        product,
        list(zip(waiting, found, strict=True)),
        count=truths.count_waiting(ask.session, product.id, after=after),
        note=_note(ask, product),
        may_decide=ask.user in who.users,
    )


def _note(ask: Ask, product: Product) -> str:
    who = rules.deciders_of(ask, product)
    if who.named:
        return f"Domain experts decide: {rules.mentions(who.users)}."
    missing = rules.nobody_named(ask, product)
    return f"{missing[0].upper()}{missing[1:]}"


COMMANDS = (
    Command(
        noun="truth",
        takes="[product | number]",
        summary="The proposed answers that wait for a domain expert",
        example="truth",
        effect=Effect.READ,
        run=bare,
        inside=True,
    ),
    Command(
        noun="truth",
        verb="accept",
        takes="number",
        summary="Verify a proposed answer as it stands",
        example="truth accept 1",
        effect=Effect.CHANGE,
        run=accept,
        synonyms=("verify", "approve", "ok"),
    ),
    Command(
        noun="truth",
        verb="amend",
        takes="number what is right",
        summary="Verify it in other words",
        example="truth amend 1 The refund takes five days",
        effect=Effect.CHANGE,
        run=amend,
        synonyms=("correct", "edit"),
    ),
    Command(
        noun="truth",
        verb="reject",
        takes="number why",
        summary="Say that a proposed answer is not right, and why",
        example="truth reject 1 The policy changed in May",
        effect=Effect.CHANGE,
        run=reject,
        synonyms=("decline", "refuse"),
    ),
)
ACTIONS = (
    Action(name=LOOK, effect=Effect.READ, run=look, inside=True),
    Action(name=PAGE, effect=Effect.READ, run=page, inside=True),
    Action(name=ACCEPT, effect=Effect.CHANGE, run=press_accept),
    Action(name=AMEND, effect=Effect.OPEN, run=open_amend),
    Action(name=REJECT, effect=Effect.OPEN, run=open_reject),
    Action(name=UNDECIDE, effect=Effect.CHANGE, run=deciding.undecide),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=AMEND, submit=submit_amend), Modal(name=REJECT, submit=submit_reject))
