"""The form of a failure mode, of one there is or of a new one of the team's own."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from bot.domain.failure_modes import LIKELIHOODS, FailureMode, Level, is_own
from bot.domain.people import Person
from bot.domain.product import Failure
from bot.domain.text import clip
from bot.domain.typed_failures import (
    NAME_ROOM,
    TEXT_ROOM,
    likelihood_typed,
    seconds_as_typed,
    seconds_typed,
    severity_typed,
    share_as_typed,
    share_typed,
)
from bot.features.failure_modes import forms
from bot.features.failure_modes.blocks import ADD, CHANGE
from bot.features.failure_modes.matrix import Matrix, carried_matrix, mode_carried
from bot.features.failure_modes.saying import added, made_sure, require_room, said
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, plain
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.forms import Choices, choice, person, text_input
from bot.kit.naming_people import chosen_in, look, remember
from bot.kit.reply import Reply, View
from bot.store import audit, failure_modes

MODE = "mode"
NEW = FailureMode(key="", name="", severity=Level.MEDIUM)

_BLOCKING, _ACCEPTABLE = "blocking", "acceptable"
_VERDICTS: Choices = {_BLOCKING: "Blocks a launch", _ACCEPTABLE: "Acceptable"}
_NUMBER_ROOM = 40
_IN_RECORD = frozenset({"blocking", "below_confidence", "slower_than"})


def press_change(ask: Ask) -> Reply:
    """The form of the failure mode that the button names."""
    number, _, key = ask.value.partition(" ")
    matrix = carried_matrix(ask, number)
    mode = mode_carried(ask, matrix, key)
    return Reply(view=_view(matrix, mode, _fields(mode, _shown(mode))))


def press_add(ask: Ask) -> Reply:
    """The form of a new failure mode."""
    matrix = carried_matrix(ask, ask.value)
    require_room(matrix)
    carries = forms.carried(matrix.product.id, {})
    return Reply(view=View(name=ADD, title="Add a failure mode", blocks=_fields(NEW, _shown(NEW)), carries=carries))


def submit(ask: Ask, people: Collection[Person] | None) -> Reply:
    """Save what was changed in the form; each field that cannot be taken says why, and nothing typed is lost. Where
    somebody else was first with a field, the form comes back with what was typed, and says who did what.
    """
    matrix = carried_matrix(ask, ask.carried(forms.PRODUCT))
    mode = mode_carried(ask, matrix, ask.carried(MODE))
    remember(ask, people)
    shown = _shown(mode)
    texts = forms.changed(ask, shown)
    said_meanwhile = forms.notes(ask, shown, lambda field: _changer(ask, matrix, mode, field))
    if said_meanwhile:
        fields = _fields(mode, {**shown, **texts})
        return Reply(view=_view(matrix, mode, forms.again(fields, said_meanwhile, forms.mark_of(shown))))
    return said(ask, matrix, mode, _values(ask, matrix, mode, texts))


def submit_new(ask: Ask, people: Collection[Person] | None) -> Reply:
    """Add the failure mode that the form describes."""
    matrix = carried_matrix(ask, ask.carried(forms.PRODUCT))
    remember(ask, people)
    texts = {field: ask.field(field) or "" for field in (*_shown(NEW), "name") if ask.field(field)}
    values = _values(ask, matrix, NEW, texts)
    if "name" not in values:
        raise FieldError({"name": "Give it a name of a word or a few, like “Wrong language”."})
    return added(ask, matrix, FailureMode(key="", name=values.pop("name"), severity=NEW.severity), values)


def _view(matrix: Matrix, mode: FailureMode, blocks: Sequence[Block]) -> View:
    carries = forms.carried(matrix.product.id, _shown(mode), mode=mode.key)
    return View(name=CHANGE, title="Failure mode", blocks=blocks, carries=carries)


def _values(ask: Ask, matrix: Matrix, mode: FailureMode, texts: forms.Texts) -> dict[str, Any]:
    return forms.read(
        texts, lambda field, text: made_sure(ask, matrix, mode, field, _READ[field](text) if field in _READ else text)
    )


def _changer(ask: Ask, matrix: Matrix, mode: FailureMode, field: str) -> str | None:
    """Who changed a field last: of what is in the product's record, who saved that."""
    product = matrix.product
    if field in _IN_RECORD and not is_own(mode):
        deeds = audit.of_product(ask.session, product.id, since_version=product.version - 1)
        return deeds[0].user if deeds else None
    return failure_modes.changed_by(ask.session, product.id, mode.key)


def _shown(mode: FailureMode) -> dict[str, str]:
    """What stands in each field."""
    verdicts = {True: _BLOCKING, False: _ACCEPTABLE, None: ""}
    shown = {
        "severity": str(mode.severity),
        "likelihood": str(mode.likelihood or ""),
        "blocking": verdicts[mode.blocking],
        "seen": mode.seen,
        "recovery": mode.recovery,
        "fallback": mode.fallback,
        "below_confidence": _typed(mode.below_confidence, share_as_typed),
        "owner": mode.owner or "",
    }
    if is_own(mode) and mode.name:
        shown["name"] = mode.name
    if mode.key == Failure.LATENCY_SPIKE:
        shown["slower_than"] = _typed(mode.slower_than, seconds_as_typed)
    return shown


def _typed(value: float | None, words: Callable[[float], str]) -> str:
    # Clipped like the field is, so that untouched means unchanged.
    return "" if value is None else clip(words(value), _NUMBER_ROOM)


def _fields(mode: FailureMode, shown: forms.Texts) -> list[Block]:
    """The fields with what is *shown* in them."""
    return [
        _name(mode, shown),
        choice("severity", "Severity", _levels(tuple(Level)), initial=shown["severity"]),
        choice("likelihood", "Likelihood", _levels(LIKELIHOODS), initial=shown["likelihood"], optional=True),
        choice("blocking", "Is it", _VERDICTS, initial=shown["blocking"], hint=_flag_hint(mode), optional=is_own(mode)),
        *([_number("slower_than", "Too slow from", shown, "Like 5 s.")] if "slower_than" in shown else []),
        _text("seen", "What the user sees", shown),
        _text("recovery", "How it recovers", shown),
        _text("fallback", "Fallback to people", shown, "Who or what takes over; “none needed” is an answer."),
        _number("below_confidence", "People take over below which confidence", shown, "Like 60 %."),
        person("owner", "Owner", initial=shown["owner"] or None, hint="Empty: the product manager.", optional=True),
    ]


def _name(mode: FailureMode, shown: forms.Texts) -> Block:
    if mode.key and not is_own(mode):
        return context(plain(mode.name))
    return text_input("name", "Name", initial=shown.get("name", ""), longest=NAME_ROOM)


def _flag_hint(mode: FailureMode) -> str:
    return "" if is_own(mode) or mode.key not in set(Failure) else "Errors that show what blocks a launch are flagged."


def _levels(levels: tuple[Level, ...]) -> Choices:
    return {level: level.capitalize() for level in levels}


def _text(field: str, label: str, shown: Mapping[str, str], hint: str = "") -> Block:
    return text_input(field, label, initial=shown[field], hint=hint, optional=True, lines=True, longest=TEXT_ROOM)


def _number(field: str, label: str, shown: Mapping[str, str], hint: str) -> Block:
    return text_input(field, label, initial=shown[field], hint=hint, optional=True, longest=_NUMBER_ROOM)


_READ: Mapping[str, Callable[[str], Any]] = {
    "severity": lambda text: severity_typed(text) if text else Level.MEDIUM,
    "likelihood": lambda text: likelihood_typed(text) if text else None,
    "blocking": {_BLOCKING: True, _ACCEPTABLE: False}.get,
    "below_confidence": lambda text: share_typed(text) if text else None,
    "slower_than": lambda text: seconds_typed(text) if text else None,
    "owner": lambda text: text or None,
}

ACTIONS = (
    Action(name=CHANGE, effect=Effect.OPEN, run=press_change),
    Action(name=ADD, effect=Effect.OPEN, run=press_add),
)
MODALS: tuple[AnyModal, ...] = (
    Modal(name=CHANGE, submit=submit, ask=chosen_in("owner"), fetch=look),
    Modal(name=ADD, submit=submit_new, ask=chosen_in("owner"), fetch=look),
)
