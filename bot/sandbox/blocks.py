"""What Slack refuses in a message's blocks as a whole; each block is judged by `bot.sandbox.rules`."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.rules.layout import BLOCKS
from bot.sandbox.rules.schema import at, items, tagged, units

MOST_BLOCKS = 50
MOST_MARKDOWN = 12_000
MOST_CHARTS = 2

TOTAL_TEXT = 13_000
"""Slack's total is not documented; messages of more than about 13,000 characters have been refused."""

_MESSAGE = items(tagged(BLOCKS), MOST_BLOCKS, least=0)


def problems(blocks: Any) -> list[str]:
    """What is wrong with *blocks*, in words like Slack's; nothing when it would take them."""
    found = list(_MESSAGE(blocks, "/blocks"))
    known = [one for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []
    return [*found, *_repeated_ids(known), *_too_many_charts(known), *_too_much_markdown(known)]


def tables_in(blocks: list[dict[str, Any]]) -> int:
    """How many tables there are, in containers too: Slack takes one in a message."""
    return sum(block.get("type") in {"table", "data_table"} for block in _with_children(blocks))


def text_length(part: Any) -> int:
    """All characters of text in *part*, in UTF-16 units."""
    match part:
        case str():
            return units(part)
        case Mapping():
            return sum(text_length(value) for key, value in part.items() if _holds_text(key, value))
        case list():
            return sum(map(text_length, part))
        case _:
            return 0


def _holds_text(key: str, value: Any) -> bool:
    return key in _TEXT_FIELDS or not isinstance(value, str)


_TEXT_FIELDS = frozenset({"text", "alt_text", "title", "caption", "label", "name"})


def _repeated_ids(blocks: list[dict[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id in seen:
            yield at(f'`block_id` "{block_id}" already exists', f"/blocks/{place}/block_id")
        elif isinstance(block_id, str):
            seen.add(block_id)


def _too_many_charts(blocks: list[dict[str, Any]]) -> Iterator[str]:
    if sum(block.get("type") == "data_visualization" for block in blocks) > MOST_CHARTS:
        yield at(f"no more than {MOST_CHARTS} data_visualization blocks allowed", "/blocks")


def _with_children(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield block
        inside = block.get("child_blocks")
        yield from (one for one in inside if isinstance(one, dict)) if isinstance(inside, list) else ()


def _too_much_markdown(blocks: list[dict[str, Any]]) -> Iterator[str]:
    markdown = [block.get("text") for block in blocks if block.get("type") == "markdown"]
    texts = [text for text in markdown if isinstance(text, str)]
    if sum(map(units, texts)) > MOST_MARKDOWN:
        yield at(f"must be less than {MOST_MARKDOWN + 1} characters in all markdown blocks", "/blocks")
