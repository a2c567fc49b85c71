"""Saying what the right answer to an output of an incident would have been: a proposal, until an expert verifies it."""

from bot.domain.product import Product
from bot.domain.truth import Origin
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.ground_truth import blocks
from bot.features.ground_truth.names import LOOK, PROPOSE
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import named, product_with_id
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.reply import Reply
from bot.kit.safekeeping import protected_text
from bot.store import audit, held, truths
from bot.store.held import Held


class GonePredictionError(UserError):
    """A button of a prediction that is not kept any more."""

    def __init__(self) -> None:
        super().__init__("This prediction is not here any more.")


def open_form(ask: Ask) -> Reply:
    """The form that asks for the right answer to the prediction that the button names."""
    _, found = _found(ask, ask.value)
    return Reply(view=blocks.propose_form(found.prediction, ask.value))


def submit(ask: Ask, _seen: object) -> Reply:
    """Keep the answer as a proposal of the person who asks."""
    product, found = _found(ask, ask.carried("prediction") or "")
    answer = ask.field("answer")
    if answer is None:
        raise FieldError({"answer": "Say what would have been right."})
    truth = truths.propose(
        ask.session,
        product_id=product.id,
        prediction_row_id=found.row_id,
        origin=Origin.INCIDENT,
        proposal=protected_text(answer, product.record.pii),
        by=ask.user,
        now=ask.now,
    )
    text = f"You proposed the right answer: proposal {truth.id} of {named(product)} waits for a domain expert."
    audit.done(ask.session, user=ask.user, what="truth propose", now=ask.now, product=product, detail=text)
    return Reply(text=text, blocks=[section(text), actions("proposed", button("Show it", LOOK, value=str(truth.id)))])


def _found(ask: Ask, value: str) -> tuple[Product, Held]:
    number, _, row = value.partition(" ")
    product = product_with_id(ask, number)
    found = held.of_product(ask.session, product.id, number_of(row))
    if found is None:
        raise GonePredictionError
    return product, found


ACTIONS = (Action(name=PROPOSE, effect=Effect.OPEN, run=open_form, inside=True),)
MODALS: tuple[AnyModal, ...] = (Modal(name=PROPOSE, submit=submit),)
