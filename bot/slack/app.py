"""Muster as a Slack app: Bolt, and everything it is connected to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.kit.command import Outside
from bot.slack.answers import Answers
from bot.slack.client import TIMEOUT_S
from bot.slack.desk import Desk, Limits
from bot.slack.directory import People
from bot.slack.front import Door
from bot.slack.handling import House
from bot.slack.inbox import Inbox
from bot.slack.listeners import Afterwards, Listeners
from bot.slack.waking import Bell
from bot.store.session import Database

EVENTS_PATH = "/slack/events"
LISTENING_S = 1.0
"""How long the bell is waited for before the inbox is looked at again: another process may have filled it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackApp:
    """The app, and the inbox whose work it makes. `bell` rings when there is some."""

    bolt: AsyncApp
    inbox: Inbox
    bell: Bell
    client: AsyncWebClient
    afterwards: Afterwards

    async def rest(self) -> None:
        """Wait for what is under way in this process."""
        await self.inbox.rest()
        await self.afterwards.rest()

    async def turn(self) -> int:
        """Start on what waits in the inbox; where nothing does, wait for the bell a moment. Never 0: no rest needed."""
        if await self.inbox.turn() == 0:
            await self.bell.heard(within=LISTENING_S)
        return 1

    def door(self, signing_secret: str) -> Door:
        """What Slack's HTTP requests go to."""
        handler = AsyncSlackRequestHandler(self.bolt, path=EVENTS_PATH)
        return Door(handler, signing_secret=signing_secret)  # type: ignore[arg-type]  # an ASGI application all the same


@asynccontextmanager
async def installed(
    *, token: str, base_url: str, database: Database, house: House, outside: Outside, limits: Limits | None = None
) -> AsyncIterator[SlackApp]:
    """The app over one HTTP session; at the end what is under way is finished, then all is closed."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)) as session:
        # An answer lost on its way is given again by the inbox, not by the SDK behind its back.
        client = AsyncWebClient(token=token, base_url=base_url, timeout=TIMEOUT_S, session=session, retry_handlers=[])
        people = People(database=database, client=client, moment=house.moment, workspace=house.workspace)
        bell, afterwards, answers = Bell(), Afterwards(), Answers(client, session)
        desk = Desk(
            database=database, house=house, people=people, outside=outside, wake=bell.ring, limits=limits or Limits()
        )
        bolt = AsyncApp(
            client=AsyncWebClient(),
            authorize=_whoever_got_in,
            # Left to Bolt, it would have to ask Slack first who we are; `on_words` hears no bot either way.
            ignoring_self_events_enabled=False,
            process_before_response=True,
            # Requests are verified on their raw bytes, before Bolt reads them: see `bot.slack.front`.
            request_verification_enabled=False,
            raise_error_for_unhandled_request=False,
        )
        Listeners(desk=desk, answers=answers, people=people, afterwards=afterwards).attach(bolt)
        inbox = Inbox(database=database, house=house, desk=desk, answers=answers, outside=outside)
        app = SlackApp(bolt=bolt, inbox=inbox, bell=bell, client=client, afterwards=afterwards)
        yield app
        await app.rest()


async def _whoever_got_in(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """What Bolt wants to know before it listens. It would ask Slack, and drop an event where Slack does not answer."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
