"""The sandbox's workspace: people, channels, apps, and every message that was really stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from threading import RLock
from typing import Any

from bot.clock import Clock
from bot.sandbox.dialogs import Dialogs
from bot.sandbox.uploads import SharedFile, Uploads

TEAM_ID, TEAM_NAME, TEAM_DOMAIN = "T01SANDBOX", "Sandbox", "sandbox"

EVERY_SCOPE = frozenset(
    {
        "chat:write",
        "channels:read",
        "groups:read",
        "im:read",
        "channels:join",
        "im:write",
        "channels:history",
        "groups:history",
        "im:history",
        "users:read",
        "files:write",
        "usergroups:read",
        "reactions:read",
        "channels:write.topic",
        "groups:write.topic",
    }
)
"""What a bot is usually granted. `chat:write.public` is not among it: it has to join what it posts to."""

STEP = Decimal("0.0001")

Message = dict[str, Any]


@dataclass(kw_only=True)
class User:
    """A person or a bot. One whose *team_id* is another workspace's comes through a shared channel: a stranger."""

    id: str
    name: str
    tz: str = "Europe/Berlin"
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    team_id: str = TEAM_ID

    @property
    def handle(self) -> str:
        """The name as Slack's payloads write it: ana.lima."""
        return self.name.lower().replace(" ", ".")

    def as_slack(self) -> dict[str, Any]:
        """As users.info gives it."""
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.handle,
            "real_name": self.name,
            "tz": self.tz,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            **({} if self.team_id == TEAM_ID else {"is_stranger": True}),
        }


@dataclass(kw_only=True)
class Channel:
    """A channel or a direct conversation, with its messages, oldest first."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_im: bool = False
    topic: str = ""
    messages: list[Message] = field(default_factory=list)
    removed: list[Message] = field(default_factory=list)
    ephemerals: list[Message] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """As conversations.list names it in `types`."""
        if self.is_im:
            return "im"
        return "private_channel" if self.is_private else "public_channel"

    def message(self, ts: str) -> Message | None:
        """The message of this ts, None when there is none (any more)."""
        return next((one for one in reversed(self.messages) if one["ts"] == ts), None)


@dataclass(kw_only=True)
class Group:
    """A user group; *members* in the order that Slack gives them. A disabled one still exists."""

    id: str
    handle: str
    name: str
    members: list[str] = field(default_factory=list)
    is_disabled: bool = False

    def as_slack(self) -> dict[str, Any]:
        """As usergroups.list gives it, but for its members."""
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "is_usergroup": True,
            "name": self.name,
            "handle": self.handle,
            "is_external": False,
            "date_create": 1,
            "date_update": 1,
            "date_delete": int(self.is_disabled),
            "user_count": len(self.members),
        }


@dataclass(frozen=True, kw_only=True)
class App:
    """An installed app, known by its bot token.

    *history_page* is how many messages a page of history holds at most: 15 for an app that is distributed outside
    Slack's Marketplace. What people do reaches the app by signed HTTP at *events_url*, else through the sockets that it
    opens with its *app_token* (empty: it has none). Install the app again to change any of it.
    """

    token: str
    app_id: str = "A01MUSTER"
    bot_id: str = "B01MUSTER"
    bot_user: str = "U00BOT"
    scopes: frozenset[str] = EVERY_SCOPE
    history_page: int = 999
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 it signs nothing but this
    app_token: str = ""
    events_url: str | None = None


class Workspace:
    """Everything the sandbox remembers. Safe to use from any thread; a change of several steps takes `lock`."""

    def __init__(self, clock: Clock) -> None:
        self.lock = RLock()
        self.clock = clock
        self._im_numbers = count(1)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, Group] = {}
        self.apps: dict[str, App] = {}
        self.refused_tokens: dict[str, str] = {}
        self.dialogs = Dialogs()
        self.tickets: dict[str, str] = {}
        self.socket_url = ""
        self.base_url = ""
        self.uploads = Uploads()

    def install(self, app: App) -> None:
        """Let *app* in; its bot becomes a user."""
        with self.lock:
            self.apps[app.token] = app
            self.users.setdefault(app.bot_user, User(id=app.bot_user, name="Muster", is_bot=True))

    def by_app_token(self, token: str) -> App | None:
        """The app whose app-level token this is."""
        return next((one for one in self.apps.values() if token and one.app_token == token), None)

    def by_app_id(self, app_id: str) -> App:
        """The installed app of this id; with none, the first. Raises KeyError."""
        found = [one for one in self.apps.values() if app_id in {"", one.app_id}]
        if not found:
            raise KeyError(app_id)
        return found[0]

    def refuse(self, token: str, error: str) -> None:
        """Answer *error* to this token from now on: token_revoked, account_inactive, token_expired."""
        self.refused_tokens[token] = error

    def add(self, *things: User | Channel | Group) -> None:
        """Add people, channels and groups, or put them in place of those with the same id."""
        with self.lock:
            for thing in things:
                match thing:
                    case User():
                        self.users[thing.id] = thing
                    case Channel():
                        self.channels[thing.id] = thing
                    case Group():
                        self.groups[thing.id] = thing

    def say(self, channel: str, user: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Let a person write into a channel, without any app."""
        thread = {} if thread_ts is None else {"thread_ts": thread_ts}
        return self.keep(self.channels[channel], {"user": user, "text": text, **thread})

    def keep(self, channel: Channel, message: Message) -> Message:
        """Store *message* as the newest of *channel*: it gets its ts here."""
        with self.lock:
            stored = {"type": "message", "ts": self.next_ts(channel), "team": TEAM_ID, **message}
            channel.messages.append(stored)
            return stored

    def direct(self, bot_user: str, user: str) -> Channel:
        """The direct conversation of the bot with a person, opened if need be."""
        with self.lock:
            found = self.open_direct(bot_user, user)
            if found is None:
                number = next(self._im_numbers)
                members = {bot_user, user}
                found = Channel(id=f"D{number:02}IM", name=user, members=members, is_im=True, is_private=True)
                self.channels[found.id] = found
            return found

    def open_direct(self, bot_user: str, user: str) -> Channel | None:
        """The direct conversation of the bot with a person, None when it was never opened."""
        members = {bot_user, user}
        return next((one for one in self.channels.values() if one.is_im and one.members == members), None)

    def next_ts(self, channel: Channel) -> str:
        """A ts for a new message: the present, but later than every other one of its channel."""
        now = self.clock.now()
        wanted = Decimal(int(now.timestamp())) + Decimal(now.microsecond) / 1_000_000
        latest = max((Decimal(one["ts"]) for one in _last(channel)), default=Decimal(0))
        return f"{max(wanted, latest + STEP):.6f}"

    def messages(self, channel_ids: Sequence[str] = (), *, removed: bool = False) -> list[Message]:
        """What was really stored, in these channels or in all, each message with its channel, oldest first.

        With *removed*, those too that were deleted since, which say `deleted`.
        """
        with self.lock:
            chosen = self._chosen(channel_ids)
            stored = [_placed(channel, one) for channel in chosen for one in channel.messages]
            gone = [_placed(channel, one) | {"deleted": True} for channel in chosen for one in channel.removed]
        return _in_order(stored + gone if removed else stored)

    def ephemerals(self, channel_ids: Sequence[str] = ()) -> list[Message]:
        """What single people were shown, each with its channel and `shown_to`, oldest first."""
        with self.lock:
            chosen = self._chosen(channel_ids)
            return _in_order([_placed(channel, one) for channel in chosen for one in channel.ephemerals])

    def files(self) -> list[SharedFile]:
        """Every file that an app has uploaded to the end, oldest first."""
        with self.lock:
            return list(self.uploads.shared)

    def _chosen(self, channel_ids: Sequence[str]) -> list[Channel]:
        return [self.channels[one] for one in channel_ids or self.channels]


def _last(channel: Channel) -> list[Message]:
    return [*channel.messages[-1:], *channel.removed, *channel.ephemerals[-1:]]


def _placed(channel: Channel, message: Message) -> Message:
    return {**message, "channel": channel.id}


def _in_order(messages: list[Message]) -> list[Message]:
    return sorted(messages, key=lambda one: Decimal(one["ts"]))
