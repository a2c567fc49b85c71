"""What the sandbox remembers of people's dialogues: open views, triggers, and where answers may be sent."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

TRIGGER_LIFE = timedelta(seconds=3)
ANSWERS, ANSWER_LIFE = 5, timedelta(minutes=30)

Values = dict[str, dict[str, dict[str, Any]]]
"""What was entered, as `state.values` has it: by block_id, then by action_id."""


@dataclass(kw_only=True)
class View:
    """A modal or a Home, as one person has it on the screen. *content* is what Slack gives back, but for its state."""

    app_id: str
    user: str
    content: dict[str, Any]
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Slack's id of the view."""
        return str(self.content["id"])

    def as_slack(self) -> dict[str, Any]:
        """The view as methods and payloads give it."""
        return {**self.content, "state": {"values": self.values}}


@dataclass(kw_only=True)
class Trigger:
    """What lets an app open one view for one person, soon."""

    app_id: str
    user: str
    at: datetime
    used: bool = False


@dataclass(kw_only=True)
class AnswerAddress:
    """A response_url: where an app may answer a gesture. *ts* is the message that the gesture was about."""

    app_id: str
    user: str
    channel: str
    at: datetime
    ts: str = ""
    uses: int = 0

    def refusal(self, now: datetime) -> str:
        """Why it takes no more, empty when it does."""
        if self.uses >= ANSWERS:
            return "used_url"
        return "expired_url" if now - self.at > ANSWER_LIFE else ""


class Dialogs:
    """All dialogues of a workspace; whoever changes them holds the workspace's lock."""

    def __init__(self) -> None:
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.addresses: dict[str, AnswerAddress] = {}
        self.chosen: dict[tuple[str, str, str], Values] = {}
        self._numbers = count(1)

    def stack(self, user: str) -> list[View]:
        """A person's open modals, the one on top last."""
        return self.stacks.setdefault(user, [])

    def views(self) -> list[View]:
        """Every view that is open."""
        return [*(view for stack in self.stacks.values() for view in stack), *self.homes.values()]

    def close(self, view: View) -> None:
        """Take one modal away; one that is gone already stays so."""
        stack = self.stack(view.user)
        stack[:] = [one for one in stack if one is not view]

    def new_id(self, prefix: str) -> str:
        """An id like Slack's that was never given before."""
        return f"{prefix}{next(self._numbers):05}{secrets.token_hex(3).upper()}"

    def new_trigger(self, app_id: str, user: str, now: datetime) -> str:
        """A trigger_id for this gesture."""
        name = f"{next(self._numbers)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(app_id=app_id, user=user, at=now)
        return name

    def new_address(self, address: AnswerAddress, kind: str) -> str:
        """The path of a new response_url; *kind* is commands, actions or app."""
        path = f"/{kind}/{next(self._numbers)}/{secrets.token_hex(12)}"
        self.addresses[path] = address
        return path
