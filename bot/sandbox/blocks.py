"""What Slack refuses in blocks, told by its own limits; independent of the bot's builders."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.sandbox import elements, limits
from bot.sandbox.elements import MRKDWN, PLAIN, Part, Problem, units


def problems(blocks: Any) -> list[Problem]:
    """What is wrong with *blocks*, in words like Slack's; nothing when it would take them."""
    if not isinstance(blocks, list):
        return ["blocks must be an array"]
    found = [f"{problem} [json-pointer:/blocks/{place}]" for place, problem in _of_all(blocks)]
    if len(blocks) > limits.BLOCKS:
        found.append(f"no more than {limits.BLOCKS} items allowed [json-pointer:/blocks]")
    return found


def text_length(part: Any) -> int:
    """All characters of text in *part*, in UTF-16 units."""
    match part:
        case Mapping():
            return sum(
                units(value) if key == "text" and isinstance(value, str) else text_length(value)
                for key, value in part.items()
            )
        case list():
            return sum(map(text_length, part))
        case _:
            return 0


def _of_all(blocks: list[Any]) -> Iterator[tuple[int, Problem]]:
    ids: set[Any] = set()
    for place, block in enumerate(blocks):
        yield from ((place, problem) for problem in _of_one(block))
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str) and block_id in ids:
            yield place, f"block_id {block_id} already exists"
        ids.add(str(block_id))


def _of_one(block: Any) -> Iterator[Problem]:
    check = CHECKS.get(str(block.get("type"))) if isinstance(block, dict) else None
    if check is None:
        yield "unsupported type of block"
        return
    yield from check(block)
    if "block_id" in block:
        yield from elements.string(block["block_id"], "block_id", limits.ID)


def _header(block: Part) -> Iterator[Problem]:
    yield from elements.unknown(block, "block_id", "text")
    yield from elements.text(block.get("text"), limits.HEADER, PLAIN)


def _section(block: Part) -> Iterator[Problem]:
    yield from elements.unknown(block, "block_id", "text", "fields", "accessory", "expand")
    if "text" not in block and "fields" not in block:
        yield "a section needs text or fields"
    if "text" in block:
        yield from elements.text(block["text"], limits.SECTION, PLAIN, MRKDWN)
    if "fields" in block:
        yield from elements.listing(block["fields"], "fields", limits.FIELDS)
        yield from _each(block["fields"], lambda one: elements.text(one, limits.FIELD, PLAIN, MRKDWN))
    if "accessory" in block:
        yield from _accessory(block["accessory"])


def _accessory(part: Any) -> Iterator[Problem]:
    is_image = isinstance(part, dict) and part.get("type") == "image"
    yield from elements.image(part) if is_image else elements.element(part)


def _context(block: Part) -> Iterator[Problem]:
    yield from elements.unknown(block, "block_id", "elements")
    yield from elements.listing(block.get("elements"), "elements", limits.CONTEXT_ELEMENTS)
    yield from _each(block.get("elements"), _small_print)


def _small_print(part: Any) -> Iterator[Problem]:
    is_image = isinstance(part, dict) and part.get("type") == "image"
    yield from elements.image(part) if is_image else elements.text(part, limits.CONTEXT, PLAIN, MRKDWN)


def _divider(block: Part) -> Iterator[Problem]:
    yield from elements.unknown(block, "block_id")


def _actions(block: Part) -> Iterator[Problem]:
    yield from elements.unknown(block, "block_id", "elements")
    yield from elements.listing(block.get("elements"), "elements", limits.ACTIONS)
    yield from _each(block.get("elements"), elements.element)
    names = [one.get("action_id") for one in block.get("elements") or [] if isinstance(one, dict)]
    given = [name for name in names if name is not None]
    if len(given) > len(set(map(str, given))):
        yield "action_id must be unique in its block"


def _image(block: Part) -> Iterator[Problem]:
    yield from elements.unknown(block, "block_id", "image_url", "alt_text", "title")
    yield from elements.picture(block)
    if "title" in block:
        yield from elements.text(block["title"], limits.IMAGE_TITLE, PLAIN)


def _rich_text(block: Part) -> Iterator[Problem]:
    yield from elements.unknown(block, "block_id", "elements")
    yield from _each(block.get("elements"), _rich_part)
    if not isinstance(block.get("elements"), list):
        yield "missing required field: elements"


def _rich_part(part: Any) -> Iterator[Problem]:
    kind = part.get("type") if isinstance(part, dict) else None
    inside = {"rich_text_section": _rich_leaf, "rich_text_list": _rich_part}
    inside |= {"rich_text_preformatted": _rich_leaf, "rich_text_quote": _rich_leaf}
    if kind not in inside:
        yield "rich_text takes sections, lists, preformatted and quotes"
    elif not isinstance(part.get("elements"), list):
        yield "missing required field: elements"
    else:
        yield from _each(part["elements"], inside[kind])


def _rich_leaf(part: Any) -> Iterator[Problem]:
    needed = RICH_LEAVES.get(str(part.get("type"))) if isinstance(part, dict) else None
    if needed is None:
        yield "unsupported type of rich text"
    elif not isinstance(part.get(needed), str) or not part[needed]:
        yield f"missing required field: {needed}"


def _each(parts: Any, check: Callable[[Any], Iterator[Problem]]) -> Iterator[Problem]:
    for part in parts if isinstance(parts, list) else []:
        yield from check(part)


RICH_LEAVES = {
    "broadcast": "range",
    "channel": "channel_id",
    "emoji": "name",
    "link": "url",
    "text": "text",
    "user": "user_id",
    "usergroup": "usergroup_id",
}
"""What rich text is made of, and what each part cannot be without."""

CHECKS: dict[str, Callable[[Part], Iterator[Problem]]] = {
    "actions": _actions,
    "context": _context,
    "divider": _divider,
    "header": _header,
    "image": _image,
    "rich_text": _rich_text,
    "section": _section,
}
"""A check per type of block; another type is refused, also where Slack has one that the bot does not use."""
