"""Serving an ASGI application inside a loop that somebody else runs."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from bot.errors import UserError


class PortTakenError(UserError):
    """Somebody else listens there."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken: set PORT to a free one (0 picks one).")


class _Server(uvicorn.Server):
    """A server that leaves the process's signals alone."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(application: ASGIApp, *, port: int, host: str = "0.0.0.0") -> AsyncIterator[int]:  # noqa: S104 a container's health is asked from outside
    """Serve *application* until the block ends and yield the port, a free one for 0. Raises `PortTakenError`."""
    # Named by its protocol, or asyncio would not switch off Nagle: an answer's body then waits 40 ms behind its head.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise PortTakenError(port) from None
    server = _Server(uvicorn.Config(application, lifespan="off", log_config=None, access_log=False))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        # Told to stop before it has started, uvicorn would leave its sockets open.
        while not (server.started or task.done()):  # noqa: ASYNC110 uvicorn has a flag, no event
            await asyncio.sleep(0.005)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listener.close()
