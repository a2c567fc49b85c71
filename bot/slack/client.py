"""Slack as a sender of posts: the only place that calls the Web API, and that knows what its errors mean."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Handed, Receipt, StoredPost
from bot.domain.incoming import Quoted
from bot.domain.people import Group, Person, Standing
from bot.domain.text import clip
from bot.errors import MusterError, OutcomeUnknownError, PermanentError
from bot.outbox.sender import CannotLookError
from bot.slack.directory import person_told
from bot.slack.errors import delivering, reading
from bot.slack.files import Upload
from bot.slack.looking import Looking

TIMEOUT_S = 15
EVENT_TYPE = "muster_delivery"
PAGE = 200
LONGEST_EDIT = 4_000
"""UTF-16 units of text that an edit takes; a new message takes ten times as many."""

USER_PREFIXES = ("U", "W")
VERDICT_HOLDS_S = 60
"""How long a place that we may post to is not asked about again: a post then costs one call instead of three."""


class SharedChannelError(PermanentError):
    """Predictions are internal; a channel that another company reads is no place for them."""

    def __init__(self) -> None:
        super().__init__("The channel is shared with another company, and predictions stay inside yours.")


class NoColleagueError(PermanentError):
    """Predictions stay inside, and who is asked must be able to answer."""

    def __init__(self) -> None:
        super().__init__("Choose a full member of this workspace: guests, bots and people of other ones cannot answer.")


class PersonLeftError(PermanentError):
    """A direct message to somebody who left would be accepted and read by nobody."""

    def __init__(self) -> None:
        super().__init__("This person is no longer in the workspace.")


class SlackSender:
    """Delivers posts through Slack's Web API. Make it with `connected`."""

    def __init__(self, client: AsyncWebClient, *, by_address: bool = False) -> None:
        self._client = client
        self._by_address = by_address
        self._looking = Looking(client=client)
        self._bot_id: str | None = None
        self._places: dict[str, tuple[float, str]] = {}

    async def send(self, post: StoredPost) -> Receipt:
        """Deliver *post* once: see `bot.outbox.sender.Sender`."""
        channel = await self._known_place(post.recipient)
        try:
            answer = await delivering(self._client.chat_postMessage(**_arguments(post, channel)))
        except MusterError:
            self._places.pop(post.recipient, None)
            raise
        return _receipt(answer)

    async def find(self, post: StoredPost, *, since: datetime) -> list[Receipt]:
        """Where *post* arrived: known by the key in its metadata, and by being ours."""
        try:
            channel = await reading(self._channel_id(post.recipient))
            ours = await self._own_bot_id()
            return [
                Receipt(channel=channel, ts=message["ts"])
                for message in await self._history(channel, post, since)
                if _carries(message, post.delivery_key) and message.get("bot_id") == ours
            ]
        except PermanentError as error:
            raise CannotLookError(str(error)) from error

    async def edit(self, post: StoredPost) -> None:
        """Let the message of *post* show what it says now: see `bot.outbox.sender.Sender`."""
        await self._require_inside(post.recipient)
        await delivering(self._client.chat_update(**_changes(post)))

    async def remove(self, receipt: Receipt) -> None:
        """Take back a message of ours."""
        await reading(self._client.chat_delete(channel=receipt.channel, ts=receipt.ts))

    async def upload(self, name: str, content: bytes, alt: str) -> Handed:
        """Hand over a picture for messages to show: see `bot.outbox.sender.Sender`."""
        return await Upload(client=self._client, name=name, content=content, alt=alt).hand_in()

    def image_of(self, handed: Handed) -> dict[str, Any]:
        """The field by which an image block shows a picture: see `bot.outbox.sender.Sender`."""
        return {"image_url": handed.url} if self._by_address else {"slack_file": {"id": handed.file_id}}

    async def hand_over(self, user: str, *, name: str, content: bytes, comment: str) -> None:
        """Give a person a file in their direct conversation: see `bot.kit.command.Outside`."""
        upload = Upload(client=self._client, name=name, content=content)
        await upload.share(await self._known_place(user), comment)

    async def people(self, users: Collection[str]) -> dict[str, Person]:
        """Each of *users* as Slack describes them now: see `bot.kit.command.Outside`."""
        return await self._looking.people(users)

    async def members(self, channel: str) -> frozenset[str]:
        """Everybody who is in the channel now."""
        return await self._looking.members(channel)

    async def group(self, group_id: str) -> Group:
        """A user group as it is now."""
        return await self._looking.group(group_id)

    async def user_groups(self, group_ids: Collection[str]) -> dict[str, Group]:
        """Those of the user groups that there are."""
        return await self._looking.user_groups(group_ids)

    async def quote(self, channel: str, ts: str) -> Quoted:
        """The message at *ts*, in a thread or not."""
        return await self._looking.quote(channel, ts)

    async def topic(self, channel: str) -> str:
        """The channel's topic."""
        return await self._looking.topic(channel)

    async def set_topic(self, channel: str, topic: str) -> None:
        """Let the channel's topic be *topic*, cut to what Slack takes."""
        await self._looking.set_topic(channel, topic)

    async def require_colleague(self, user: str) -> None:
        """Raise `PermanentError` unless *user* is a full member of the workspace."""
        told = (await reading(self._client.users_info(user=user)))["user"]
        team = str((await reading(self._client.auth_test()))["team_id"])
        if person_told(user, told, team).standing is not Standing.MEMBER:
            raise NoColleagueError

    async def require_own(self, channel: str) -> None:
        """Raise `PermanentError` unless *channel* is one that predictions may be posted to; nothing is joined."""
        await reading(self.own_channel(channel))

    async def _known_place(self, recipient: str) -> str:
        """The channel to post to, from memory where it was looked at a moment ago."""
        return await self._remembered(recipient, lambda: self._place(recipient))

    async def _require_inside(self, recipient: str) -> None:
        """Raise where people of another company read along by now. Nothing is joined: people would see that."""
        if not recipient.startswith(USER_PREFIXES):
            await self._remembered(f"{recipient}, inside", lambda: self._inside(recipient))

    async def _remembered(self, name: str, look: Callable[[], Awaitable[str]]) -> str:
        now = asyncio.get_running_loop().time()
        self._places = {name: known for name, known in self._places.items() if known[0] > now}
        if known := self._places.get(name):
            return known[1]
        place: str = await reading(look())
        self._places[name] = (now + VERDICT_HOLDS_S, place)
        return place

    async def _inside(self, channel: str) -> str:
        return str((await self.own_channel(channel))["id"])

    async def _place(self, recipient: str) -> str:
        """The channel to post to, after looking whether we may: fails closed."""
        if recipient.startswith(USER_PREFIXES):
            person = (await self._client.users_info(user=recipient))["user"]
            if person.get("deleted"):
                raise PersonLeftError
            return await self._channel_id(recipient)
        channel = await self.own_channel(recipient)
        if not channel.get("is_member") and not channel.get("is_private"):
            # Only a member can read back what it posted.
            await self._client.conversations_join(channel=recipient)
        return recipient

    async def own_channel(self, channel_id: str) -> dict[str, Any]:
        """A channel as Slack describes it. Raises `SharedChannelError` where another company reads along."""
        channel: dict[str, Any] = (await self._client.conversations_info(channel=channel_id))["channel"]
        if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
            raise SharedChannelError
        return channel

    async def _channel_id(self, recipient: str) -> str:
        if not recipient.startswith(USER_PREFIXES):
            return recipient
        opened = await self._client.conversations_open(users=recipient)
        return str(opened["channel"]["id"])

    async def _own_bot_id(self) -> str:
        if self._bot_id is None:
            self._bot_id = str((await reading(self._client.auth_test()))["bot_id"])
        return self._bot_id

    async def _history(self, channel: str, post: StoredPost, since: datetime) -> list[dict[str, Any]]:
        """Every message since then in the channel, or in the thread that *post* joins, the earliest first."""
        messages: list[dict[str, Any]] = []
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since.timestamp():.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
        }
        cursor: str | None = None
        while cursor != "":
            page = await reading(
                self._client.conversations_replies(**asked, ts=post.parent_ts, cursor=cursor)
                if post.parent_ts
                else self._client.conversations_history(**asked, cursor=cursor)
            )
            messages += page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        return sorted(messages, key=lambda message: float(message["ts"]))


@asynccontextmanager
async def connected(*, token: str, base_url: str, by_address: bool = False) -> AsyncIterator[SlackSender]:
    """A sender over one HTTP session, closed at the end.

    *by_address*: messages show pictures by their web address. Slack itself shows nobody what stands there; the local
    Slack of the playground shows nothing else.
    """
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = AsyncWebClient(
            token=token,
            base_url=base_url,
            timeout=TIMEOUT_S,
            session=session,
            # The SDK's own handlers post a second time after a connection that was lost: only the outbox may retry.
            retry_handlers=[],
        )
        yield SlackSender(client, by_address=by_address)


def _receipt(answer: Any) -> Receipt:
    channel, ts = answer.get("channel"), answer.get("ts")
    if not channel or not ts:
        raise OutcomeUnknownError("Slack said yes without saying where.")
    return Receipt(channel=channel, ts=ts)


def _arguments(post: StoredPost, channel: str) -> dict[str, Any]:
    return {
        "channel": channel,
        "text": post.text,
        "blocks": list(_blocks(post)) or None,
        "thread_ts": post.parent_ts,
        "metadata": _metadata(post),
        # Untrusted text may be in here: nothing in it becomes a mention, a link, a preview or a format.
        "parse": "none",
        "mrkdwn": not post.blocks,
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _changes(post: StoredPost) -> dict[str, Any]:
    return {
        "channel": post.channel,
        "ts": post.ts,
        "text": clip(post.text, LONGEST_EDIT),
        # Blocks that are not given stay: without any, none at all.
        "blocks": list(_blocks(post)),
        "metadata": _metadata(post),
        # How a message is shown beyond these it keeps from when it was posted.
        "parse": "none",
        "link_names": False,
    }


def _blocks(post: StoredPost) -> Sequence[dict[str, Any]]:
    return () if post.text_only else post.blocks


def _metadata(post: StoredPost) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"k": post.delivery_key}}


def _carries(message: dict[str, Any], key: str) -> bool:
    metadata = message.get("metadata") or {}
    return metadata.get("event_type") == EVENT_TYPE and (metadata.get("event_payload") or {}).get("k") == key
