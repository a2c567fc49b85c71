"""What people press, choose and type: the elements on a screen, and how Slack writes down what was entered."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.dialogs import Values
from bot.sandbox.outcome import GestureError
from bot.sandbox.rules.schema import units
from bot.sandbox.rules.views import INTERACTIVE

_TEXTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
_STATELESS = frozenset({"button", "overflow", "workflow_button"})
_FORMS = {"datepicker": r"\d{4}-\d\d-\d\d", "timepicker": r"\d\d:\d\d", "number_input": r"-?\d+(\.\d+)?"}

_FIELDS = {
    **dict.fromkeys(_TEXTS, ("value", "initial_value")),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
}
"""Where each kind of element keeps what was entered, and where it may be filled in from the start."""


@dataclass(frozen=True, kw_only=True)
class Element:
    """An element with the block it stands in."""

    block: Mapping[str, Any]
    own: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Slack's type."""
        return str(self.own["type"])

    @property
    def action_id(self) -> str:
        """The id of the element, given or made by Slack."""
        return str(self.own["action_id"])

    @property
    def block_id(self) -> str:
        """The id of its block, given or made by Slack."""
        return str(self.block["block_id"])

    @property
    def is_required(self) -> bool:
        """Whether a form is not sent while it is empty."""
        return self.block["type"] == "input" and not self.block.get("optional", False)

    @property
    def field(self) -> str:
        """Where what was entered stands: value, selected_option, ..."""
        return _FIELDS[self.kind][0]

    @property
    def takes_several(self) -> bool:
        """Whether it holds a list."""
        return self.field.endswith("s") and self.field != "value"


def identified(blocks: Sequence[Mapping[str, Any]], *, seed: str) -> list[dict[str, Any]]:
    """The blocks with the ids that Slack makes up where an app gave none: always the same ones for one *seed*."""
    return [_with_ids(block, f"{seed}/{place}") for place, block in enumerate(blocks)]


def elements(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Element]:
    """What a person can use in these blocks, which have their ids, in order."""
    for block in blocks:
        for own in _inside(block):
            yield Element(block=block, own=own)


def state_of(blocks: Sequence[Mapping[str, Any]], *, kept: Values | None = None) -> Values:
    """What stands in every field: as it was *kept*, else as the app filled it in, else nothing."""
    found: Values = {}
    for one in elements(blocks):
        if one.kind not in _STATELESS:
            before = (kept or {}).get(one.block_id, {}).get(one.action_id)
            same = before is not None and before["type"] == one.kind
            found.setdefault(one.block_id, {})[one.action_id] = before if before and same else _initial(one)
    return found


def entered(element: Element, value: Any) -> dict[str, Any]:
    """How Slack writes down that *value* was entered: an option by its value or its label, people and channels by id.

    None empties the field. Raises `GestureError` for what cannot be entered there.
    """
    if value is None:
        return {"type": element.kind, element.field: [] if element.takes_several else None}
    if element.takes_several:
        chosen = [value] if isinstance(value, str) else list(value)
        _limit(element, chosen)
        return {"type": element.kind, element.field: [_one(element, one) for one in chosen]}
    return {"type": element.kind, element.field: _one(element, value)}


def is_empty(state: Mapping[str, Any]) -> bool:
    """Whether nothing was entered in this field."""
    return not any(bool(value) or value == 0 for name, value in state.items() if name != "type")


def mistakes(blocks: Sequence[Mapping[str, Any]], values: Values) -> dict[str, str]:
    """What Slack's client itself says against sending a form, by block_id."""
    wrong: dict[str, str] = {}
    for one in elements(blocks):
        if one.block["type"] != "input":
            continue
        state = values[one.block_id][one.action_id]
        if is_empty(state):
            wrong |= {one.block_id: "Please complete this required field."} if one.is_required else {}
        elif one.kind in _TEXTS:
            wrong.update((one.block_id, problem) for problem in _misspelt(one.own, str(state["value"])))
    return wrong


def _misspelt(own: Mapping[str, Any], text: str) -> Iterator[str]:
    if units(text) < own.get("min_length", 0):
        yield f"Please enter at least {own['min_length']} characters."
    if units(text) > own.get("max_length", 3000):
        yield f"Please enter at most {own.get('max_length', 3000)} characters."
    if own["type"] == "number_input":
        yield from _misnumbered(own, text)


def _misnumbered(own: Mapping[str, Any], text: str) -> Iterator[str]:
    if not re.fullmatch(_FORMS["number_input"], text) or ("." in text and not own["is_decimal_allowed"]):
        yield "Please enter a number."
    elif float(text) < float(own.get("min_value", "-inf")) or float(text) > float(own.get("max_value", "inf")):
        yield "Please enter a number in the range that is asked for."


def _limit(element: Element, chosen: list[Any]) -> None:
    most = element.own.get("max_selected_items", len(chosen))
    if len(chosen) > most:
        raise GestureError(f"{element.action_id} takes {most} at most")


def _one(element: Element, value: Any) -> Any:
    if element.field.startswith("selected_option"):
        return _option(element, str(value))
    shape = _FORMS.get(element.kind) if element.kind in {"datepicker", "timepicker"} else None
    if shape and not re.fullmatch(shape, str(value)):
        raise GestureError(f"{element.action_id} takes no “{value}”")
    return str(value) if element.kind in _TEXTS else value


def _option(element: Element, wanted: str) -> dict[str, Any]:
    groups = element.own.get("option_groups", [])
    options = [*element.own.get("options", []), *(option for group in groups for option in group["options"])]
    for option in options:
        if wanted in {option["value"], option["text"]["text"]}:
            return dict(option)
    raise GestureError(f"{element.action_id} has no option “{wanted}”")


def _initial(element: Element) -> dict[str, Any]:
    field, start = _FIELDS[element.kind]
    return {"type": element.kind, field: element.own.get(start, [] if element.takes_several else None)}


def _with_ids(block: Mapping[str, Any], place: str) -> dict[str, Any]:
    found = {**block, "block_id": block.get("block_id") or _made_up(place)}
    for name in ("element", "accessory"):
        if name in block:
            found[name] = _with_action_id(block[name], f"{place}/{name}")
    if block["type"] in {"actions", "context_actions"}:
        found["elements"] = [_with_action_id(one, f"{place}/{at}") for at, one in enumerate(block["elements"])]
    return found


def _with_action_id(element: Mapping[str, Any], place: str) -> dict[str, Any]:
    if element["type"] not in INTERACTIVE:
        return dict(element)
    return {**element, "action_id": element.get("action_id") or _made_up(place)}


def _made_up(place: str) -> str:
    return hashlib.sha256(place.encode()).hexdigest()[:5]


def _inside(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = block.get("elements", []) if block["type"] == "actions" else []
    found = [block.get("element"), block.get("accessory"), *listed]
    return [one for one in found if one and one["type"] in INTERACTIVE]
