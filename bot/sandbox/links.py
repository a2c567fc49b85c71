"""Socket Mode: the sandbox's end of the WebSockets that apps open."""

import asyncio
import json
import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.workspace import App, Workspace

MOST_LINKS = 10
_HOST = "applink-sandbox"
_LIFE_S = 18_060


class Links:
    """The open connections of all apps, on one loop."""

    def __init__(self, workspace: Workspace) -> None:
        self.is_deaf = False
        self._workspace = workspace
        self._open: dict[str, list[web.WebSocketResponse]] = defaultdict(list)
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._carriers: dict[str, web.WebSocketResponse] = {}
        self._lines: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Serve on loopback; the address that `apps.connections.open` gives out."""
        server = web.Application()
        server.router.add_get("/link", self._serve)
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"ws://127.0.0.1:{self._runner.addresses[0][1]}/link"

    async def stop(self) -> None:
        """Close every connection, and the server."""
        for link in [one for links in self._open.values() for one in links]:
            await link.close(drain=False)
        if self._runner is not None:
            await self._runner.cleanup()

    def count(self, app: App) -> int:
        """How many connections an app has."""
        return len(self._open[app.app_id])

    async def send(self, app: App, envelope: Mapping[str, Any]) -> Any:
        """Hand an envelope to one connection of the app, the next in turn, and give the payload of its ack.

        Raises `ConnectionError` when there is no connection, or none any more.
        """
        links = self._open[app.app_id]
        if not links:
            raise ConnectionError("no socket is open")
        links.append(links.pop(0))
        envelope_id, link = str(envelope["envelope_id"]), links[-1]
        ack = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        self._carriers[envelope_id] = link
        try:
            await link.send_json(envelope)
            return await ack
        finally:
            del self._waiting[envelope_id], self._carriers[envelope_id]

    async def disconnect(self, app: App, reason: str) -> None:
        """Tell every connection of the app to go; after a mere warning it stays open."""
        for link in list(self._open[app.app_id]):
            await link.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}})
            if reason != "warning":
                self._forget(app.app_id, link)
                await link.close(drain=False)

    def cut(self, app: App) -> None:
        """Break every connection of the app off, without a word."""
        for link in list(self._open[app.app_id]):
            self._forget(app.app_id, link)
            self._lines[link].abort()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        app_id = self._workspace.tickets.pop(request.query.get("ticket", ""), "")
        if not app_id:
            return web.Response(status=404)
        link = web.WebSocketResponse(autoping=False, heartbeat=None)
        await link.prepare(request)
        reason = self._refusal(app_id)
        if reason:
            await link.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}})
            await link.close(drain=False)
            return link
        if request.transport is not None:
            self._lines[link] = request.transport
            await self._keep(app_id, link)
        return link

    def _refusal(self, app_id: str) -> str:
        if self._workspace.by_app_id(app_id).events_url is not None:
            return "link_disabled"
        return "too_many_websockets" if len(self._open[app_id]) >= MOST_LINKS else ""

    async def _keep(self, app_id: str, link: web.WebSocketResponse) -> None:
        self._open[app_id].append(link)
        try:
            await link.send_json(_hello(app_id, len(self._open[app_id])))
            async for message in link:
                await self._hear(link, message.type, message.data)
        except ConnectionError:
            """The app has gone."""
        finally:
            self._forget(app_id, link)
            del self._lines[link]

    async def _hear(self, link: web.WebSocketResponse, kind: WSMsgType, data: Any) -> None:
        if self.is_deaf:
            return
        if kind is WSMsgType.PING:
            await link.pong(data)
        elif kind is WSMsgType.TEXT:
            self._take_ack(data)

    def _take_ack(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(str(ack.get("envelope_id"))) if isinstance(ack, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(ack.get("payload"))

    def _forget(self, app_id: str, link: web.WebSocketResponse) -> None:
        links = self._open[app_id]
        links[:] = [one for one in links if one is not link]
        for envelope_id, carrier in self._carriers.items():
            waiting = self._waiting[envelope_id]
            if carrier is link and not waiting.done():
                waiting.set_exception(ConnectionError("the socket closed"))


def envelope(kind: str, payload: Mapping[str, Any], *, retry: int = 0, reason: str = "") -> dict[str, Any]:
    """A payload as it goes through a socket; *kind* is slash_commands, interactive or events_api."""
    is_event = kind == "events_api"
    return {
        "envelope_id": secrets.token_hex(16),
        "type": kind,
        "payload": payload,
        "accepts_response_payload": not is_event,
        **({"retry_attempt": retry, "retry_reason": reason} if is_event else {}),
    }


def _hello(app_id: str, number: int) -> dict[str, Any]:
    about = {"host": _HOST, "build_number": 1, "approximate_connection_time": _LIFE_S}
    return {"type": "hello", "num_connections": number, "debug_info": about, "connection_info": {"app_id": app_id}}
