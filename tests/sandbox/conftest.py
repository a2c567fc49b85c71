"""A sandbox with a team channel, and Slack's own client towards it."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SetClock
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import Channel, User
from tests.sandbox.places import BOT, FORGER, TEAM, a_client


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 16, 8, tzinfo=UTC))


@pytest.fixture
def slack(clock: SetClock) -> Iterator[Sandbox]:
    with Sandbox(BOT, FORGER, clock=clock, seed=3) as sandbox:
        sandbox.workspace.add(
            User(id="U0PM", name="Ana Lima", tz="America/Lima"),
            User(id="U0GONE", name="Gone", deleted=True),
            Channel(id=TEAM, name="team", members={"U0PM", BOT.bot_user, FORGER.bot_user}),
        )
        yield sandbox


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as opened:
        yield opened


@pytest.fixture
async def hasty_session() -> AsyncIterator[aiohttp.ClientSession]:
    """One that gives up soon."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.1)) as opened:
        yield opened


@pytest.fixture
def client(slack: Sandbox, session: aiohttp.ClientSession) -> AsyncWebClient:
    return a_client(slack, session, BOT)
