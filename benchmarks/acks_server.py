"""One server under test, until its stdin ends: `python -m benchmarks.acks_server APP BY SLACK_URL DATABASE_URL`.

APP is `muster`, `floor` (Bolt alone, processing before the response) or `default` (Bolt as it comes); BY is `http` or
`socket`. It says its port on a line of its own.
"""

import asyncio
import os
import re
import signal
import sys
import threading

from pydantic import SecretStr
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.acks_probe import PROBE
from benchmarks.acks_said import SECRET
from bot import log
from bot.config import Settings
from bot.kit.feature import Registry
from bot.web.server import serving
from bot.wiring import running
from bot.wiring.parts import registry

TOKEN, APP_TOKEN = "xoxb-benchmark", "xapp-benchmark"
ANY = re.compile(".*")


async def muster(by: str, slack_url: str, database_url: str) -> None:
    """The whole of `muster run web`, with one feature more."""
    whole = Registry((*registry().features, PROBE))
    setattr(running, "registry", lambda: whole)  # noqa: B010 not offered for setting, and only a benchmark does
    log.set_up()
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        slack_bot_token=SecretStr(TOKEN),
        slack_app_token=SecretStr(APP_TOKEN) if by == "socket" else None,
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=slack_url,
        port=0,
    )
    await running.run(settings, running.Part.WEB, announce=_say_port)


async def bolt(by: str, slack_url: str, *, pbr: bool) -> None:
    """Bolt, with a listener for each kind that does nothing. The first to be asked is the one for commands."""
    client = AsyncWebClient(token=TOKEN, base_url=slack_url)
    app = AsyncApp(client=client, signing_secret=SECRET, process_before_response=pbr)
    for kind in (app.command, app.view, app.action, app.shortcut):
        kind(ANY)(_nothing)
    app.event("app_mention")(_nothing)
    if by == "socket":
        handler = AsyncSocketModeHandler(app, app_token=APP_TOKEN, web_client=client)
        await handler.start_async()  # type: ignore[no-untyped-call]  # Bolt has no types here
        return
    pages = AsyncSlackRequestHandler(app, path="/slack/events")
    async with serving(pages, port=0, host="127.0.0.1") as port:  # type: ignore[arg-type]  # ASGI all the same
        _say_port(f"127.0.0.1:{port}")
        await asyncio.Event().wait()


async def _nothing(ack: AsyncAck) -> None:
    await ack()


def _say_port(sentence: str) -> None:
    found = re.search(r"127\.0\.0\.1:(\d+)", sentence)
    if found:
        print(found[1], flush=True)


def _stop_with_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    _, app_name, way, slack, database = sys.argv
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    asyncio.run(muster(way, slack, database) if app_name == "muster" else bolt(way, slack, pbr=app_name == "floor"))
