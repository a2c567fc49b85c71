"""A worker's relay, for a process of its own, which can be told to die at a step."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from bot.charts import draw
from bot.domain.delivery import Handed, Patience, Receipt, StoredPost
from bot.outbox import policy
from bot.outbox.relay import Relay
from bot.outbox.sender import Sender
from bot.slack import client
from bot.slack.client import connected
from bot.store import posts
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, now_in
from tests.support.processes import Child, die

PATIENCE = Patience(lease=timedelta(seconds=1.5), settle=timedelta(seconds=0.3), pace=timedelta(0))
PAUSE = timedelta(seconds=0.5)


def a_relay(database_url: str, slack_url: str, die_at: str = "never") -> Child:
    """A process that delivers what is open, and ends."""
    return Child(relay, database_url, slack_url, die_at)


def relay(database_url: str, slack_url: str, die_at: str) -> None:
    """Deliver what is open; or die at that step."""
    asyncio.run(_relay(database_url, slack_url, die_at))


class DyingSender:
    """The real sender, in a process that is killed at a step: before a send or an edit, or before it is recorded."""

    def __init__(self, inner: Sender, die_at: str) -> None:
        self._inner = inner
        self._die_at = die_at
        self._sent = 0

    async def send(self, post: StoredPost) -> Receipt:
        if self._die_at == "claimed" or (self._die_at == "receipt-kept" and self._sent):
            die()
        receipt = await self._inner.send(post)
        self._sent += 1
        if self._die_at == "answered":
            die()
        return receipt

    async def find(self, post: StoredPost, *, since: datetime) -> list[Receipt]:
        found = await self._inner.find(post, since=since)
        if self._die_at == "looked-up":
            die()
        return found

    async def edit(self, post: StoredPost) -> None:
        if self._die_at == "edit-claimed":
            die()
        await self._inner.edit(post)
        if self._die_at == "edited":
            die()

    async def remove(self, receipt: Receipt) -> None:
        await self._inner.remove(receipt)

    async def upload(self, name: str, content: bytes, alt: str) -> Handed:
        if self._die_at == "drawn":
            die()
        handed = await self._inner.upload(name, content, alt)
        if self._die_at == "handed-over":
            die()
        return handed

    def image_of(self, handed: Handed) -> dict[str, Any]:
        return self._inner.image_of(handed)


async def _relay(database_url: str, slack_url: str, die_at: str) -> None:
    client.TIMEOUT_S, policy.FIRST_PAUSE = 1, PAUSE
    database = Database(database_url)
    async with connected(token="xoxb-sandbox", base_url=slack_url) as sender:
        relay = Relay(
            database=database,
            sender=DyingSender(sender, die_at),
            moment=now_in,
            workspace=LOCAL_WORKSPACE,
            patience=PATIENCE,
            draw=draw,
        )
        while await database.run(lambda session: posts.oldest_open(session, LOCAL_WORKSPACE)) is not None:
            if not await relay.turn():
                await asyncio.sleep(0.2)
    database.close()
