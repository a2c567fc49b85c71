"""Second copies of a message: taken back as soon as Slack lets us."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.delivery import Receipt
from bot.errors import MusterError, PermanentError
from bot.log import logger
from bot.outbox import policy
from bot.outbox.sender import Sender

TRIES = 12
"""With the pauses of `policy.back_off`, about half an hour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Copy:
    key: str
    receipt: Receipt
    tries: int
    not_before: datetime


class Extras:
    """The copies that one relay is still to take back. They are kept in memory: a crash leaves them in Slack."""

    def __init__(self, sender: Sender, *, call: timedelta) -> None:
        self._sender = sender
        self._call = call
        self._waiting: list[_Copy] = []

    def add(self, key: str, receipt: Receipt, now: datetime) -> None:
        """Have this copy taken back at the next turn."""
        logger().warning("post.extra_copy", key=key, ts=receipt.ts)
        self._waiting.append(_Copy(key=key, receipt=receipt, tries=0, not_before=now))

    async def turn(self, now: datetime) -> None:
        """Take back what may be tried now; what Slack refuses for good stays, and the log says so."""
        due = [copy for copy in self._waiting if copy.not_before <= now]
        self._waiting = [copy for copy in self._waiting if copy.not_before > now]
        for copy in due:
            await self._remove(copy, now)

    async def _remove(self, copy: _Copy, now: datetime) -> None:
        tries = copy.tries + 1
        try:
            await asyncio.wait_for(self._sender.remove(copy.receipt), self._call.total_seconds())
        except (MusterError, TimeoutError) as error:
            if isinstance(error, PermanentError) or tries == TRIES:
                logger().error("post.extra_copy_stays", key=copy.key, ts=copy.receipt.ts, reason=str(error))
                return
            again = now + policy.back_off(tries)
            self._waiting.append(_Copy(key=copy.key, receipt=copy.receipt, tries=tries, not_before=again))
