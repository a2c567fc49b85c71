"""The form of the four layers of defence, all in one."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.defences import Defence
from bot.domain.failure_modes import Layer
from bot.domain.people import Person
from bot.domain.typed_failures import TEXT_ROOM
from bot.features.failure_modes import forms
from bot.features.failure_modes.blocks import DEFENCES
from bot.features.failure_modes.matrix import Matrix, carried_matrix
from bot.features.failure_modes.saying import require_here, safe_text, said_of_layers
from bot.kit.asking import Ask
from bot.kit.blocks import Block
from bot.kit.command import Action, AnyModal, Effect, Modal
from bot.kit.forms import Choices, choice, person, text_input
from bot.kit.naming_people import chosen_in, look, remember
from bot.kit.reply import Reply, View
from bot.store import defences

IN_PLACE, WHAT, OWNER = "in_place", "what", "owner"

_YES, _NO, _UNSAID = "yes", "no", "unsaid"
_ANSWERS: Choices = {_YES: "In place", _NO: "Not in place", _UNSAID: "Nobody said yet"}
_MEANT = {_YES: True, _NO: False}


def press_defences(ask: Ask) -> Reply:
    """The form of the product that the button names."""
    matrix = carried_matrix(ask, ask.value)
    return Reply(view=_view(matrix, _fields(matrix, _shown(matrix))))


def submit(ask: Ask, people: Collection[Person] | None) -> Reply:
    """Save the layers that were changed. Where somebody else was first with a field, the form comes back with what was
    typed, and says who did what.
    """
    matrix = carried_matrix(ask, ask.carried(forms.PRODUCT))
    remember(ask, people)
    shown = _shown(matrix)
    texts = forms.changed(ask, shown)
    notes = forms.notes(ask, shown, lambda field: _changer(ask, matrix, field))
    if notes:
        fields = _fields(matrix, {**shown, **texts})
        return Reply(view=_view(matrix, forms.again(fields, notes, forms.mark_of(shown))))
    values = forms.read(texts, lambda field, text: _read(ask, matrix, field, text))
    after = {one.layer: _with(one, values) for one in matrix.defences}
    return said_of_layers(ask, matrix, after)


def _view(matrix: Matrix, blocks: Sequence[Block]) -> View:
    carries = forms.carried(matrix.product.id, _shown(matrix))
    return View(name=DEFENCES, title="Layers of defence", blocks=blocks, carries=carries)


def _changer(ask: Ask, matrix: Matrix, field: str) -> str | None:
    return defences.changed_by(ask.session, matrix.product.id, Layer(field.partition("__")[0]))


def _read(ask: Ask, matrix: Matrix, field: str, text: str) -> Any:
    match field.partition("__")[2]:
        case "in_place":
            return _MEANT.get(text)
        case "what":
            return safe_text(matrix.product, text)
        case _:
            return require_here(ask, text or None)


def _with(one: Defence, values: dict[str, Any]) -> Defence:
    said = {
        name: values[f"{one.layer}__{name}"] for name in (IN_PLACE, WHAT, OWNER) if f"{one.layer}__{name}" in values
    }
    return replace(one, **said)


def _shown(matrix: Matrix) -> dict[str, str]:
    """What stands in each field."""
    shown = {}
    for one in matrix.defences:
        shown[f"{one.layer}__{IN_PLACE}"] = _answer(one)
        shown[f"{one.layer}__{WHAT}"] = one.what
        shown[f"{one.layer}__{OWNER}"] = one.owner or ""
    return shown


def _answer(one: Defence) -> str:
    return {True: _YES, False: _NO, None: _UNSAID}[one.in_place]


def _fields(matrix: Matrix, shown: forms.Texts) -> list[Block]:
    """The fields with what is *shown* in them."""
    return [block for one in matrix.defences for block in _layer_fields(one, shown)]


def _layer_fields(one: Defence, shown: forms.Texts) -> list[Block]:
    name = one.name.capitalize()
    return [
        choice(f"{one.layer}__{IN_PLACE}", name, _ANSWERS, initial=shown[f"{one.layer}__{IN_PLACE}"]),
        text_input(
            f"{one.layer}__{WHAT}",
            f"{name}: how it is done",
            initial=shown[f"{one.layer}__{WHAT}"],
            hint=_HINTS[one.layer],
            optional=True,
            longest=TEXT_ROOM,
        ),
        person(
            f"{one.layer}__{OWNER}",
            f"{name}: owner",
            initial=shown[f"{one.layer}__{OWNER}"] or None,
            hint="Empty: the product manager.",
            optional=True,
        ),
    ]


_HINTS = {
    Layer.GROUNDING: "Like: answers come from the handbook, and cite it.",
    Layer.OUTPUT_VALIDATION: "Like: prices and dates are checked against the order.",
    Layer.CONFIDENCE_SCORING: "Like: the model scores itself; below 60 % it says so.",
    Layer.HUMAN_REVIEW: "Like: an agent reads every answer before it is sent.",
}

ACTIONS = (Action(name=DEFENCES, effect=Effect.OPEN, run=press_defences),)
MODALS: tuple[AnyModal, ...] = (
    Modal(name=DEFENCES, submit=submit, ask=chosen_in(*(f"{layer}__{OWNER}" for layer in Layer)), fetch=look),
)
