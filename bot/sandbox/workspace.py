"""The sandbox's workspace: people, channels, apps, and every message that was really stored."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from bot.clock import Clock

TEAM_ID = "T01SANDBOX"

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
    }
)


@dataclass(kw_only=True)
class User:
    """A person or a bot."""

    id: str
    name: str
    tz: str = "Europe/Berlin"
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False

    def as_slack(self) -> dict[str, Any]:
        """As users.info gives it."""
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "name": self.name.lower().replace(" ", "."),
            "real_name": self.name,
            "tz": self.tz,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": False,
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
    messages: list[dict[str, Any]] = field(default_factory=list)

    def as_slack(self, bot_user: str) -> dict[str, Any]:
        """As conversations.info gives it."""
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.is_private and not self.is_im,
            "is_im": self.is_im,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_ext_shared": self.is_ext_shared,
            "is_pending_ext_shared": self.is_pending_ext_shared,
            "is_member": bot_user in self.members,
        }

    def message(self, ts: str) -> dict[str, Any] | None:
        """The message of this ts, None when there is none (any more)."""
        return next((one for one in self.messages if one["ts"] == ts), None)


@dataclass(frozen=True, kw_only=True)
class App:
    """An installed app, known by its bot token."""

    token: str
    app_id: str = "A01MUSTER"
    bot_id: str = "B01MUSTER"
    bot_user: str = "U00BOT"
    scopes: frozenset[str] = EVERY_SCOPE


class Workspace:
    """Everything the sandbox remembers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._im_numbers = count(1)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.apps: dict[str, App] = {}

    def install(self, app: App) -> None:
        """Let *app* in; its bot becomes a user."""
        self.apps[app.token] = app
        self.users.setdefault(app.bot_user, User(id=app.bot_user, name="Muster", is_bot=True))

    def add(self, *things: User | Channel) -> None:
        """Add people and channels."""
        for thing in things:
            if isinstance(thing, User):
                self.users[thing.id] = thing
            else:
                self.channels[thing.id] = thing

    def direct(self, bot_user: str, user: str) -> Channel:
        """The direct conversation of the bot with a person, opened if need be."""
        members = {bot_user, user}
        for channel in self.channels.values():
            if channel.is_im and channel.members == members:
                return channel
        opened = Channel(id=f"D{next(self._im_numbers):02}IM", name=user, members=members, is_im=True, is_private=True)
        self.channels[opened.id] = opened
        return opened

    def next_ts(self, channel: Channel) -> str:
        """A ts for a new message: the present, but later than every other one of its channel."""
        now = self._clock.now()
        wanted = Decimal(int(now.timestamp())) + Decimal(now.microsecond) / 1_000_000
        latest = max((Decimal(one["ts"]) for one in channel.messages), default=Decimal(0))
        return f"{max(wanted, latest + Decimal('0.000001')):.6f}"

    def messages(self, channel_ids: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """What was really stored, each message with its channel, in the order of their times."""
        chosen = list(self.channels) if channel_ids is None else list(channel_ids)
        found = [{**one, "channel": name} for name in chosen for one in self.channels[name].messages]
        return sorted(found, key=lambda one: Decimal(one["ts"]))
