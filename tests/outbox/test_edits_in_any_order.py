"""Whatever order revisions, sends, edits, faults and crashes come in: one message, which shows the last revision."""

import asyncio
import itertools
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from bot.clock import SetClock
from bot.domain.delivery import Receipt, StoredPost
from bot.errors import OutcomeUnknownError, TransientError
from bot.outbox.sender import RateLimitedError
from bot.store.session import Database
from tests.outbox.conftest import PATIENCE, a_relay, another_at_work, post_named, revised
from tests.support.builders import MONDAY, a_post
from tests.support.senders import FakeSender

FATES = ["good", "lost before", "lost after", "died before", "died after", "not taken", "too many"]
STEPS = st.sampled_from(["revise", "revise", "turn", "turn", "stall", "wake", "moment", "minute"]) | st.sampled_from(
    FATES
)

_numbers = itertools.count()


class DiedError(Exception):
    """The process was killed: nobody records anything."""


@dataclass
class FatefulSender(FakeSender):
    """The next call goes as `fate` says."""

    fate: str = "good"

    @override
    async def send(self, post: StoredPost) -> Receipt:
        fate = self._met()
        receipt = await super().send(post)
        self._after(fate)
        return receipt

    @override
    async def edit(self, post: StoredPost) -> None:
        fate = self._met()
        await super().edit(post)
        self._after(fate)

    def _met(self) -> str:
        fate, self.fate = self.fate, "good"
        match fate:
            case "lost before":
                raise OutcomeUnknownError("the line went dead")
            case "died before":
                raise DiedError
            case "not taken":
                raise TransientError("not now")
            case "too many":
                raise RateLimitedError(timedelta(seconds=20))
            case _:
                return fate

    def _after(self, fate: str) -> None:
        match fate:
            case "lost after":
                raise OutcomeUnknownError("the line went dead")
            case "died after":
                raise DiedError
            case _:
                """It went well."""


@given(steps=st.lists(STEPS, max_size=25))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_the_end_slack_shows_the_last_revision_in_exactly_one_message(database: Database, steps: list[str]) -> None:
    asyncio.run(Play(database, next(_numbers)).of(steps))


class Play:
    """One post, a relay, and another replica that takes edits and makes them late; on a day of its own."""

    def __init__(self, database: Database, number: int) -> None:
        self.database, self.key = database, f"post-{number}"
        self.clock, self.sender = SetClock(MONDAY + timedelta(days=number)), FatefulSender()
        self.relay = a_relay(database, self.sender, self.clock)
        self.slow = another_at_work(database, self.sender, self.clock)
        self.waiting: list[StoredPost] = []
        self.said = f"text of {self.key}"

    async def of(self, steps: list[str]) -> None:
        self.database.do(lambda session: a_post(session, self.key, recipient=f"C-{self.key}", now=self.clock.now()))
        for number, step in enumerate(steps):
            await self.take(step, number)
        await self.end()
        there = [receipt.ts for _, receipt in self.sender.arrived if receipt not in self.sender.removed]
        assert [self.sender.shown[ts] for ts in there] == [self.said]
        assert post_named(self.database, self.key).ts == there[0]

    async def take(self, step: str, number: int) -> None:
        match step:
            case "revise":
                self.said = f"{self.key}, revised at {number}"
                self.database.do(revised(self.said, self.key))
            case "turn":
                await self.relay.turn()
            case "stall":
                self.waiting += self.database.do(lambda session: self.slow.claim(session, self.clock.now()))
            case "wake":
                await self.wake()
            case "moment":
                self.clock.advance(PATIENCE.pace)
            case "minute":
                self.clock.advance(PATIENCE.lease)
            case fate:
                self.sender.fate = fate

    async def wake(self) -> None:
        self.sender.fate = "good"
        for post in self.waiting[:1]:
            await self.slow.make(post)
        del self.waiting[:1]

    async def end(self) -> None:
        while self.waiting:
            await self.wake()
        self.sender.fate = "good"
        for _ in range(8):
            self.clock.advance(timedelta(minutes=2))
            await self.relay.turn()
