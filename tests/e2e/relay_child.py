"""A worker's relay in a process of its own, which can be told to die at a step. Run by the tests, not collected."""

import argparse
import asyncio
import os
import signal
from datetime import datetime, timedelta

from bot.domain.delivery import Patience, Receipt, StoredPost
from bot.outbox.relay import Relay
from bot.outbox.sender import Sender
from bot.slack import client
from bot.slack.client import connected
from bot.store import posts
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, now_in

PATIENCE = Patience(lease=timedelta(seconds=1.5), settle=timedelta(seconds=0.3), pace=timedelta(0))


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


def die() -> None:
    """No goodbye: what a power cut looks like."""
    os.kill(os.getpid(), signal.SIGKILL)


async def main(database_url: str, slack_url: str, die_at: str) -> None:
    client.TIMEOUT_S = 1
    database = Database(database_url)
    async with connected(token="xoxb-sandbox", base_url=slack_url) as sender:
        relay = Relay(
            database=database,
            sender=DyingSender(sender, die_at),
            moment=now_in,
            workspace=LOCAL_WORKSPACE,
            patience=PATIENCE,
        )
        while await database.run(lambda session: posts.oldest_open(session, LOCAL_WORKSPACE)) is not None:
            if not await relay.turn():
                await asyncio.sleep(0.05)
    database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("database_url")
    parser.add_argument("slack_url")
    parser.add_argument("--die-at", default="never")
    told = parser.parse_args()
    asyncio.run(main(told.database_url, told.slack_url, told.die_at))
