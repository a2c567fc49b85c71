"""The sandbox as a server on loopback, in a thread of its own: HTTP by hand, so that it can break at will."""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

import h11

from bot.clock import Clock, SystemClock
from bot.sandbox import api
from bot.sandbox.faults import Answer, Fault, Script
from bot.sandbox.workspace import App, Workspace

API, CONTROL = "/api/", "/_sandbox/"
CHUNK = 65536


@dataclass(frozen=True)
class Request:
    """A request, read whole."""

    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def arguments(self) -> dict[str, Any]:
        """What a call was given: in its query, form-encoded or as JSON."""
        asked = dict(parse_qsl(self.query, keep_blank_values=True))
        if self.headers.get("content-type", "").startswith("application/json"):
            found = json.loads(self.body or b"{}")
            return asked | found if isinstance(found, dict) else asked
        return asked | dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Sandbox:
    """A local Slack. Use it as a context manager; `url` is the base address for a Web API client."""

    def __init__(self, *apps: App, clock: Clock | None = None, seed: int = 0) -> None:
        self.workspace = Workspace(clock or SystemClock())
        self.faults = Script(seed)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.port = 0
        for app in apps or (App(token="xoxb-sandbox"),):  # noqa: S106 not a secret: it opens nothing but this
            self.workspace.install(app)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """The base address of the Web API."""
        return f"http://127.0.0.1:{self.port}{API}"

    def messages(self, *channels: str) -> list[dict[str, Any]]:
        """What was really stored in these channels (in all, if none is named), oldest first: the oracle."""
        return self.workspace.messages(channels or None)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await server.wait_closed()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            protocol = h11.Connection(h11.SERVER)
            while request := await _read(protocol, reader):
                if not await self._respond(protocol, request, writer) or protocol.our_state is not h11.DONE:
                    break
                if protocol.their_state is not h11.DONE:
                    break
                protocol.start_next_cycle()
        except (ConnectionError, h11.RemoteProtocolError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _respond(self, protocol: h11.Connection, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False when the connection was broken on purpose."""
        if request.path.startswith(CONTROL):
            await _write(protocol, writer, 200, {}, self._control(request.path[len(CONTROL) :], request.arguments()))
            return True
        method, arguments = request.path.removeprefix(API), request.arguments()
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or arguments.pop("token", None)
        self.calls.append((method, arguments))
        fault = self.faults.draw(method, arguments)
        if fault is None or fault.stores:
            await asyncio.sleep(fault.delay_s if fault else 0)
            result, app = api.answer(self.workspace, token, method, arguments)
        else:
            result, app = {"ok": False, "error": fault.value or "internal_error"}, self.workspace.apps.get(token or "")
        if fault is not None:
            return await _misbehave(fault, protocol, writer, result)
        scopes = {"x-oauth-scopes": ",".join(sorted(app.scopes))} if app else {}
        await _write(protocol, writer, 200, scopes, result)
        return True

    def _control(self, command: str, arguments: dict[str, Any]) -> Any:
        """What another process asks through `bot.sandbox.control`."""
        match command:
            case "messages":
                return self.messages(*arguments["channels"])
            case "calls":
                return [method for method, _ in self.calls]
            case "fail":
                self.faults.add(Fault(**arguments | {"answer": Answer(arguments["answer"])}))
            case "clear":
                self.faults.clear()
            case _:
                return {"error": f"unknown command {command}"}
        return None


async def _read(protocol: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    """The next request, None when the client has gone."""
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = protocol.next_event()
        match event:
            case h11.NEED_DATA:
                protocol.receive_data(await reader.read(CHUNK))
            case h11.Request():
                head = event
            case h11.Data():
                body += event.data
            case h11.EndOfMessage():
                break
            case _:
                return None
    if head is None:
        return None
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in head.headers}
    path, _, query = head.target.decode().partition("?")
    return Request(path, query, headers, bytes(body))


async def _write(
    protocol: h11.Connection, writer: asyncio.StreamWriter, status: int, headers: Mapping[str, str], result: Any
) -> None:
    content = result if isinstance(result, bytes) else json.dumps(result).encode()
    kind = "text/html" if content.startswith(b"<") else "application/json; charset=utf-8"
    named = {"content-type": kind, "content-length": str(len(content)), **headers}
    response = h11.Response(status_code=status, headers=list(named.items()))
    for event in (response, h11.Data(data=content), h11.EndOfMessage()):
        writer.write(protocol.send(event) or b"")
    await writer.drain()


async def _misbehave(
    fault: Fault, protocol: h11.Connection, writer: asyncio.StreamWriter, result: dict[str, Any]
) -> bool:
    match fault.answer:
        case Answer.RATE_LIMITED:
            headers = {"retry-after": fault.value} if fault.value else {}
            await _write(protocol, writer, 429, headers, {"ok": False, "error": "ratelimited"})
        case Answer.STATUS:
            await _write(protocol, writer, int(fault.value), {}, b"<html>upstream error</html>")
        case Answer.HTML:
            await _write(protocol, writer, 200, {}, b"<html>please log in</html>")
        case Answer.EMPTY:
            await _write(protocol, writer, 200, {}, b"")
        case Answer.ERROR:
            await _write(protocol, writer, 200, {}, {"ok": False, "error": fault.value})
        case Answer.RESET | Answer.CLOSE | Answer.HALF | Answer.SILENCE:
            await _break(fault.answer, writer, result)
            return False
    return True


async def _break(answer: Answer, writer: asyncio.StreamWriter, result: dict[str, Any]) -> None:
    if answer is Answer.SILENCE:
        # Until the client gives up or the sandbox stops.
        await asyncio.Event().wait()
    if answer is Answer.HALF:
        content = json.dumps(result).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
        writer.write(head.encode() + content[: len(content) // 2])
        await writer.drain()
    if answer is Answer.RESET:
        # Closed without lingering, the kernel sends RST instead of FIN.
        raw: socket.socket = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
