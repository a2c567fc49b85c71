"""A change of one failure mode or layer: made sure of field by field, put into words, and kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.defences import Defence, in_short
from bot.domain.failure_modes import OTHER, FailureMode, Layer, blanks_of, is_own, recorded
from bot.domain.holders import is_group, is_holder
from bot.domain.product import Failure, Product
from bot.domain.text import bounded, clip, one_line
from bot.domain.typed_failures import NAME_ROOM, TEXT_ROOM, UnclearOwnerError, folded_name
from bot.errors import UserError
from bot.features.failure_modes.deeds import Said, keep
from bot.features.failure_modes.matrix import SAYS, Matrix, as_words
from bot.features.failure_modes.words import called, differences, layer_differences
from bot.kit.answerable import require_answerable
from bot.kit.asking import Ask
from bot.kit.blocks import section
from bot.kit.choosing import named
from bot.kit.naming_people import require_heard_of
from bot.kit.reply import Reply
from bot.kit.safekeeping import protected_text

MOST_OWN = 15
"""Failure modes of a team's own: a matrix that nobody reads to its end protects nobody."""

_KEY_ROOM = 40


class TakenNameError(UserError):
    """Two failure modes cannot share a name."""

    def __init__(self, mode: FailureMode) -> None:
        name = clip(one_line(mode.name), NAME_ROOM)
        back = f" It was retired: “{SAYS} bring-back {name}” brings it back." if mode.retired else ""
        super().__init__(f"There is a failure mode “{name}” already.{back}")


class NoNameError(UserError):
    """A failure mode of a team's own has a name."""

    def __init__(self) -> None:
        super().__init__("Give it a name of a word or a few, like “Wrong language”.")


class TooManyModesError(UserError):
    """More than people read."""

    def __init__(self) -> None:
        super().__init__(
            f"There are {MOST_OWN} of your own already, which is as many as people read: retire one first."
        )


class NotSlowError(UserError):
    """Only a late answer has a limit in seconds."""

    def __init__(self) -> None:
        super().__init__("“slower than” says what a latency spike is: no other failure mode has it.")


def said(ask: Ask, matrix: Matrix, mode: FailureMode, changes: Mapping[str, Any]) -> Reply:
    """Keep what *changes* says of a failure mode there is."""
    safe = {field: made_sure(ask, matrix, mode, field, value) for field, value in changes.items()}
    after = replace(mode, **safe)
    told = "; ".join(differences(mode, after))
    if not told:
        return _as_before(f"{called(mode)} of {named(matrix.product)} is so already: nothing was changed.")
    text = f"You changed {called(after)} of {named(matrix.product)}: {told}.{_flagged(matrix.product, mode, after)}"
    return keep(ask, matrix, Said(mode=mode), Said(mode=after), text)


def added(ask: Ask, matrix: Matrix, new: FailureMode, changes: Mapping[str, Any]) -> Reply:
    """Keep a failure mode of the team's own; *new* has no key yet."""
    require_room(matrix)
    name = made_sure(ask, matrix, new, "name", new.name)
    safe = {field: made_sure(ask, matrix, new, field, value) for field, value in changes.items()}
    mode = replace(new, key=_key(matrix, name), name=name, **safe)
    where = f"the failure modes of {named(matrix.product)}"
    text = f"You added {called(mode)} to {where}: {mode.severity} severity.{_still_blank(mode)}"
    return keep(ask, matrix, Said(mode=replace(mode, retired=True)), Said(mode=mode), text)


def said_of_layers(ask: Ask, matrix: Matrix, after: Mapping[Layer, Defence]) -> Reply:
    """Keep what is said of layers of defence, by layer."""
    pairs = [(one, after[one.layer]) for one in matrix.defences if one.layer in after]
    told = [words for before, now in pairs for words in layer_differences(before, now)]
    if not told:
        return _as_before(f"The defences of {named(matrix.product)} are so already: nothing was changed.")
    changed = [(before, now) for before, now in pairs if before != now]
    text = f"You changed the defences of {named(matrix.product)}: {'; '.join(told)}."
    was = Said(defences=tuple(before for before, _ in changed))
    return keep(ask, matrix, was, Said(defences=tuple(now for _, now in changed)), text)


def made_sure(ask: Ask, matrix: Matrix, mode: FailureMode, field: str, value: Any) -> Any:
    """*value* as it may be kept in a field. Raises `UserError` where it may not."""
    match field:
        case "seen" | "recovery" | "fallback":
            return safe_text(matrix.product, value)
        case "name":
            return _free_name(matrix, mode, value)
        case "owner":
            return require_here(ask, value)
        case "slower_than" if mode.key != Failure.LATENCY_SPIKE:
            raise NotSlowError
        case _:
            return value


def safe_text(product: Product, text: str) -> str:
    """What somebody typed, as it may be kept."""
    return bounded(protected_text(text, product.record.pii), TEXT_ROOM).strip()


def require_here(ask: Ask, user: str | None) -> str | None:
    """*user* where it is nobody, or somebody who may act here; forms send anything. Raises `NotHeardOfError`."""
    if user is None:
        return None
    if not is_holder(user) or is_group(user):
        raise UnclearOwnerError(user)
    if user != ask.user:
        require_heard_of(ask.session, user)
        require_answerable(ask.session, user)
    return user


def require_room(matrix: Matrix) -> None:
    """Raise `TooManyModesError` where there is no room for one more of the team's own."""
    if len(matrix.own) >= MOST_OWN:
        raise TooManyModesError


def _still_blank(mode: FailureMode) -> str:
    missing = "; ".join(in_short(blanks_of(mode)))
    return f" Nobody said yet: {as_words(missing)}." if missing else ""


def _as_before(text: str) -> Reply:
    return Reply(text=text, blocks=[section(text)])


def _free_name(matrix: Matrix, mode: FailureMode, text: str) -> str:
    name = bounded(one_line(protected_text(text, matrix.product.record.pii)), NAME_ROOM)
    if not folded_name(name):
        raise NoNameError
    taken = {
        folded_name(word): one
        for one in (*matrix.modes, *matrix.retired)
        if one.key != mode.key
        for word in (one.name, one.key)
    }
    there = taken.get(folded_name(name))
    if there is not None:
        raise TakenNameError(there)
    return name


def _key(matrix: Matrix, name: str) -> str:
    """A short key of its own: it stands in incidents too."""
    plain = "".join(char if char.isascii() and char.isalnum() else " " for char in name.lower())
    key = "_".join(plain.split())[:_KEY_ROOM].strip("_")
    taken = {OTHER, *(one.key for one in (*matrix.modes, *matrix.retired))}
    tries = [key, *(f"{key or 'own'}_{number}" for number in range(1, len(taken) + 2))]
    return next(one for one in tries if one and one not in taken)


def _flagged(product: Product, before: FailureMode, after: FailureMode) -> str:
    """What follows for the review of errors, where a single prediction can show it."""
    if is_own(after) or recorded(product.record, after) == product.record:
        return ""
    if not after.blocking:
        return " Errors that show it are not flagged in the review." if before.blocking else ""
    if after.key == Failure.LATENCY_SPIKE and after.slower_than is None:
        return " Nothing is flagged by it until somebody says how slow is too slow."
    if after.key == Failure.LOW_CONFIDENCE and after.below_confidence is None:
        return " Nothing is flagged by it until somebody says below which confidence."
    return " Errors that show it are flagged in the review from now on."
