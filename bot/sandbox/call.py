"""One call of a Web API method: who calls, with what, and what Slack refuses about it."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.sandbox.workspace import App, Channel, User, Workspace

Result = dict[str, Any]
T = TypeVar("T")

FAMILIES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
"""What the scopes of each kind of conversation begin with."""

MOST_PER_PAGE, USUAL_PAGE = 1000, 100
_CURSOR = "next:"


class SlackRefusal(Exception):  # noqa: N818 what Slack does, not what we do wrong
    """ok: false, with its error and whatever Slack adds to it."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.answer: Result = {"ok": False, "error": error, **extra}


def refused_for(error: str, problems: Sequence[str]) -> SlackRefusal:
    """A refusal that says what is wrong in words, in both places where Slack puts them."""
    notes = [f"[ERROR] {problem}" for problem in problems]
    return SlackRefusal(error, errors=list(problems), response_metadata={"messages": notes})


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: by which app, on which workspace, with what.

    *reach* is the part of a scope that goes with each kind of conversation: `history` means that a private channel
    needs groups:history. Empty: the method asks for no such scope.
    """

    workspace: Workspace
    app: App
    arguments: Mapping[str, Any]
    reach: str = ""

    def text(self, name: str) -> str:
        """An argument as text, empty when it was not given."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """An argument as yes or no, however the client spelled it."""
        return is_true(self.arguments.get(name))

    def data(self, name: str, error: str) -> Any:
        """An argument that holds JSON, as a value or as text; None when it was not given."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except (ValueError, RecursionError):
            raise SlackRefusal(error) from None

    def stamp(self, name: str) -> int | None:
        """A time argument in microseconds, None when it was not given."""
        text = self.text(name)
        if not text:
            return None
        if not re.fullmatch(r"\d{1,12}(\.\d{1,9})?", text, re.ASCII):
            raise SlackRefusal(f"invalid_ts_{name}")
        return micros(text)

    def limit(self, *, most: int | None = None) -> int:
        """How many items a page may have; with *most*, more is cut to that instead of refused."""
        text = self.text("limit") or "0"
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or (most is None and int(text) > MOST_PER_PAGE):
            raise SlackRefusal("invalid_limit")
        return min(int(text) or USUAL_PAGE, most or MOST_PER_PAGE)

    def require(self, scope: str) -> None:
        """Refuse an app that was not granted *scope*."""
        if scope not in self.app.scopes:
            raise missing_scope(self.app, scope)

    def sees(self, channel: Channel) -> bool:
        """Whether the app knows of the channel: of a private one only its members do."""
        return not channel.is_private or self.app.bot_user in channel.members

    def channel(self) -> Channel:
        """The channel that is named and seen by the app."""
        found = self.workspace.channels.get(self.text("channel"))
        if found is None or not self.sees(found):
            raise SlackRefusal("channel_not_found")
        if self.reach:
            self.require(f"{FAMILIES[found.kind]}:{self.reach}")
        return found

    def own_channel(self) -> Channel:
        """The channel that is named, of which the app is a member."""
        found = self.channel()
        if self.app.bot_user not in found.members:
            raise SlackRefusal("not_in_channel")
        return found

    def user(self, name: str) -> User:
        """The person who is named."""
        found = self.workspace.users.get(self.text(name))
        if found is None:
            raise SlackRefusal("user_not_found")
        return found


def missing_scope(app: App, *needed: str) -> SlackRefusal:
    """The refusal of an app that has none of the scopes that would do."""
    return SlackRefusal("missing_scope", needed=",".join(needed), provided=",".join(sorted(app.scopes)))


def is_true(value: object) -> bool:
    """What a client means by true, 1, "1" or "true"."""
    return str(value).lower() in {"1", "true"}


def micros(ts: str) -> int:
    """A ts in whole microseconds."""
    seconds, _, rest = ts.partition(".")
    return int(seconds) * 1_000_000 + int(f"{rest:0<6}"[:6])


def page(items: Sequence[T], *, cursor: str, limit: int, place: Callable[[T], str]) -> tuple[list[T], str]:
    """The items of the page that *cursor* begins, and the next page's cursor, empty on the last.

    *place* is where an item stands, as text in ascending order: so what comes or goes in between moves no page.
    """
    start = _opened(cursor)
    rest = [item for item in items if place(item) >= start]
    following = rest[limit : limit + 1]
    return rest[:limit], "".join(_sealed(place(item)) for item in following)


def _sealed(place: str) -> str:
    return base64.b64encode(f"{_CURSOR}{place}".encode()).decode()


def _opened(cursor: str) -> str:
    if not cursor:
        return ""
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise SlackRefusal("invalid_cursor") from None
    if not text.startswith(_CURSOR):
        raise SlackRefusal("invalid_cursor")
    return text.removeprefix(_CURSOR)
