"""A short visit to Slack, to ask and not to change anything: who are we, what may we, who and what is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.domain.people import Person
from bot.slack.client import SlackSender
from bot.slack.directory import person_told
from bot.slack.errors import reading

TIMEOUT_S = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Introduction:
    """Who Slack takes us for. `scopes` None: it does not say. `clock` is how far its clock is ahead of ours."""

    team: str
    team_id: str
    bot: str
    scopes: frozenset[str] | None
    clock: timedelta | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenChannel:
    """A channel as it stands; one that is shared with another company is refused before."""

    is_archived: bool
    is_member: bool
    is_private: bool


class Visit:
    """Questions to Slack. Make it with `visiting`. Every method may raise `TransientError` or `PermanentError`."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._team_id = ""

    async def introduce(self) -> Introduction:
        """Ask who we are; the token is refused where it is wrong."""
        answer = await reading(self._client.auth_test())
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        scopes = headers.get("x-oauth-scopes")
        self._team_id = str(answer.get("team_id") or "")
        return Introduction(
            team=str(answer.get("team") or self._team_id),
            team_id=self._team_id,
            bot=str(answer.get("user") or answer.get("user_id")),
            scopes=None if scopes is None else frozenset(filter(None, map(str.strip, scopes.split(",")))),
            clock=parsedate_to_datetime(headers["date"]) - SystemClock().now() if "date" in headers else None,
        )

    async def open_connection(self, app_token: str) -> None:
        """Ask for a socket's address, and leave it at that."""
        await reading(self._client.apps_connections_open(app_token=app_token))

    async def channel(self, channel: str) -> SeenChannel:
        """Look at a channel. Raises `SharedChannelError` where another company reads along."""
        seen: dict[str, Any] = await reading(SlackSender(self._client).own_channel(channel))
        return SeenChannel(
            is_archived=bool(seen.get("is_archived")),
            is_member=bool(seen.get("is_member")),
            is_private=bool(seen.get("is_private")),
        )

    async def person(self, user: str) -> Person:
        """Look at a person."""
        answer = await reading(self._client.users_info(user=user))
        return person_told(user, answer["user"], self._team_id)


@asynccontextmanager
async def visiting(*, token: str, base_url: str) -> AsyncIterator[Visit]:
    """A visit over one HTTP session, closed at the end."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)) as session:
        yield Visit(
            AsyncWebClient(token=token, base_url=base_url, timeout=TIMEOUT_S, session=session, retry_handlers=[])
        )
