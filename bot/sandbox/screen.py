"""What a person has in front of them: messages, modals, and the elements in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.sandbox.dialogs import View
from bot.sandbox.form import Element, elements, entered
from bot.sandbox.outcome import GestureError
from bot.sandbox.workspace import Channel, Message, User, Workspace


class Screen:
    """Finds what a person means. Everything raises `GestureError` for what they cannot see."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def person(self, user: str) -> User:
        """Somebody who is still there."""
        found = self._workspace.users.get(user)
        if found is None or found.deleted:
            raise GestureError(f"nobody is called {user}")
        return found

    def place(self, user: str, channel: str) -> Channel:
        """A channel that they can open."""
        found = self._workspace.channels.get(channel)
        self.person(user)
        if found is None or (found.is_private and user not in found.members):
            raise GestureError(f"{user} sees no channel {channel}")
        return found

    def message(self, user: str, channel: Channel, ts: str) -> Message:
        """A message, or what was shown to them alone."""
        own = [one for one in channel.ephemerals if one["shown_to"] == user]
        for one in [*channel.messages, *own]:
            if one["ts"] == ts:
                return one
        raise GestureError(f"{user} sees no message {ts} in {channel.id}")

    def top(self, user: str, view_id: str | None = None) -> View:
        """The modal on top, which is the one of *view_id* if one is named."""
        stack = self._workspace.dialogs.stack(user)
        if not stack or view_id not in {None, stack[-1].id}:
            raise GestureError(f"{user} has no modal {view_id or ''} on top")
        return stack[-1]

    def home(self, user: str) -> View:
        """Their Home."""
        found = self._workspace.dialogs.homes.get((self._workspace.by_app_id("").app_id, user))
        if found is None:
            raise GestureError(f"nothing was published to the Home of {user}")
        return found

    def element(self, blocks: Sequence[Mapping[str, Any]], action_id: str, value: Any, block_id: str | None) -> Element:
        """The element of this action_id. Among buttons of the same one, that with this value; else the first."""
        found = [one for one in elements(blocks) if one.action_id == action_id and block_id in {None, one.block_id}]
        if value is not None:
            found = [one for one in found if one.kind != "button" or one.own.get("value") == value]
        if not found:
            known = sorted({one.action_id for one in elements(blocks)})
            raise GestureError(f"no {action_id} with value {value!r} here, but {', '.join(known) or 'nothing'}")
        return found[0]

    def fill(self, view: View, values: Mapping[str, Any]) -> None:
        """Enter values, each named by its field's action_id or block_id."""
        fields = [one for one in elements(view.content["blocks"]) if one.action_id in view.values.get(one.block_id, {})]
        for name, value in values.items():
            meant = [one for one in fields if name in {one.action_id, one.block_id}]
            if not meant:
                raise GestureError(f"no field {name}, but {', '.join(one.action_id for one in fields)}")
            view.values[meant[0].block_id][meant[0].action_id] = entered(meant[0], value)
