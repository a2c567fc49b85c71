"""Driving a sandbox: what can be asked of it and changed in it, at both ends of the wire."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from typing_extensions import override

from bot.errors import MusterError
from bot.sandbox.faults import Answer, Fault, Script
from bot.sandbox.gestures import Gestures
from bot.sandbox.uploads import SharedFile
from bot.sandbox.workspace import App, Channel, Group, Message, User, Workspace

CONTROL = "/_sandbox/"
_PATIENCE_S = 30


class ControlError(MusterError):
    """The sandbox was told something that it does not understand."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """A call as it arrived, whatever became of it. The token is not among the arguments."""

    method: str
    arguments: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Controls:
    """The sandbox's end of the wire."""

    workspace: Workspace
    faults: Script
    received: Sequence[Received]

    def run(self, command: str, arguments: Mapping[str, Any]) -> Any:
        """Do what another process asks, and give what it wants to know. Raises `ControlError`."""
        try:
            return _COMMANDS[command](self, **arguments)
        except (KeyError, TypeError, ValueError) as error:
            raise ControlError(f"{command}: {type(error).__name__}: {error}") from error


def _add_channel(own: Controls, *, members: Sequence[str], **channel: Any) -> None:
    own.workspace.add(Channel(members=set(members), **channel))


def _install(own: Controls, *, scopes: Sequence[str], **app: Any) -> None:
    own.workspace.install(App(scopes=frozenset(scopes), **app))


def _fail(own: Controls, *, answer: str, **fault: Any) -> int:
    return own.faults.add(Fault(answer=Answer(answer), **fault))


def _change(thing: User | Channel, changes: Mapping[str, Any]) -> None:
    known = {field.name for field in fields(thing)}
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"{type(thing).__name__} has no {name}")
        setattr(thing, name, set(value) if name == "members" else value)


_COMMANDS: dict[str, Callable[..., Any]] = {
    "messages": lambda own, **asked: own.workspace.messages(**asked),
    "ephemerals": lambda own, **asked: own.workspace.ephemerals(**asked),
    "files": lambda own: [one.as_json() for one in own.workspace.files()],
    "calls": lambda own: [asdict(one) for one in own.received],
    "fail": _fail,
    "mend": lambda own, number: own.faults.remove(number),
    "clear": lambda own: own.faults.clear(),
    "add_user": lambda own, **user: own.workspace.add(User(**user)),
    "add_channel": _add_channel,
    "add_group": lambda own, **group: own.workspace.add(Group(**group)),
    "install": _install,
    "change_user": lambda own, person, changes: _change(own.workspace.users[person], changes),
    "change_channel": lambda own, channel, changes: _change(own.workspace.channels[channel], changes),
    "refuse": lambda own, **asked: own.workspace.refuse(**asked),
    "say": lambda own, **asked: own.workspace.say(**asked),
}
"""What `RemoteSandbox` may send, by the names of its arguments."""


def as_json(found: object) -> bytes:
    """An answer of `Controls` as it goes over the wire."""
    return json.dumps(found, default=_plain).encode()


class RemoteSandbox(Gestures):
    """A sandbox that runs in another process, known by its Web API address. Raises `ControlError`."""

    def __init__(self, url: str) -> None:
        self._base = url.removesuffix("/api/") + CONTROL

    def messages(self, *channels: str, removed: bool = False) -> list[Message]:
        """What was really stored, oldest first: see `Workspace.messages`."""
        found: list[Message] = self._ask("messages", channel_ids=channels, removed=removed)
        return found

    def ephemerals(self, *channels: str) -> list[Message]:
        """What single people were shown, oldest first."""
        found: list[Message] = self._ask("ephemerals", channel_ids=channels)
        return found

    def files(self) -> list[SharedFile]:
        """The files that apps have uploaded to the end, oldest first."""
        return [SharedFile.from_json(one) for one in self._ask("files")]

    def calls(self) -> list[Received]:
        """The calls that arrived, in order."""
        return [Received(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in self._ask("calls")]

    def fail(self, fault: Fault) -> int:
        """Let a fault happen; the number mends it."""
        return int(self._ask("fail", **asdict(fault)))

    def mend(self, number: int) -> None:
        """Let one fault happen no more."""
        self._ask("mend", number=number)

    def clear(self) -> None:
        """Let everything go well from now on."""
        self._ask("clear")

    def add(self, *things: User | Channel | Group) -> None:
        """Add people, channels and groups."""
        for thing in things:
            self._ask(f"add_{type(thing).__name__.lower()}", **asdict(thing))

    def install(self, app: App) -> None:
        """Let another app in."""
        self._ask("install", **asdict(app))

    def change_user(self, person: str, **changes: Any) -> None:
        """Set fields of a person: `deleted=True`."""
        self._ask("change_user", person=person, changes=changes)

    def change_channel(self, channel: str, **changes: Any) -> None:
        """Set fields of a channel: `is_archived=True`."""
        self._ask("change_channel", channel=channel, changes=changes)

    def refuse(self, token: str, error: str) -> None:
        """Answer *error* to this token from now on."""
        self._ask("refuse", token=token, error=error)

    def say(self, channel: str, user: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Let a person write into a channel."""
        found: Message = self._ask("say", channel=channel, user=user, text=text, thread_ts=thread_ts)
        return found

    @override
    def _gesture(self, name: str, /, **arguments: Any) -> Any:
        return self._ask(name, **arguments)

    def _ask(self, command: str, **arguments: Any) -> Any:
        request = urllib.request.Request(  # noqa: S310 always http, on loopback
            self._base + command, json.dumps(arguments, default=_plain).encode(), {"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_S) as response:  # noqa: S310 see above
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise ControlError(error.read().decode()) from None


def _plain(value: object) -> Any:
    match value:
        case set() | frozenset():
            return sorted(value)
        case datetime():
            return value.isoformat()
        case _ if is_dataclass(value) and not isinstance(value, type):
            return asdict(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON")
