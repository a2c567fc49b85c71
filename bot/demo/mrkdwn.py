"""Slack's two rich notations, mrkdwn strings and rich_text blocks, as styled terminal text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.style import Style
from rich.text import Text

from bot.domain.text import clean

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How to show things: what ids are called, and whether the terminal can follow links."""

    names: Mapping[str, str] = field(default_factory=dict)
    links: bool = False

    def name(self, id_: str, otherwise: str = "") -> str:
        """What the user or channel with this id is called."""
        return self.names.get(id_) or otherwise or id_


_TOKEN = re.compile(
    r"```(?P<fence>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    r"|(?<!\w)(?P<mark>[*_~])(?=\S)(?P<marked>(?:(?!(?P=mark)).)+)(?<=\S)(?P=mark)(?!\w)",
    re.DOTALL,
)
_STYLES = {"*": "bold", "_": "italic", "~": "strike"}
_BROADCASTS = {"here", "channel", "everyone"}
_CODE = "cyan"


def mrkdwn(source: str, look: Look) -> Text:
    """*source* as Slack would show it: formats, links and mentions; nothing in it is terminal markup."""
    return _formatted(clean(source), look)


def link(url: str, label: str, look: Look) -> Text:
    """*label* as a link, followed by its address where the terminal cannot follow links."""
    url, label = clean(url), clean(label)
    if look.links:
        return Text(label, style=Style(link=url, underline=True))
    return Text(label if label == url else f"{label} ({url})")


def rich_text(element: Json, look: Look) -> Text:
    """A rich_text block, or one of its sections, lists, quotes and inline elements."""
    parts = element.get("elements") or []
    match element.get("type"):
        case "rich_text":
            return Text("\n").join(rich_text(part, look) for part in parts)
        case "rich_text_list":
            return Text("\n").join(_bullets(element, look))
        case "rich_text_preformatted":
            return _styled(_chained(parts, look), _CODE)
        case "rich_text_quote":
            return Text("│ ").append_text(_chained(parts, look))
        case "rich_text_section":
            return _chained(parts, look)
        case _:
            return _inline(element, look)


def _formatted(source: str, look: Look) -> Text:
    shown = Text()
    seen = 0
    for token in _TOKEN.finditer(source):
        shown.append(_unescaped(source[seen : token.start()])).append_text(_token(token, look))
        seen = token.end()
    return shown.append(_unescaped(source[seen:]))


def _token(token: re.Match[str], look: Look) -> Text:
    if code := token["fence"] or token["code"]:
        return Text(_unescaped(code.strip("\n")), style=_CODE)
    if token["angle"]:
        return _reference(_unescaped(token["angle"]), look)
    return _styled(_formatted(token["marked"], look), _STYLES[token["mark"]])


def _reference(inside: str, look: Look) -> Text:
    """What stands for `<inside>`: a link, a mention, or a command of Slack's."""
    target, _, label = inside.partition("|")
    match target[0], target[1:].partition("^")[0]:
        case "@", user:
            return Text(f"@{look.name(user, label)}", style="bold")
        case "#", channel:
            return Text(f"#{look.name(channel, label)}", style="bold")
        case "!", name if name in _BROADCASTS:
            return Text(f"@{name}", style="bold")
        case "!", _:
            return Text(label or target)
        case _:
            return link(target, label or target, look)


def _bullets(element: Json, look: Look) -> Iterable[Text]:
    indent = "  " * int(element.get("indent") or 0)
    for number, item in enumerate(element.get("elements") or [], start=1):
        sign = f"{number}." if element.get("style") == "ordered" else "•"
        yield Text(f"{indent}{sign} ").append_text(rich_text(item, look))


def _chained(elements: Iterable[Json], look: Look) -> Text:
    return Text().join(rich_text(element, look) for element in elements)


def _inline(element: Json, look: Look) -> Text:
    style = " ".join(name for name in ("bold", "italic", "strike") if (element.get("style") or {}).get(name))
    match element.get("type"):
        case "text":
            return Text(clean(element.get("text") or ""), style=style)
        case "link":
            url = element.get("url") or ""
            return _styled(link(url, element.get("text") or url, look), style)
        case "user" | "usergroup" | "channel" | "broadcast":
            return Text(_mentioned(element, look), style="bold")
        case "emoji":
            return Text(f":{element.get('name')}:")
        case kind:
            return Text(str(element.get("fallback") or element.get("value") or f"[{kind}]"))


def _mentioned(element: Json, look: Look) -> str:
    kind = element["type"]
    if kind == "broadcast":
        return f"@{element.get('range')}"
    return f"{'#' if kind == 'channel' else '@'}{look.name(element.get(f'{kind}_id') or '')}"


def _styled(text: Text, style: str) -> Text:
    text.stylize(style)
    return text


def _unescaped(source: str) -> str:
    return source.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
