"""Modals and Home: what a view may hold."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.rules.elements import CHOICES, INPUTS
from bot.sandbox.rules.layout import SIMPLE
from bot.sandbox.rules.objects import DISPATCH, ID, KIND, plain
from bot.sandbox.rules.rich_text import RICH_TEXT
from bot.sandbox.rules.schema import Check, boolean, items, number, one_of, record, string, tagged

MOST_BLOCKS, LARGEST = 100, 250_000

_MODAL_INPUTS: dict[str, Check] = {
    **INPUTS,
    "file_input": record(
        {**KIND}, {"action_id": ID, "filetypes": items(string()), "max_files": number(1, 10), "focus_on_load": boolean}
    ),
    "rich_text_input": record(
        {**KIND},
        {
            "action_id": ID,
            "initial_value": RICH_TEXT,
            "dispatch_action_config": DISPATCH,
            "focus_on_load": boolean,
            "placeholder": plain(150),
        },
    ),
}

_BLOCKS: dict[str, Check] = {
    **{kind: check for kind, check in SIMPLE.items() if kind != "table"},
    "input": record(
        {**KIND, "label": plain(2000), "element": tagged(_MODAL_INPUTS)},
        {"block_id": ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
}
"""Tables, markdown, charts and cards are for messages."""

_COMMON: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}


def _inputs_are_sent(view: Mapping[str, Any]) -> Iterator[str]:
    if "submit" not in view and any(block["type"] == "input" for block in _typed(view)):
        yield "missing required field: submit, for there are inputs"


def _one_focus(view: Mapping[str, Any]) -> Iterator[str]:
    if sum(element.get("focus_on_load") is True for element in _elements(view)) > 1:
        yield "only one element may have focus_on_load"


def _typed(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    blocks = view.get("blocks")
    return [one for one in blocks if isinstance(one, dict) and "type" in one] if isinstance(blocks, list) else []


def _elements(view: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for block in _typed(view):
        found = block.get("elements")
        listed = found if isinstance(found, list) else []
        candidates = [block.get("element"), block.get("accessory"), *listed]
        yield from (one for one in candidates if isinstance(one, dict))


def _repeated(view: Mapping[str, Any]) -> Iterator[str]:
    ids = [block["block_id"] for block in _typed(view) if isinstance(block.get("block_id"), str)]
    yield from (f'`block_id` "{one}" already exists' for one in sorted({one for one in ids if ids.count(one) > 1}))


_BODY: dict[str, Check] = {"blocks": items(tagged(_BLOCKS), MOST_BLOCKS, least=0)}

_KINDS: dict[str, Check] = {
    "modal": record(
        {**KIND, **_BODY, "title": plain(24)},
        {
            **_COMMON,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        _inputs_are_sent,
        _one_focus,
        _repeated,
    ),
    "home": record({**KIND, **_BODY}, _COMMON, _one_focus, _repeated),
}

INTERACTIVE = frozenset(CHOICES) | frozenset(_MODAL_INPUTS)
"""The types of element that people press, choose from or type into."""


def problems(view: Any, kind: str) -> list[str]:
    """What is wrong with a view that should be of this *kind*, `modal` or `home`; nothing when Slack would take it."""
    wrong = list(tagged(_KINDS)(view, "/view"))
    return wrong or list(one_of(kind)(view["type"], "/view/type"))


def is_too_large(view: Any) -> bool:
    """Whether Slack would say view_too_large."""
    return len(json.dumps(view, ensure_ascii=False).encode(errors="surrogatepass")) > LARGEST
