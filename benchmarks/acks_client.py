"""A bare HTTP client on loopback: one task a connection or a steady rate, and how long each answer took."""

import asyncio
import re
from collections.abc import Sequence
from itertools import takewhile
from time import perf_counter

from typing_extensions import override

MOST_S = 2.0
"""A piece of a round ends after so many seconds, however few requests were answered by then."""

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Line(asyncio.Protocol):
    """A kept connection that carries one request after the other."""

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
        if end and length is not None and len(body) >= int(length[1]):
            answer, self._heard = self._heard, b""
            self._answer.set_result(answer)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        answer = getattr(self, "_answer", None)
        if answer is not None and not answer.done():
            answer.set_exception(ConnectionError("the server hung up"))

    async def timed(self, request: bytes) -> float:
        """Seconds until *request* was answered, and well."""
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        start = perf_counter()
        self._transport.write(request)
        answer = await self._answer
        taken = perf_counter() - start
        # A form that was refused is answered sooner than one that was taken.
        assert answer.startswith(b"HTTP/1.1 200"), answer
        assert b"response_action" not in answer, answer
        return taken

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


async def dialled(port: int) -> Line:
    """A connection to *port*."""
    _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", port)
    return line


async def closed_loop(port: int, requests: Sequence[bytes], *, at_once: int) -> list[float]:
    """*at_once* connections, each sending its next request as soon as it was answered."""
    lines = [await dialled(port) for _ in range(at_once)]
    loop = asyncio.get_running_loop()
    waiting, end = iter(requests), loop.time() + MOST_S

    async def one_by_one(line: Line) -> list[float]:
        in_time = takewhile(lambda _: loop.time() < end, waiting)
        return [await line.timed(request) for request in in_time]

    taken = await asyncio.gather(*map(one_by_one, lines))
    for line in lines:
        line.close()
    return [seconds for found in taken for seconds in found]


async def open_loop(port: int, requests: Sequence[bytes], *, rate: float) -> list[float]:
    """*rate* requests a second, whether or not those before were answered; each timed from when it was sent."""
    idle: list[Line] = []

    async def send(request: bytes) -> float:
        line = idle.pop() if idle else await dialled(port)
        taken = await line.timed(request)
        idle.append(line)
        return taken

    loop = asyncio.get_running_loop()
    start, sent = loop.time(), []
    for number, request in enumerate(requests):
        await asyncio.sleep(start + number / rate - loop.time())
        sent.append(asyncio.create_task(send(request)))
    taken = await asyncio.gather(*sent)
    for line in idle:
        line.close()
    return taken
