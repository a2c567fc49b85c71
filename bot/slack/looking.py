"""What Slack is asked about its workspace: people, members, groups, a message; and the topic of a channel."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.incoming import Quoted
from bot.domain.people import Group, Person, Standing
from bot.domain.text import clip
from bot.errors import PermanentError
from bot.slack.directory import person_told
from bot.slack.errors import name_of, reading
from bot.slack.quoting import words_of

AT_ONCE, PAGE = 4, 200
LONGEST_TOPIC = 250
"""Characters. Source: Slack's reference of conversations.setTopic."""

_NOBODY = frozenset({"user_not_found", "user_not_visible"})


class NoSuchGroupError(PermanentError):
    """A group that was never there, or belongs to another workspace."""

    def __init__(self) -> None:
        super().__init__("There is no such user group in the workspace.")


class NoSuchMessageError(PermanentError):
    """A message that was taken back, or is in another channel."""

    def __init__(self) -> None:
        super().__init__("The message is gone.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """Questions to Slack through *client*. Every method may raise `TransientError` or `PermanentError`."""

    client: AsyncWebClient

    async def people(self, users: Collection[str]) -> dict[str, Person]:
        """Each of *users*, a few at a time: see `bot.kit.command.Outside`."""
        if not users:
            return {}
        wanted, some = sorted(set(users)), asyncio.Semaphore(AT_ONCE)
        team = str((await reading(self.client.auth_test()))["team_id"])

        async def one(user: str) -> Person:
            async with some:
                found: Person = await reading(self._person(user, team))
                return found

        return dict(zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True))

    async def members(self, channel: str) -> frozenset[str]:
        """Everybody in the channel, over all pages."""
        found: set[str] = set()
        cursor: str | None = None
        while cursor != "":
            page = await reading(self.client.conversations_members(channel=channel, cursor=cursor, limit=PAGE))
            found.update(page["members"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        return frozenset(found)

    async def group(self, group_id: str) -> Group:
        """A user group, without members where it was disabled."""
        listed = (await reading(self.client.usergroups_list(include_disabled=True)))["usergroups"]
        told = next((one for one in listed if one["id"] == group_id), None)
        if told is None:
            raise NoSuchGroupError
        members = () if told.get("date_delete") else await self._members_of(group_id)
        return _group(told, members)

    async def user_groups(self, group_ids: Collection[str]) -> dict[str, Group]:
        """Those of the user groups that there are, by one call for all of them; members as with `group`."""
        answer = await reading(self.client.usergroups_list(include_disabled=True, include_users=True))
        told = [one for one in answer["usergroups"] if one["id"] in group_ids]
        return {str(one["id"]): _group(one, () if one.get("date_delete") else one.get("users") or ()) for one in told}

    async def quote(self, channel: str, ts: str) -> Quoted:
        """The message at *ts*, in a thread or not."""
        # The parent of a thread may come first, whatever was asked for.
        page = await reading(
            self.client.conversations_replies(channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=PAGE)
        )
        message = next((one for one in page["messages"] if one["ts"] == ts), None)
        if message is None:
            raise NoSuchMessageError
        link = await reading(self.client.chat_getPermalink(channel=channel, message_ts=ts))
        thread = message.get("thread_ts")
        return Quoted(
            author=_author(message),
            text=words_of(message),
            ts=ts,
            permalink=str(link["permalink"]),
            thread=None if thread in {None, ts} else str(thread),
        )

    async def topic(self, channel: str) -> str:
        """The channel's topic, empty where it has none."""
        told = (await reading(self.client.conversations_info(channel=channel)))["channel"]
        return str((told.get("topic") or {}).get("value") or "")

    async def set_topic(self, channel: str, topic: str) -> None:
        """Let the channel's topic be *topic*, cut to what Slack takes."""
        await reading(self.client.conversations_setTopic(channel=channel, topic=clip(topic, LONGEST_TOPIC)))

    async def _person(self, user: str, team: str) -> Person:
        try:
            return person_told(user, (await self.client.users_info(user=user))["user"], team)
        except SlackApiError as error:
            if name_of(error) in _NOBODY:
                return Person(user=user, name=user, standing=Standing.GONE)
            raise

    async def _members_of(self, group_id: str) -> tuple[str, ...]:
        answer = await reading(self.client.usergroups_users_list(usergroup=group_id))
        return tuple(map(str, answer["users"]))


def _group(told: Mapping[str, Any], members: Iterable[str]) -> Group:
    members = tuple(map(str, members))
    return Group(id=str(told["id"]), handle=str(told["handle"]), name=str(told["name"]), members=members)


def _author(message: dict[str, Any]) -> str | None:
    return message.get("user") or message.get("bot_id")
