"""What the relay makes of errors nobody thought of, calls that hang, late answers and second copies."""

import asyncio
from collections import deque
from datetime import timedelta

from structlog.testing import capture_logs
from typing_extensions import override

from bot.clock import SetClock
from bot.domain.delivery import Patience, PostState, Receipt, StoredPost
from bot.errors import OutcomeUnknownError, PermanentError, TransientError
from bot.outbox.relay import Relay
from bot.store import posts, settling
from bot.store.session import Database
from tests.outbox.conftest import a_relay, post_named
from tests.support.builders import a_post
from tests.support.senders import FakeSender

PATIENCE = Patience()


async def test_one_odd_error_does_not_keep_the_others_from_being_settled(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    class OddSender(FakeSender):
        @override
        async def send(self, post: StoredPost) -> Receipt:
            if post.recipient == "C0ODD":
                raise ValueError("nobody thought of this")
            await asyncio.sleep(0.05)
            return await super().send(post)

    odd = OddSender()
    database.do(lambda session: a_post(session, "odd", recipient="C0ODD"))
    database.do(a_post)

    assert await a_relay(database, odd, clock).turn() == 2

    assert post_named(database).state is PostState.SENT
    assert post_named(database, "odd").state is PostState.SENDING, "its lease settles it"


async def test_a_call_that_hangs_is_given_up_and_its_outcome_is_unknown(database: Database, clock: SetClock) -> None:
    class HangingSender(FakeSender):
        @override
        async def send(self, post: StoredPost) -> Receipt:
            receipt = await super().send(post)
            if post.recipient == "C0SLOW":
                await asyncio.sleep(60)
            return receipt

    sender = HangingSender()
    patience = Patience(call=timedelta(seconds=1))
    relay = Relay(
        database=database, sender=sender, moment=lambda _session: clock.now(), workspace="local", patience=patience
    )
    database.do(lambda session: a_post(session, "slow", recipient="C0SLOW"))
    database.do(a_post)

    await asyncio.wait_for(relay.turn(), timeout=5)
    assert (post_named(database).state, post_named(database, "slow").state) == (PostState.SENT, PostState.UNKNOWN)
    clock.advance(patience.settle)
    await relay.turn()

    assert post_named(database, "slow").state is PostState.SENT
    assert len(sender.arrived) == 2


async def test_a_late_answer_leaves_it_to_the_look_up_when_another_replica_does_not_know_either(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    """Both copies are in Slack, and neither sender can tell: the look-up keeps the first and removes the second."""
    database.do(a_post)
    (slow,) = database.do(lambda session: posts.claim(session, "local", now=clock.now(), patience=PATIENCE, limit=1))
    clock.advance(PATIENCE.lease + timedelta(seconds=1))
    sender.after_arrival = deque([OutcomeUnknownError("the line went dead")])
    for _ in range(2):
        await relay.turn()
        clock.advance(PATIENCE.settle)
    await relay.turn()
    assert (post_named(database).state, post_named(database).fence) == (PostState.UNKNOWN, 2)
    late_receipt = await sender.send(slow)

    await relay._arrived(slow, late_receipt)
    assert post_named(database).state is PostState.UNKNOWN
    clock.advance(PATIENCE.settle)
    await relay.turn()

    assert (post_named(database).state, post_named(database).ts) == (PostState.SENT, "1.000000")
    assert sender.removed == [late_receipt]


async def test_an_extra_copy_that_cannot_be_removed_now_is_removed_later(database: Database, clock: SetClock) -> None:
    class BusySender(FakeSender):
        refusals = 2

        @override
        async def remove(self, receipt: Receipt) -> None:
            self.refusals -= 1
            if self.refusals >= 0:
                raise TransientError("not now")
            await super().remove(receipt)

    sender = BusySender()
    relay = a_relay(database, sender, clock)
    database.do(a_post)
    sender.after_arrival = deque([OutcomeUnknownError("the line went dead")])
    await relay.turn()
    (post,) = sender.sent
    extra = await sender.send(post)
    for _ in range(4):
        clock.advance(PATIENCE.settle)
        await relay.turn()

    assert post_named(database).ts == "1.000000"
    assert sender.removed == [extra]


async def test_only_the_step_that_was_taken_is_logged(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    database.do(a_post)
    (slow,) = database.do(lambda session: posts.claim(session, "local", now=clock.now(), patience=PATIENCE, limit=1))
    database.do(lambda session: settling.arrived(session, slow, Receipt("C0TEAM", "1.0"), clock.now()))

    with capture_logs() as logged:
        for step in (relay._put_back, relay._look_again):
            await relay._record(step, slow, TransientError("late"))
        for other in (relay._park, relay._hold, relay._doubt, relay._refused):
            await relay._record(other, slow, PermanentError("late"))

    assert logged == []


async def test_a_post_that_is_a_day_old_is_parked_instead_of_sent_late(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    sender.answers = deque([TransientError("no"), TransientError("no")])
    database.do(a_post)

    await relay.turn()
    clock.advance(timedelta(hours=25))
    await relay.turn()

    assert post_named(database).state is PostState.PARKED
