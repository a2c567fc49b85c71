"""Who and what the sandbox's tests are about, and how they call it."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App

BOT = App(token="xoxb-1")
FORGER = App(token="xoxb-2", app_id="A02", bot_id="B02", bot_user="U02BOT")
TEAM = "C0TEAM"


def a_client(slack: Sandbox, session: aiohttp.ClientSession, app: App) -> AsyncWebClient:
    """Slack's own client for *app*, which never calls twice by itself."""
    return a_client_at(slack.url, session, app.token)


def a_client_at(url: str, session: aiohttp.ClientSession, token: str) -> AsyncWebClient:
    """The same for whoever knows no more of a sandbox than its address."""
    return AsyncWebClient(token=token, base_url=url, session=session, retry_handlers=[])


async def refusal(client: AsyncWebClient, method: str, **arguments: Any) -> dict[str, Any]:
    """What Slack answers to a call that it refuses."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    found: dict[str, Any] = caught.value.response.data
    return found


async def error_of(client: AsyncWebClient, method: str, **arguments: Any) -> str:
    """The error of a call that Slack refuses."""
    return str((await refusal(client, method, **arguments))["error"])


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread brings about; for five seconds at most."""
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came about")
