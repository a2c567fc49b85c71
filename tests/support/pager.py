"""A pager on loopback that takes PagerDuty's events, answers as it is told to, and remembers what it heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

SECRET = "e93facc04764012d7bfb002500d5d1a6"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer; *lost*: the connection breaks where it should come; *hangs*: it never comes."""

    status: int = 202
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    hangs: bool = False


@dataclass(kw_only=True)
class LocalPager:
    """What was heard, in order, and the answers still to be given; without any, all is taken."""

    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    was_called: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Which action for which key, in order."""
        return [(one["event_action"], one["dedup_key"]) for one in self.heard]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Hear one event."""
        self.heard.append(await request.json())
        self.was_called.set()
        answer = self.answers.pop(0) if self.answers else Answer()
        if answer.hangs:
            await asyncio.sleep(60)
        if answer.lost:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)


@asynccontextmanager
async def answering() -> AsyncIterator[LocalPager]:
    """A pager at work until the block ends."""
    pager = LocalPager()
    app = web.Application()
    app.router.add_post("/v2/enqueue", pager.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        pager.url = f"http://127.0.0.1:{port}/v2/enqueue"
        yield pager
    finally:
        await runner.cleanup()
