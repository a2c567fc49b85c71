"""Forms: inputs as plain dicts, one block a field; the field's name is its block id and its action id.

Labels and hints are our own words. What stands in a field already may be anybody's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.text import clip
from bot.kit import limits
from bot.kit.blocks import Block, Element

_MARK = "~"

Choices = Mapping[str, str]
"""What can be chosen: each value with the words that people read."""


def text_input(
    name: str,
    label: str,
    *,
    initial: str | None = None,
    hint: str = "",
    optional: bool = False,
    lines: bool = False,
    longest: int = limits.INPUT_TEXT,
) -> Block:
    """A field to type into, up to *longest* characters; with *lines* it has room for several."""
    filled = {"initial_value": clip(initial, longest)} if initial else {}
    element = {"type": "plain_text_input", "multiline": lines, "max_length": longest, **filled}
    return _input(name, label, element, hint=hint, optional=optional)


def choice(
    name: str, label: str, choices: Choices, *, initial: str | None = None, hint: str = "", optional: bool = False
) -> Block:
    """One of several."""
    chosen = (
        {"initial_option": _option(initial, choices[initial])} if initial is not None and initial in choices else {}
    )
    element = {"type": "static_select", "options": _options(choices), **chosen}
    return _input(name, label, element, hint=hint, optional=optional)


def choices_of(name: str, label: str, choices: Choices, *, initial: Sequence[str] = (), hint: str = "") -> Block:
    """Any of up to ten, none included."""
    chosen = [_option(value, choices[value]) for value in initial if value in choices]
    element = {"type": "checkboxes", "options": _options(choices), **({"initial_options": chosen} if chosen else {})}
    return _input(name, label, element, hint=hint, optional=True)


def person(name: str, label: str, *, initial: str | None = None, hint: str = "", optional: bool = False) -> Block:
    """A person of the workspace."""
    element = {"type": "users_select", **({"initial_user": initial} if initial else {})}
    return _input(name, label, element, hint=hint, optional=optional)


def people(name: str, label: str, *, initial: Sequence[str] = (), hint: str = "") -> Block:
    """Any number of people of the workspace, nobody included."""
    element = {"type": "multi_users_select", **({"initial_users": list(initial)} if initial else {})}
    return _input(name, label, element, hint=hint, optional=True)


def channel(name: str, label: str, *, initial: str | None = None, hint: str = "", optional: bool = False) -> Block:
    """A channel, public or private."""
    element = {
        "type": "conversations_select",
        "filter": {
            "include": ["public", "private"],
            "exclude_bot_users": True,
            "exclude_external_shared_channels": True,
        },
        **({"initial_conversation": initial} if initial else {}),
    }
    return _input(name, label, element, hint=hint, optional=optional)


def anew(block: Block, mark: object) -> Block:
    """The same field in a form that takes another's place: Slack keeps what was typed where a block keeps its id."""
    if block["type"] != "input":
        return block
    return {**block, "block_id": f"{field_of(block['block_id'])}{_MARK}{mark}"}


def field_of(block_id: str) -> str:
    """The field whose block this is."""
    return block_id.partition(_MARK)[0]


def values_of(state: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What a submitted form holds: each field by its name, with everything that was typed or chosen in it."""
    return {field_of(name): _chosen(next(iter(elements.values()), {})) for name, elements in state.items()}


def _chosen(element: Mapping[str, Any]) -> tuple[str, ...]:
    match element:
        case {"selected_options": list(options)}:
            return tuple(str(option["value"]) for option in options)
        case {"selected_option": dict(option)}:
            return (str(option["value"]),)
        case {"selected_users": list(several)} | {"selected_conversations": list(several)}:
            return tuple(map(str, several))
        case {"selected_user": str(one)} | {"selected_conversation": str(one)} | {"selected_channel": str(one)}:
            return (one,)
        case {"selected_date": str(one)} | {"selected_time": str(one)} | {"value": str(one)}:
            return (one,)
        case _:
            return ()


def _input(name: str, label: str, element: Element, *, hint: str, optional: bool) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": _words(label, limits.INPUT_LABEL),
        "optional": optional,
        "element": {**element, "action_id": name},
        **({"hint": _words(hint, limits.INPUT_HINT)} if hint else {}),
    }


def _options(choices: Choices) -> list[Element]:
    return [_option(value, words) for value, words in list(choices.items())[: limits.OPTIONS]]


def _option(value: str | None, words: str) -> Element:
    return {"text": _words(words, limits.OPTION), "value": value}


def _words(text: str, limit: int) -> Element:
    return {"type": "plain_text", "text": clip(text, limit), "emoji": False}
