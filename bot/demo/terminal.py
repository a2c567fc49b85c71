"""Messages in the terminal, drawn from the Block Kit that was really sent, as they would look in Slack."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from rich.columns import Columns
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.demo.mrkdwn import Json, Look, mrkdwn, rich_text
from bot.domain.text import clean, clip, count_of
from bot.domain.window import zone_named

Message = Json
"""A message as Slack stores it: channel, ts, text, and where there are any blocks, thread_ts, user, edited."""

THREAD_INDENT = 4
WIDEST_BUTTON = 26
ALT_ROOM = 220
"""How much of a picture's words is read where the picture itself cannot be seen."""

SLACK_OPENED = 1_376_000_000
"""August 2013. A ts before that is only a place in an order: a preview numbers its messages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A message, ready to print on any rich console; make it with `render`."""

    message: Message
    names: Mapping[str, str]
    zone: str
    as_reply: bool = False

    def __rich_console__(self, console: Console, _options: ConsoleOptions) -> RenderResult:
        look = Look(names=self.names, links=console.color_system is not None)
        yield _heading(self.message, look, zone=self.zone, as_reply=self.as_reply)
        yield from _body(self.message, look)


def render(
    message: Message, *, names: Mapping[str, str] | None = None, zone: str = "UTC", as_reply: bool = False
) -> Drawn:
    """*message* as Slack would show it, below its channel and its time in *zone*.

    *names* says what ids of channels, direct messages and people are called. A reply does not repeat its channel.
    """
    return Drawn(message=message, names=names or {}, zone=zone, as_reply=as_reply)


def show(
    messages: Iterable[Message], console: Console, *, names: Mapping[str, str] | None = None, zone: str = "UTC"
) -> None:
    """Print *messages*, the oldest first, each with the replies of its thread indented below it."""
    for thread in _threads(messages):
        if thread.parent:
            console.print(render(thread.parent, names=names, zone=zone))
        if thread.replies:
            console.print(Padding(Text(_how_many(thread), style="blue"), (0, 0, 0, THREAD_INDENT)))
        for reply in thread.replies:
            drawn = render(reply, names=names, zone=zone, as_reply=thread.parent is not None)
            console.print(Padding(drawn, (0, 0, 0, THREAD_INDENT)))
        console.print()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Thread:
    """A message and its replies; without the message where only replies are at hand."""

    parent: Message | None
    replies: Sequence[Message] = field(default=())


def _threads(messages: Iterable[Message]) -> list[_Thread]:
    by_thread = sorted(messages, key=lambda message: (str(message.get("channel")), *_places(message)))
    threads = [
        _thread(list(together))
        for _, together in groupby(by_thread, key=lambda message: (message.get("channel"), _places(message)[0]))
    ]
    return sorted(threads, key=lambda thread: _places(thread.parent or thread.replies[0]))


def _thread(messages: list[Message]) -> _Thread:
    first, *rest = messages
    own, thread = _places(first)[::-1]
    return _Thread(parent=first, replies=rest) if own == thread else _Thread(parent=None, replies=messages)


def _places(message: Message) -> tuple[float, float]:
    """Where a message stands in time: its thread's, then its own."""
    own = float(message.get("ts") or 0)
    return float(message.get("thread_ts") or own), own


def _how_many(thread: _Thread) -> str:
    replies = count_of(len(thread.replies), "reply", "replies")
    return replies if thread.parent else f"{replies} to an earlier message"


def _heading(message: Message, look: Look, *, zone: str, as_reply: bool) -> Text:
    parts = [
        Text("" if as_reply else _place(str(message.get("channel") or ""), look), style="bold cyan"),
        Text(_author(message, look), style="bold"),
        Text(_time(message, zone), style="dim"),
        Text("(edited)" if message.get("edited") else "", style="dim"),
    ]
    return Text("  ").join(part for part in parts if part)


def _place(channel: str, look: Look) -> str:
    name = clean(look.name(channel))
    if channel.startswith(("D", "U", "W")):
        return f"Direct message to {name}"
    return f"#{name.removeprefix('#')}" if channel else ""


def _author(message: Message, look: Look) -> str:
    profile = message.get("bot_profile") or {}
    said = str(message.get("username") or profile.get("name") or "")
    return clean(look.name(str(message.get("user") or message.get("bot_id") or ""), said))


def _time(message: Message, zone: str) -> str:
    stamp = float(message.get("ts") or 0)
    if stamp < SLACK_OPENED:
        return ""
    at = datetime.fromtimestamp(stamp, zone_named(zone))
    return f"{at:%a} {at.day} {at:%b %Y %H:%M %Z}"


def _body(message: Message, look: Look) -> Iterator[RenderableType]:
    blocks = message.get("blocks") or []
    if not blocks:
        yield mrkdwn(message.get("text") or "", look)
    for block in blocks:
        yield _block(block, look)


def _block(block: Json, look: Look) -> RenderableType:
    draw = _DRAWN.get(str(block.get("type")))
    return draw(block, look) if draw else Text(f"[{block.get('type')}]", style="dim")


def _header(block: Json, look: Look) -> RenderableType:
    return _emphasised(_text(block.get("text"), look), "bold")


def _context(block: Json, look: Look) -> RenderableType:
    return _emphasised(Text("  ").join(_elements(block, look)), "dim")


def _actions(block: Json, look: Look) -> RenderableType:
    return Columns(_elements(block, look), padding=(0, 2))


def _divider(_block: Json, _look: Look) -> RenderableType:
    return Rule(style="dim")


def _image(block: Json, look: Look) -> RenderableType:
    return Text("\n").join(filter(None, (_text(block.get("title"), look), _element(block, look))))


def _input(block: Json, look: Look) -> RenderableType:
    return Text("\n").join((_text(block.get("label"), look), _element(block.get("element") or {}, look)))


def _section(block: Json, look: Look) -> RenderableType:
    parts: list[RenderableType] = [_text(block.get("text"), look)] if block.get("text") else []
    if block.get("fields"):
        parts.append(_two_columns([_text(one, look) for one in block["fields"]]))
    if not block.get("accessory"):
        return Group(*parts)
    beside = Table.grid(expand=True, padding=(0, 2, 0, 0))
    beside.add_column(ratio=1, overflow="fold")
    beside.add_column(max_width=WIDEST_BUTTON, overflow="fold", justify="right")
    beside.add_row(Group(*parts), _element(block["accessory"], look))
    return beside


def _two_columns(cells: list[Text]) -> Table:
    table = Table.grid(expand=True, padding=(0, 2, 0, 0))
    table.add_column(ratio=1, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    for left in range(0, len(cells), 2):
        table.add_row(*cells[left : left + 2])
    return table


def _elements(block: Json, look: Look) -> list[Text]:
    return [_element(element, look) for element in block.get("elements") or []]


def _element(element: Json, look: Look) -> Text:
    """A text, a picture by its description, or something to press as [ Label ]."""
    match element.get("type"):
        case "mrkdwn" | "plain_text":
            return _text(element, look)
        case "image":
            return Text(f"[image: {clip(clean(element.get('alt_text') or ''), ALT_ROOM)}]")
        case kind:
            label = _text(element.get("text") or element.get("placeholder"), look)
            return Text.assemble("[ ", label, " ]", style="bold") if label else Text(f"[{kind}]")


def _text(given: Json | None, look: Look) -> Text:
    if not given:
        return Text()
    said = str(given.get("text") or "")
    return mrkdwn(said, look) if given.get("type") == "mrkdwn" else Text(clean(said), overflow="fold")


def _emphasised(text: Text, style: str) -> Text:
    text.stylize(style)
    return text


_DRAWN: Mapping[str, Callable[[Json, Look], RenderableType]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "divider": _divider,
    "image": _image,
    "input": _input,
    "rich_text": rich_text,
}
"""What is drawn as in Slack; any other block is named in brackets."""
