"""`/muster product failure-modes`: looking at the matrix, and changing it in one line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.failure_modes import FailureMode, Level
from bot.domain.product import Product
from bot.domain.typed_failures import changes_typed, is_who, mode_typed, named_typed, one_owner, sets_something
from bot.domain.words import folded
from bot.errors import UsageError
from bot.features.failure_modes import retiring
from bot.features.failure_modes.blocks import ADD, DEFENCES, matrix_reply, mode_reply, retired_reply
from bot.features.failure_modes.matrix import SAYS, Matrix, layer_said, matrix_of, mode_said, own_matrix
from bot.features.failure_modes.saying import added, require_here, safe_text, said, said_of_layers
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, saying, section
from bot.kit.choosing import product_of
from bot.kit.command import AnyErrand, Command, Effect
from bot.kit.naming_people import NotHeardOfError, asked_first, asking_first
from bot.kit.reply import Reply

LOOK = "failure_modes.look"
"""Name an owner about whom Slack has to be asked first (value: who, and the words)."""

_ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, "unsaid": None}


class NothingSetError(UsageError):
    """A layer of defence of which nothing is said."""

    def __init__(self) -> None:
        super().__init__("Say whether it is in place, like “defence grounding yes Answers cite the handbook”.")


def show(ask: Ask) -> Reply:
    """The matrix, or one failure mode whole; a verb alone shows the buttons of its form."""
    words = _meant(ask.words)
    told = _told(words)
    product, rest = product_of(ask.saying(words if told is None else told[1]), SAYS)
    if told is not None:
        return _how(ask, product, told[0])
    matrix = matrix_of(ask, product)
    if not rest:
        return matrix_reply(matrix)
    gone, _ = mode_typed(rest, matrix.retired)
    if gone is not None:
        return retired_reply(matrix, gone)
    mode, more = mode_said(ask, matrix, rest)
    if more:
        raise UsageError(f"To change it: {SAYS} set {' '.join(rest)}")
    return mode_reply(matrix, mode)


def says_all(words: Sequence[str]) -> bool:
    """Whether the words say what is to be changed."""
    meant = _meant(words)
    told = _told(meant)
    return sets_something(meant) if told is None else told[2]


def say(ask: Ask) -> Reply:
    """Change what the words say; Slack is asked about an owner who is new here."""
    words = _meant(ask.words)
    told = _told(words)
    verb, left, _ = told or ("set", words, True)
    product, rest = product_of(ask.saying(left), SAYS)
    if told is None and _is_name(ask, product, rest):
        return show(ask)
    matrix = own_matrix(ask, product)
    try:
        return _VERBS[verb](ask, matrix, rest)
    except NotHeardOfError as unknown:
        return asked_first(LOOK, unknown, (verb, product.key, *rest))


def _is_name(ask: Ask, product: Product, words: Sequence[str]) -> bool:
    """Whether all of *words* are the name of a failure mode, which may hold the words that set something."""
    matrix = matrix_of(ask, product)
    mode, rest = mode_typed(words, (*matrix.modes, *matrix.retired))
    return mode is not None and not rest


def _meant(words: Sequence[str]) -> tuple[str, ...]:
    """*words* without the rest of the command's own name: “failure modes” is “failure-modes”."""
    return tuple(words[1:] if words and folded(words[0]) in {"modes", "mode"} else words)


def _told(words: Sequence[str]) -> tuple[str, tuple[str, ...], bool] | None:
    """The verb among the first two words, the words without it, and whether anything follows it."""
    for place, word in enumerate(words[:2]):
        verb = _CALLED.get(folded(word))
        if verb is not None:
            return verb, (*words[:place], *words[place + 1 :]), len(words) > place + 1
    return None


def _set(ask: Ask, matrix: Matrix, words: Sequence[str]) -> Reply:
    mode, rest = mode_said(ask, matrix, words)
    return said(ask, matrix, mode, changes_typed(rest, ask.user))


def _add(ask: Ask, matrix: Matrix, words: Sequence[str]) -> Reply:
    name, rest = named_typed(words)
    changes = changes_typed(rest, ask.user) if rest else {}
    return added(ask, matrix, FailureMode(key="", name=name, severity=Level.MEDIUM), changes)


def _defence(ask: Ask, matrix: Matrix, words: Sequence[str]) -> Reply:
    layer, rest = layer_said(words)
    before = matrix.layer(layer)
    return said_of_layers(ask, matrix, {layer: replace(before, **_layer_changes(ask, matrix, rest))})


def _layer_changes(ask: Ask, matrix: Matrix, words: Sequence[str]) -> dict[str, Any]:
    """What is said of a layer: yes or no, how it is done, and after “owner” who answers for it."""
    changes: dict[str, Any] = {}
    left = list(words)
    if left and folded(left[0]) in _ANSWERS:
        changes["in_place"] = _ANSWERS[folded(left.pop(0))]
    place = _owner_at(left)
    if place is not None:
        owner, after = one_owner(left[place + 1 :], ask.user)
        changes["owner"] = require_here(ask, owner)
        left[place:] = after
    if left:
        changes["what"] = safe_text(matrix.product, " ".join(left))
    if not changes:
        raise NothingSetError
    return changes


def _owner_at(words: Sequence[str]) -> int | None:
    """Where “owner” stands before somebody's name, or before the last word; in a text it may be a word like others."""
    places = [place for place, word in enumerate(words[:-1]) if folded(word) == "owner"]
    return next((one for one in places if is_who(words[one + 1]) or one == len(words) - 2), None)


def _how(ask: Ask, product: Product, verb: str) -> Reply:
    """What is missing after a verb, and the form that asks for it."""
    text = f"Say it in one line: `{ask.command} {_EXAMPLES[verb]}`"
    form = [button("Open the form", _FORMS[verb], value=str(product.id))] if verb in _FORMS else []
    first, *more = [*form, saying("Show the matrix", f"{SAYS} {product.key}")]
    return Reply(text=text, blocks=[section(text), actions("how", first, *more)])


_VERBS: Mapping[str, Callable[[Ask, Matrix, Sequence[str]], Reply]] = {
    "set": _set,
    "add": _add,
    "retire": retiring.say_retire,
    "bring-back": retiring.say_bring_back,
    "defence": _defence,
}
_OTHER_WORDS = {
    "change": "set",
    "edit": "set",
    "new": "add",
    "remove": "retire",
    "archive": "retire",
    "delete": "retire",
    "restore": "bring-back",
    "defense": "defence",
}
_CALLED = {**{verb: verb for verb in _VERBS}, **_OTHER_WORDS}
_FORMS = {"add": ADD, "defence": DEFENCES}
_EXAMPLES = {
    "set": f"{SAYS} set latency-spike severity high",
    "add": f"{SAYS} add Wrong language severity medium likelihood high",
    "retire": f"{SAYS} retire wrong-language We speak one language only",
    "bring-back": f"{SAYS} bring-back wrong-language",
    "defence": f"{SAYS} defence grounding yes Answers cite the handbook",
}

COMMANDS = (
    Command(
        noun="product",
        verb="failure-modes",
        takes="[product] [NAME | set NAME ... | add NAME | retire NAME WHY | bring-back NAME | defence LAYER yes|no]",
        summary="How a product may fail: how bad, how likely, what the user sees, who takes over, and the defences",
        example="product failure-modes",
        effect=Effect.READ,
        run=show,
        inside=True,
        in_full=say,
        says_all=says_all,
        synonyms=("failures", "failure", "risks", "fmea"),
    ),
)
ERRANDS: tuple[AnyErrand, ...] = (asking_first(LOOK, say),)
