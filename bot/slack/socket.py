"""Slack over a WebSocket: connected, watched, and given up when it stays dead, so that somebody starts it anew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.errors import MusterError, PermanentError
from bot.log import logger
from bot.outbox.sender import NotConnectedError
from bot.slack.app import SlackApp
from bot.slack.errors import reading

PING_S = 5
"""A connection that answers no ping for four of these is replaced by the SDK."""

PROVEN_AFTER_PINGS = 8
"""A connection that stood for so many pings was answered: one that is not answered is replaced before, by another
that looks as good at first.
"""

LOOK_EVERY = timedelta(seconds=5)
GIVEN_UP_AFTER = timedelta(seconds=90)
KEEP_ALIVE = timedelta(seconds=60)
"""How often Slack is asked for a sign of life: connections were seen to fall silent after an idle hour without."""


class SocketLostError(MusterError):
    """The connection to Slack stays dead: the process ends, and whatever started it starts it again."""

    def __init__(self) -> None:
        super().__init__(
            f"The connection to Slack did not come back within {GIVEN_UP_AFTER.total_seconds():.0f} seconds."
        )


class AppTokenError(PermanentError):
    """Slack opens no connection with this token."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Slack opens no connection with SLACK_APP_TOKEN ({reason}). It is an app-level token (xapp-...) with the"
            " scope connections:write, made under Basic Information of the app."
        )


@asynccontextmanager
async def listening(app: SlackApp, *, app_token: str) -> AsyncIterator["Socket"]:
    """Receive through a WebSocket until the block ends. Raises `AppTokenError`."""
    try:
        await reading(app.client.apps_connections_open(app_token=app_token))
    except (PermanentError, NotConnectedError) as error:
        raise AppTokenError(str(error)) from error
    handler = AsyncSocketModeHandler(app.bolt, app_token=app_token, web_client=app.client, ping_interval=PING_S)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has no types here
    try:
        yield Socket(handler, app)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt has no types here


class Socket:
    """An open connection, and the watch over it."""

    def __init__(self, handler: AsyncSocketModeHandler, app: SlackApp) -> None:
        self._handler = handler
        self._app = app

    async def watch(self) -> None:
        """Return never; raise `SocketLostError` when the connection stays dead."""
        dead, idle, stood, seen = timedelta(), timedelta(), timedelta(), None
        while dead < GIVEN_UP_AFTER:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            before, seen = seen, self._handler.client.current_session
            alive = await self._handler.client.is_connected()
            stood = stood + LOOK_EVERY if alive and seen is before else timedelta()
            proven = stood >= PROVEN_AFTER_PINGS * timedelta(seconds=PING_S)
            dead, idle = timedelta() if proven else dead + LOOK_EVERY, idle + LOOK_EVERY
            if idle >= KEEP_ALIVE:
                idle = timedelta()
                await self._ask_for_a_sign()
        raise SocketLostError

    async def _ask_for_a_sign(self) -> None:
        try:
            await reading(self._app.client.auth_test())
        except MusterError as error:
            logger().warning("socket.no_sign", reason=str(error))
