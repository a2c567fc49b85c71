"""What Slack refuses in blocks, told by its own limits; independent of the bot's builders."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

BLOCKS = 50
TOTAL_TEXT = 13_000
"""Slack's total is not documented; messages of more than about 13,000 characters have been refused."""

Problem = str


def problems(blocks: Any) -> list[Problem]:
    """What is wrong with *blocks*, in words like Slack's; nothing when it would take them."""
    if not isinstance(blocks, list):
        return ["blocks must be an array"]
    found = list(_of_all(blocks))
    if len(blocks) > BLOCKS:
        found.append(f"no more than {BLOCKS} items allowed [json-pointer:/blocks]")
    return found


def text_length(part: Any) -> int:
    """All characters of text in *part*, in UTF-16 units."""
    if isinstance(part, Mapping):
        return sum(units(value) if key == "text" else text_length(value) for key, value in part.items())
    return sum(map(text_length, part)) if isinstance(part, list) else 0


def units(value: Any) -> int:
    """The length of a text in UTF-16 units, as Slack is taken to count."""
    return len(value.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(value, str) else text_length(value)


def _of_all(blocks: list[Any]) -> Iterator[Problem]:
    ids: set[str] = set()
    for place, block in enumerate(blocks):
        where = f"[json-pointer:/blocks/{place}]"
        check = CHECKS.get(str(block.get("type"))) if isinstance(block, dict) else None
        if check is None:
            yield f"unsupported type {where}"
            continue
        yield from (f"{problem} {where}" for problem in check(block))
        block_id = block.get("block_id")
        if block_id is not None and (len(str(block_id)) > 255 or block_id in ids):  # noqa: PLR2004 Slack's figure
            yield f"block_id must be unique and at most 255 characters {where}"
        ids.add(block_id or "")


def _text(value: Any, most: int, *kinds: str) -> Iterator[Problem]:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"text must be an object of type {' or '.join(kinds)}"
        return
    words = value.get("text")
    if not isinstance(words, str) or not words:
        yield "must be more than 0 characters"
    elif units(words) > most:
        yield f"must be less than {most + 1} characters"
    if "verbatim" in value and value["type"] != "mrkdwn":
        yield "verbatim is for mrkdwn only"
    if "emoji" in value and value["type"] != "plain_text":
        yield "emoji is for plain_text only"


def _header(block: dict[str, Any]) -> Iterator[Problem]:
    yield from _text(block.get("text"), 150, "plain_text")


def _section(block: dict[str, Any]) -> Iterator[Problem]:
    fields = block.get("fields")
    if "text" not in block and not fields:
        yield "a section needs text or fields"
    if "text" in block:
        yield from _text(block["text"], 3000, "plain_text", "mrkdwn")
    if fields is not None and not 1 <= len(fields) <= 10:  # noqa: PLR2004 Slack's figure
        yield "no more than 10 fields allowed"
    for one in fields or []:
        yield from _text(one, 2000, "plain_text", "mrkdwn")
    if "accessory" in block:
        yield from _element(block["accessory"])


def _context(block: dict[str, Any]) -> Iterator[Problem]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 10:  # noqa: PLR2004 Slack's figure
        yield "context takes 1 to 10 elements"
        return
    for one in elements:
        if isinstance(one, dict) and one.get("type") == "image":
            yield from _image(one)
        else:
            yield from _text(one, 3000, "plain_text", "mrkdwn")


def _divider(_block: dict[str, Any]) -> Iterator[Problem]:
    yield from ()


def _actions(block: dict[str, Any]) -> Iterator[Problem]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:  # noqa: PLR2004 Slack's figure
        yield "actions takes 1 to 25 elements"
        return
    for one in elements:
        yield from _element(one)


def _element(element: Any) -> Iterator[Problem]:
    if not isinstance(element, dict) or element.get("type") not in {"button", "overflow", "static_select", "image"}:
        yield "unsupported element"
        return
    if element["type"] == "button":
        yield from _text(element.get("text"), 75, "plain_text")
        if len(str(element.get("value", ""))) > 2000:  # noqa: PLR2004 Slack's figure
            yield "value must be less than 2001 characters"
    if len(str(element.get("action_id", ""))) > 255:  # noqa: PLR2004 Slack's figure
        yield "action_id must be less than 256 characters"


def _image(block: dict[str, Any]) -> Iterator[Problem]:
    url = str(block.get("image_url", ""))
    if not url.startswith(("http://", "https://")) or len(url) > 3000:  # noqa: PLR2004 Slack's figure
        yield "image_url must be a URL of at most 3000 characters"
    if not 0 < len(str(block.get("alt_text", ""))) <= 2000:  # noqa: PLR2004 Slack's figure
        yield "alt_text is required, at most 2000 characters"


def _rich_text(block: dict[str, Any]) -> Iterator[Problem]:
    kinds = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
    elements = block.get("elements")
    if not isinstance(elements, list) or any(one.get("type") not in kinds for one in elements):
        yield "rich_text takes sections, lists, preformatted and quotes"


CHECKS: dict[str, Callable[[dict[str, Any]], Iterator[Problem]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "image": _image,
    "rich_text": _rich_text,
}
"""A check per type of block; another type is refused."""
