"""The matrix of a product: everything that was said of how it may fail, and which mode or layer a person means."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.defences import Defence, blanks
from bot.domain.failure_modes import FailureMode, Layer, in_order, is_own, modes_of
from bot.domain.people import Role
from bot.domain.product import Product
from bot.domain.text import clip, escape, one_line, unformatted
from bot.domain.typed_failures import folded_name, mode_typed
from bot.domain.words import folded, nearest
from bot.errors import UserError
from bot.kit.asking import Ask
from bot.kit.choosing import product_with_id
from bot.kit.owning import present
from bot.kit.permission import require_may_change
from bot.kit.reply import MarkedUpError
from bot.store import defences, failure_modes, products

SAYS = "product failure-modes"


class UnknownModeError(MarkedUpError):
    """The words name no failure mode; says which was probably meant, and which there are."""

    def __init__(self, ask: Ask, word: str, modes: Sequence[FailureMode]) -> None:
        names = {folded_name(one.name): one.name for one in modes}
        near = nearest(folded_name(word), names)
        typed = f"I do not know the failure mode “{as_words(clip(word, 40))}”." if word else "Which one?"
        guess = f" Did you mean “{as_words(names[near])}”?" if near else ""
        there = ", ".join(f"“{as_words(name)}”" for name in names.values())
        super().__init__(f"{typed}{guess} There are: {there}. To add one: `{ask.command} {SAYS} add NAME`")


class UnknownLayerError(UserError):
    """The words name no layer of defence."""

    def __init__(self, word: str) -> None:
        layers = ", ".join(one.replace("_", " ") for one in Layer)
        typed = f"“{clip(one_line(word), 40)}” is no layer of defence" if word else "Name a layer of defence"
        super().__init__(f"{typed}. There are: {layers}. Like “defence grounding yes Answers cite the handbook”.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Matrix:
    """What was said of a product's failure modes (*said*: as it was kept, the retired ones too) and of its defences.

    *pms* are its product managers, *left* those of all the owners who may not act here any more: they
    left, or became guests.
    """

    product: Product
    said: tuple[FailureMode, ...]
    defences: tuple[Defence, ...]
    pms: tuple[str, ...]
    left: frozenset[str]

    @property
    def modes(self) -> list[FailureMode]:
        """The failure modes there are, the gravest first."""
        return in_order(modes_of(self.product.record, self.said))

    @property
    def retired(self) -> list[FailureMode]:
        """Those of the team's own that were put away."""
        return [one for one in self.said if one.retired]

    @property
    def own(self) -> list[FailureMode]:
        """Those that the team added, and that are there."""
        return [one for one in self.modes if is_own(one)]

    @property
    def blanks(self) -> tuple[str, ...]:
        """What nobody said yet."""
        return blanks(self.product, self.said, self.defences)

    def layer(self, layer: Layer) -> Defence:
        """What was said of a layer."""
        return next(one for one in self.defences if one.layer is layer)


def as_words(text: str) -> str:
    """What people typed, on one line of mrkdwn and without any format of its own."""
    return escape(unformatted(one_line(text)))


def matrix_of(ask: Ask, product: Product) -> Matrix:
    """The matrix of *product* as it is now."""
    said = tuple(failure_modes.said(ask.session, product.id))
    layers = defences.of_product(ask.session, product.id)
    pms = tuple(one.user for one in products.people(ask.session, product.id) if one.role is Role.PM)
    owners = {*(one.owner for one in said), *(one.owner for one in layers), *pms}
    named = [one for one in owners if one]
    left = set(named).difference(present(ask.session, named))
    return Matrix(product=product, said=said, defences=layers, pms=pms, left=frozenset(left))


def own_matrix(ask: Ask, product: Product) -> Matrix:
    """The same, for somebody who may change it. Raises `NotYoursError`."""
    require_may_change(ask, product)
    return matrix_of(ask, product)


def carried_matrix(ask: Ask, number: str | None) -> Matrix:
    """The matrix that a button or form is about, for somebody who may change it."""
    return own_matrix(ask, product_with_id(ask, number))


def mode_said(ask: Ask, matrix: Matrix, words: Sequence[str]) -> tuple[FailureMode, tuple[str, ...]]:
    """The failure mode that the first of *words* name, and the words left. Raises `UnknownModeError`."""
    found, rest = mode_typed(words, matrix.modes)
    if found is None:
        raise UnknownModeError(ask, words[0] if words else "", matrix.modes)
    return found, rest


def mode_carried(ask: Ask, matrix: Matrix, key: str | None) -> FailureMode:
    """The failure mode that a button or form carries; it went to a client and came back."""
    found = next((one for one in matrix.modes if one.key == key), None)
    if found is None:
        gone = next((one.name for one in matrix.retired if one.key == key), "")
        raise UnknownModeError(ask, gone, matrix.modes)
    return found


def layer_said(words: Sequence[str]) -> tuple[Layer, tuple[str, ...]]:
    """The layer that the first of *words* name, and the words left. Raises `UnknownLayerError`."""
    for taken in (2, 1):
        typed = "-".join(folded(word) for word in words[:taken]).replace(" ", "-")
        found = next((one for one in Layer if folded(one) == typed), None)
        if found is not None:
            return found, tuple(words[taken:])
    raise UnknownLayerError(words[0] if words else "")
