"""What people would see of a message: whom it calls, where it leads, what it previews, and what is set in bold.

An oracle for tests. Where Slack's behaviour is not certain it sees a mention or a link rather than none: a text in
which it finds nothing is safe. plain_text objects and rich_text's text elements are shown letter for letter.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.call import is_true

_SEQUENCE = re.compile(r"<([^<>\n]*)>")
_MENTION = re.compile(r"@[UWB]\w+|#[CG]\w+|!(?:here|channel|everyone)\b|!subteam\^\w+", re.ASCII)
_TARGET = re.compile(r"[a-z][a-z0-9+.-]*:.+", re.IGNORECASE | re.DOTALL)
_AUTO_MENTION = re.compile(r"(?<![\w@])@(?:here|channel|everyone)\b|(?<![\w#&])#\w*[^\W\d][\w-]*", re.IGNORECASE)
_DOMAINS = "ai|app|biz|cloud|cn|co|com|de|dev|edu|eu|fr|gov|info|io|me|net|org|ru|sh|tech|uk|us|xyz"
_AUTO_LINK = re.compile(
    rf"[a-z][a-z0-9+.-]*://[^\s<>|]+|mailto:[^\s<>|]+|[\w.+-]+@[\w-]+\.\w+|\b(?:[\w-]+\.)+(?:{_DOMAINS})\b[^\s<>|]*",
    re.IGNORECASE,
)
_MARKDOWN_LINK = re.compile(r"\[[^\]]*\]\(\s*([^\s)]+)")
_FORMATS = re.compile(
    r"```.+?```|`[^`\n]+`|(?<![\w*])\*(?=\S)[^*\n]*[^*\s]\*(?![\w*])|(?<![\w_])_(?=\S)[^_\n]*[^_\s]_(?![\w_])"
    r"|(?<![\w~])~(?=\S)[^~\n]*[^~\s]~(?![\w~])|^(?:&gt;|>)[^\n]*$",
    re.MULTILINE | re.DOTALL,
)
_MARKDOWN_FORMATS = re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__|^#{1,6} .*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class _Passage:
    """A stretch of text that Slack reads for more than its letters."""

    text: str
    names: bool
    addresses: bool
    formats: bool
    markdown: bool = False


def mentions_in(message: Mapping[str, Any]) -> list[str]:
    """Whom *message* calls and which channels it names, as Slack writes them: <@U1>, <!here>, @channel, #general."""
    return [
        *(mention for passage in _passages(message) for mention in _mentions(passage)),
        *(mention for element in _rich_elements(message) for mention in _rich_mention(element)),
    ]


def links_in(message: Mapping[str, Any]) -> list[str]:
    """Where the text of *message* leads when clicked. The addresses of buttons and pictures are not among them."""
    return [
        *(link for passage in _passages(message) for link in _links(passage)),
        *(str(element["url"]) for element in _rich_elements(message) if element["type"] == "link"),
    ]


def unfurls_in(message: Mapping[str, Any]) -> list[str]:
    """The links that Slack would fetch for a preview; none when the message refused both kinds."""
    refused = all(name in message and not is_true(message[name]) for name in ("unfurl_links", "unfurl_media"))
    return [] if refused else [link for link in links_in(message) if "://" in link]


def formats_in(message: Mapping[str, Any]) -> list[str]:
    """The stretches of text that Slack sets in bold, in italics, as code, struck out or as a quote."""
    return [found for passage in _passages(message) for found in _formats(passage)]


def _passages(message: Mapping[str, Any]) -> Iterator[_Passage]:
    parse = message.get("parse")
    yield _Passage(
        text=str(message.get("text", "")),
        names=parse == "full" or is_true(message.get("link_names", False)),
        addresses=parse != "none",
        formats=parse != "full" and is_true(message.get("mrkdwn", True)),
    )
    for attachment in message.get("attachments", []):
        for name in ("pretext", "text"):
            yield _Passage(text=str(attachment.get(name, "")), names=True, addresses=True, formats=True)
    for thing in _objects([message.get("blocks"), message.get("attachments")]):
        if thing.get("type") == "mrkdwn":
            is_read = thing.get("verbatim") is not True
            yield _Passage(text=thing["text"], names=is_read, addresses=is_read, formats=True)
        elif thing.get("type") == "markdown":
            yield _Passage(text=thing["text"], names=True, addresses=True, formats=True, markdown=True)


def _rich_elements(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for block in _objects([message.get("blocks"), message.get("attachments")]):
        if block.get("type") == "rich_text":
            yield from (thing for thing in _objects(block["elements"]) if "type" in thing)


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    """Every object in *part*, however deep."""
    match part:
        case dict():
            yield part
            yield from _objects(list(part.values()))
        case list():
            for one in part:
                yield from _objects(one)
        case _:
            """A value, no object."""


def _mentions(passage: _Passage) -> Iterator[str]:
    for found in _SEQUENCE.finditer(passage.text):
        if _MENTION.match(found.group(1)):
            yield found.group()
    if passage.names:
        yield from _AUTO_MENTION.findall(_SEQUENCE.sub(" ", passage.text))


def _links(passage: _Passage) -> Iterator[str]:
    for found in _SEQUENCE.finditer(passage.text):
        yield from _target(found.group(1))
    if passage.markdown:
        yield from _MARKDOWN_LINK.findall(passage.text)
    if passage.addresses:
        yield from _AUTO_LINK.findall(_SEQUENCE.sub(" ", _MARKDOWN_LINK.sub(" ", passage.text)))


def _formats(passage: _Passage) -> Iterator[str]:
    if passage.formats:
        yield from _FORMATS.findall(passage.text)
    if passage.markdown:
        yield from _MARKDOWN_FORMATS.findall(passage.text)


def _target(sequence: str) -> Iterator[str]:
    """Where a sequence like <url|label> leads; a date may lead somewhere too."""
    if sequence.startswith("!date^"):
        yield from (part.partition("|")[0] for part in sequence.split("^")[3:4])
    elif not sequence.startswith(("@", "#", "!")) and _TARGET.match(sequence):
        yield sequence.partition("|")[0]


def _rich_mention(element: dict[str, Any]) -> Iterator[str]:
    match element:
        case {"type": "user", "user_id": str(person)}:
            yield f"<@{person}>"
        case {"type": "usergroup", "usergroup_id": str(group)}:
            yield f"<!subteam^{group}>"
        case {"type": "channel", "channel_id": str(channel)}:
            yield f"<#{channel}>"
        case {"type": "broadcast", "range": str(circle)}:
            yield f"<!{circle}>"
        case _:
            """Nobody is called."""
