"""The words of a message that somebody points at, whoever wrote it and however it is built."""

from collections.abc import Iterator, Mapping
from typing import Any

_SAYS_ITS_TEXT = frozenset({"mrkdwn", "plain_text", "markdown", "raw_text"})
_PASSAGES = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})
_HOLDS_WORDS = ("title", "text", "fields", "elements", "rows")
_TO_USE = frozenset({"button", "overflow", "checkboxes", "radio_buttons"})
"""What people press is not what they read; menus and pickers hold their words in other places."""


def words_of(message: Mapping[str, Any]) -> str:
    """The text of *message*; where it has none, what its blocks say, a line for each text in them."""
    text = message.get("text")
    if isinstance(text, str) and text.strip():
        return text
    return "\n".join(line for line in _lines(message.get("blocks")) if line.strip())


def _lines(part: Any) -> Iterator[str]:
    match part:
        case list():
            for one in part:
                yield from _lines(one)
        case {"type": str(kind), "text": str(text)} if kind in _SAYS_ITS_TEXT:
            yield text
        case {"type": str(kind), "elements": list(pieces)} if kind in _PASSAGES:
            yield "".join(map(_piece, pieces))
        case {"type": str(kind)} if kind not in _TO_USE:
            for name in _HOLDS_WORDS:
                yield from _lines(part.get(name))
        case _:
            """No words."""


def _piece(element: Any) -> str:
    """A piece of rich text; people and channels as Slack writes them elsewhere."""
    match element:
        case {"text": str(text)} | {"url": str(text)}:
            return text
        case {"user_id": str(person)}:
            return f"<@{person}>"
        case {"channel_id": str(channel)}:
            return f"<#{channel}>"
        case {"type": "emoji", "name": str(name)}:
            return f":{name}:"
        case _:
            return ""
