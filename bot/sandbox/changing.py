"""What changes in the workspace without anybody turning to the app: it is told of it, if it was granted to hear it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.backstage import Backstage
from bot.sandbox.delivery import EVENTS, Parcel
from bot.sandbox.outcome import GestureError, Outcome
from bot.sandbox.workspace import App, Channel, User


class Changes(Backstage):
    """The part of `Gestures` that changes people, channels, messages and groups. Runs on the sandbox's loop."""

    async def change_person(self, *, user: str, changes: Mapping[str, Any]) -> Outcome:
        """Change fields of a person: user_change."""
        person = self._workspace.users.get(user)
        known = {field.name for field in fields(User)} - {"id"}
        if person is None:
            raise GestureError(f"nobody was ever called {user}")
        if changes.keys() - known:
            raise GestureError(f"a person has no {', '.join(sorted(changes.keys() - known))}")
        for name, value in changes.items():
            setattr(person, name, value)
        return await self._told({"type": "user_change", "user": person.as_slack()}, scope="users:read")

    async def leave(self, *, user: str, channel: str) -> Outcome:
        """Leave a channel: member_left_channel."""
        place = self._screen.place(user, channel)
        place.members.discard(user)
        return await self._moved("member_left_channel", user, place)

    async def join(self, *, user: str, channel: str) -> Outcome:
        """Join a channel: member_joined_channel."""
        person, place = self._screen.person(user), self._workspace.channels[channel]
        place.members.add(person.id)
        return await self._moved("member_joined_channel", user, place)

    async def react(self, *, user: str, channel: str, ts: str, emoji: str) -> Outcome:
        """React to a message: reaction_added."""
        place = self._screen.place(user, channel)
        message = self._screen.message(user, place, ts)
        told = {
            "type": "reaction_added",
            "user": user,
            "reaction": emoji,
            "item_user": message.get("user", ""),
            "item": {"type": "message", "channel": channel, "ts": ts},
        }
        return await self._told(told, scope="reactions:read", place=place)

    async def regroup(self, *, group: str, members: Sequence[str]) -> Outcome:
        """Put other people into a user group: subteam_members_changed."""
        found = self._workspace.groups[group]
        before, found.members = found.members, list(members)
        added = [one for one in members if one not in before]
        removed = [one for one in before if one not in members]
        told = {
            "type": "subteam_members_changed",
            "subteam_id": group,
            "added_users": added,
            "added_users_count": len(added),
            "removed_users": removed,
            "removed_users_count": len(removed),
        }
        return await self._told(told, scope="usergroups:read")

    async def _moved(self, kind: str, user: str, place: Channel) -> Outcome:
        family = "groups" if place.is_private else "channels"
        told = {"type": kind, "user": user, "channel": place.id, "channel_type": "G" if place.is_private else "C"}
        return await self._told(told, scope=f"{family}:read", place=place)

    async def _told(self, inner: Mapping[str, Any], *, scope: str, place: Channel | None = None) -> Outcome:
        """Tell the app, if it may hear of it and, of what happens in a channel, is there."""
        app = self._app()
        if scope not in app.scopes or (place is not None and app.bot_user not in place.members):
            return Outcome()
        return await self._event(app, inner, place)

    async def _event(self, app: App, inner: Mapping[str, Any], place: Channel | None) -> Outcome:
        name = self._workspace.dialogs.new_id("Ev")
        whole = {"event_ts": self._ts(), **inner}
        shared = place is not None and place.is_ext_shared
        return await self._send(app, EVENTS, name, payloads.event(app, whole, name, self._seconds(), is_shared=shared))

    async def _send(self, app: App, kind: str, name: str, payload: Mapping[str, Any]) -> Outcome:
        return await self._courier.deliver(app, Parcel(id=name, app_id=app.app_id, kind=kind, payload=payload))

    def _ts(self) -> str:
        return f"{self._workspace.clock.now().timestamp():.6f}"

    def _seconds(self) -> int:
        return int(self._workspace.clock.now().timestamp())
