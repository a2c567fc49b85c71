"""As little of Slack as an app needs to believe in it: its Web API, and its end of the sockets."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

from typing_extensions import override

from benchmarks.acks_said import TEAM, USER, Said, envelope_kind
from bot.clock import SystemClock
from bot.sandbox.links import Links, envelope
from bot.sandbox.workspace import App, Workspace

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ME = {"id": USER, "team_id": TEAM, "name": "bench", "tz": "Europe/Berlin"}
_WHO = {"team_id": TEAM, "user_id": "U0BOT", "bot_id": "B0BOT", "bot_user_id": "U0BOT", "url": "x", "team": "x"}
APP = App(token="xoxb-benchmark")


class Stub:
    """Answers the Web API. `url` is its base address, known once it is served."""

    url = ""

    def __init__(self) -> None:
        self._workspace = Workspace(SystemClock())
        self._workspace.install(APP)
        self._links = Links(self._workspace)

    @property
    def answers(self) -> str:
        """Where answers go."""
        return f"{self.url}answers"

    async def connected(self) -> None:
        """Wait until an app has opened its socket."""
        while not self._links.count(APP):  # noqa: ASYNC110 the sandbox has a count, no event
            await asyncio.sleep(0.02)

    async def acked(self, said: Said, count: int) -> list[float]:
        """Seconds until each of *count* gestures, one after the other, was acknowledged through the socket."""
        taken = []
        for _ in range(count):
            payload = said()
            wrapped = envelope(envelope_kind(payload), payload)
            start = perf_counter()
            await self._links.send(APP, wrapped)
            taken.append(perf_counter() - start)
        return taken

    async def start(self) -> None:
        """Serve on loopback."""
        self._socket = await self._links.start()
        self._server = await asyncio.get_running_loop().create_server(lambda: _Line(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/api/"

    async def stop(self) -> None:
        """Close everything."""
        self._server.close()
        await self._links.stop()

    def answer(self, path: str) -> Mapping[str, Any]:
        """What a call of the Web API gives."""
        match path.partition("?")[0].rpartition("/")[2]:
            case "auth.test":
                return {"ok": True, **_WHO}
            case "users.info":
                return {"ok": True, "user": _ME}
            case "apps.connections.open":
                self._workspace.tickets["ticket"] = APP.app_id
                return {"ok": True, "url": f"{self._socket}?ticket=ticket"}
            case _:
                return {"ok": True}


class _Line(asyncio.Protocol):
    def __init__(self, stub: Stub) -> None:
        self._stub = stub

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._heard = b""

    @override
    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, end, body = self._heard.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not end or len(body) < (int(length[1]) if length else 0):
            return
        self._heard = b""
        said = json.dumps(self._stub.answer(head.split(b" ", 2)[1].decode())).encode()
        about = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(said)}\r\n\r\n"
        self._transport.write(about.encode() + said)


@asynccontextmanager
async def stubbed() -> AsyncIterator[Stub]:
    """A stub until the block ends."""
    one = Stub()
    await one.start()
    try:
        yield one
    finally:
        await one.stop()
