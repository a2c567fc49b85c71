"""Failure modes of a team's own that are put away, with the reason, and brought back."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.failure_modes import FailureMode, is_own
from bot.domain.text import clip, one_line
from bot.domain.typed_failures import TEXT_ROOM, folded_name, mode_typed
from bot.errors import UsageError
from bot.features.failure_modes import forms
from bot.features.failure_modes.blocks import RETIRE
from bot.features.failure_modes.deeds import Said, keep
from bot.features.failure_modes.matrix import (
    SAYS,
    Matrix,
    UnknownModeError,
    as_words,
    carried_matrix,
    mode_carried,
    mode_said,
)
from bot.features.failure_modes.saying import made_sure, require_room, safe_text
from bot.features.failure_modes.words import called
from bot.kit.asking import Ask
from bot.kit.blocks import context, plain
from bot.kit.choosing import named
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.forms import text_input
from bot.kit.reply import MarkedUpError, Reply, View

MODE, REASON = "mode", "reason"


class StartSetError(MarkedUpError):
    """What is asked of every product stays."""

    def __init__(self, ask: Ask, mode: FailureMode) -> None:
        super().__init__(
            f"{called(mode)} is asked of every product, so it stays. Where it does no harm, say so:"
            f" `{ask.command} {SAYS} set {mode.key.replace('_', '-')} acceptable`"
        )


class NoReasonError(UsageError):
    """Without a reason nobody knows later whether it may come back."""

    def __init__(self, mode: FailureMode) -> None:
        super().__init__(f"Say why: “{SAYS} retire {clip(one_line(mode.name), TEXT_ROOM)} We speak one language only”.")


def say_retire(ask: Ask, matrix: Matrix, words: Sequence[str]) -> Reply:
    """Put away the failure mode that the words name, for the reason that follows."""
    mode, rest = mode_said(ask, matrix, words)
    return _retired(ask, matrix, mode, " ".join(rest))


def say_bring_back(ask: Ask, matrix: Matrix, words: Sequence[str]) -> Reply:
    """Bring back the failure mode that the words name."""
    mode, _ = mode_typed(words, matrix.retired)
    if mode is None:
        there, _ = mode_typed(words, matrix.modes)
        if there is not None:
            raise MarkedUpError(f"{called(there)} is there: it was not retired.")
        if not matrix.retired:
            raise MarkedUpError(f"Nothing of {named(matrix.product)} was retired.")
        raise UnknownModeError(ask, words[0], matrix.retired)
    require_room(matrix)
    made_sure(ask, matrix, mode, "name", mode.name)
    text = f"You brought {called(mode)} of {named(matrix.product)} back, as it was."
    return keep(ask, matrix, Said(mode=mode), Said(mode=replace(mode, retired=False)), text)


def press_retire(ask: Ask) -> Reply:
    """The form that asks for the reason."""
    number, _, key = ask.value.partition(" ")
    matrix = carried_matrix(ask, number)
    mode = _require_own(ask, mode_carried(ask, matrix, key))
    why = text_input(REASON, "Why", hint="What was said of it is kept.", lines=True, longest=TEXT_ROOM)
    carries = forms.carried(matrix.product.id, {}, mode=mode.key)
    blocks = [context(plain(mode.name)), why]
    return Reply(view=View(name=RETIRE, title="Retire it", submit="Retire", blocks=blocks, carries=carries))


def submit_retire(ask: Ask, _seen: object) -> Reply:
    """Put it away, for the reason in the form."""
    matrix = carried_matrix(ask, ask.carried(forms.PRODUCT))
    reason = ask.field(REASON)
    if not reason:
        raise FieldError({REASON: "Say why in a few words."})
    return _retired(ask, matrix, mode_carried(ask, matrix, ask.carried(MODE)), reason)


def _retired(ask: Ask, matrix: Matrix, mode: FailureMode, typed: str) -> Reply:
    _require_own(ask, mode)
    reason = safe_text(matrix.product, typed)
    if not reason:
        raise NoReasonError(mode)
    text = (
        f"You retired {called(mode)} of {named(matrix.product)}: {as_words(reason)}. What was said of it is kept:"
        f" `{ask.command} {SAYS} bring-back {folded_name(mode.key)}` brings it back."
    )
    return keep(ask, matrix, Said(mode=mode), Said(mode=replace(mode, retired=True)), text)


def _require_own(ask: Ask, mode: FailureMode) -> FailureMode:
    if not is_own(mode):
        raise StartSetError(ask, mode)
    return mode


ACTIONS = (Action(name=RETIRE, effect=Effect.OPEN, run=press_retire),)
MODALS: tuple[AnyModal, ...] = (Modal(name=RETIRE, submit=submit_retire),)
