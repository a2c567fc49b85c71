"""One HTTP connection, held close enough to the socket that it can break in every way a real one does."""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import h11

CHUNK = 65536
JSON_TYPE = "application/json; charset=utf-8"
FORM_TYPE = "application/x-www-form-urlencoded"


class UnreadableBodyError(Exception):
    """A body that Slack cannot make arguments of; the message is Slack's error."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request, read whole. The names of *headers* are in lower case."""

    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def arguments(self) -> dict[str, Any]:
        """What a call was given: in its query, form-encoded or as JSON. Raises `UnreadableBodyError`."""
        return {**dict(parse_qsl(self.query, keep_blank_values=True)), **self._in_body()}

    def token(self, arguments: Mapping[str, Any]) -> str:
        """The token in the header, or among the form's arguments; empty when there is none."""
        scheme, _, bearer = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return bearer.strip()
        return str(arguments.get("token", "")) if self._kind() == FORM_TYPE else ""

    def _kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def _in_body(self) -> dict[str, Any]:
        if not self.body:
            return {}
        try:
            text = self.body.decode()
        except UnicodeDecodeError:
            raise UnreadableBodyError("invalid_charset") from None
        match self._kind():
            case "application/json":
                return _json_object(text)
            case "application/x-www-form-urlencoded":
                return dict(parse_qsl(text, keep_blank_values=True))
            case _:
                raise UnreadableBodyError("invalid_post_type")


def _json_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableBodyError("invalid_json") from None
    if not isinstance(found, dict):
        raise UnreadableBodyError("json_not_object")
    return found


class Line:
    """The server's end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._protocol = h11.Connection(h11.SERVER)

    async def request(self) -> Request | None:
        """The next request, None when there will be none."""
        if self._protocol.our_state is h11.DONE and self._protocol.their_state is h11.DONE:
            self._protocol.start_next_cycle()
        if self._protocol.our_state is not h11.IDLE:
            return None
        try:
            return await self._read()
        except h11.RemoteProtocolError:
            return None

    async def answer(self, status: int, body: bytes, *, headers: Mapping[str, str], kind: str = JSON_TYPE) -> None:
        """Send a whole response."""
        named = {"content-type": kind, "content-length": str(len(body)), **headers}
        parts = h11.Response(status_code=status, headers=list(named.items())), h11.Data(data=body), h11.EndOfMessage()
        for part in parts:
            self._writer.write(self._protocol.send(part) or b"")
        await self._writer.drain()

    async def answer_half(self, body: bytes) -> None:
        """Promise *body* and send only its first half."""
        head = f"HTTP/1.1 200 OK\r\ncontent-type: {JSON_TYPE}\r\ncontent-length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body[: len(body) // 2])
        await self._writer.drain()

    async def client_gone(self) -> None:
        """Return when the client has closed its end."""
        while await self._reader.read(CHUNK):
            pass

    def reset(self) -> None:
        """Break the connection off: the client gets RST."""
        raw: socket.socket = self._writer.get_extra_info("socket")
        # Closed without lingering, the kernel sends RST instead of FIN.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def abort(self) -> None:
        """Drop the connection and whatever was not sent yet."""
        self._writer.transport.abort()

    def close(self) -> None:
        """Close the connection: the client gets FIN, and what was written before."""
        self._writer.close()

    async def _read(self) -> Request | None:
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._protocol.next_event()
            match event:
                case h11.NEED_DATA:
                    self._protocol.receive_data(await self._reader.read(CHUNK))
                case h11.Request():
                    head = event
                case h11.Data():
                    body += event.data
                case h11.EndOfMessage() if head is not None:
                    return _request(head, bytes(body))
                case _:
                    return None


def _request(head: h11.Request, body: bytes) -> Request:
    path, _, query = head.target.decode("latin-1").partition("?")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in head.headers}
    return Request(path=path, query=query, headers=headers, body=body)
