"""What the relay promises, on both databases, with a clock that is set."""

import asyncio
from collections import deque
from datetime import timedelta
from functools import partial

from bot.clock import SetClock
from bot.domain.delivery import Patience, PostState
from bot.errors import OutcomeUnknownError, PermanentError, TransientError
from bot.outbox.relay import Relay
from bot.outbox.sender import CannotLookError, NotConnectedError, RateLimitedError, RefusedBlocksError
from bot.store import posts, settling
from bot.store.session import Database
from tests.outbox.conftest import a_relay, post_named
from tests.support.builders import a_post, a_product
from tests.support.senders import FakeSender

PATIENCE = Patience()


def keys_sent(sender: FakeSender) -> list[str]:
    return [post.key for post in sender.sent]


async def test_a_post_is_sent_once_and_its_receipt_is_kept(
    database: Database, relay: Relay, sender: FakeSender
) -> None:
    database.do(a_post)

    await relay.turn()
    await relay.turn()

    post = post_named(database)
    assert (post.state, post.channel, post.ts) == (PostState.SENT, "C0TEAM", "1.000000")
    assert keys_sent(sender) == ["post"]


async def test_writing_the_same_key_twice_is_one_post(database: Database, relay: Relay, sender: FakeSender) -> None:
    database.do(a_post)
    database.do(a_post)

    await relay.turn()

    assert keys_sent(sender) == ["post"]


async def test_a_channel_gets_its_posts_in_order_and_no_faster_than_its_pace(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    for key in ("first", "second", "third"):
        database.do(partial(a_post, key=key))
    database.do(lambda session: a_post(session, "elsewhere", recipient="C0OTHER"))

    await relay.turn()
    assert sorted(keys_sent(sender)) == ["elsewhere", "first"]
    await relay.turn()
    assert len(sender.sent) == 2
    clock.advance(PATIENCE.pace)
    await relay.turn()
    clock.advance(PATIENCE.pace)
    await relay.turn()

    assert [key for key in keys_sent(sender) if key != "elsewhere"] == ["first", "second", "third"]


async def test_a_reply_waits_for_its_message_and_joins_its_thread(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    sender.answers = deque([TransientError("not yet")])
    database.do(lambda session: a_post(session, "head"))
    database.do(lambda session: a_post(session, "reply", parent_key="head"))

    for _ in range(3):
        await relay.turn()
        clock.advance(timedelta(seconds=10))

    assert [(post.key, post.parent_ts) for post in sender.sent] == [("head", None), ("reply", "1.000000")]


async def test_an_answer_lost_after_the_send_is_found_again_and_nothing_is_sent_twice(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    sender.after_arrival = deque([OutcomeUnknownError("the line went dead")])
    database.do(a_post)

    await relay.turn()
    assert post_named(database).state is PostState.UNKNOWN
    await relay.turn()
    assert post_named(database).state is PostState.UNKNOWN, "it is not looked up before it has settled"
    clock.advance(PATIENCE.settle)
    await relay.turn()

    post = post_named(database)
    assert (post.state, post.ts) == (PostState.SENT, "1.000000")
    assert len(sender.arrived) == 1


async def test_a_post_that_is_not_in_slack_after_the_settle_time_is_sent_again(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    sender.answers = deque([OutcomeUnknownError("the line went dead")])
    database.do(a_post)

    await relay.turn()
    clock.advance(PATIENCE.settle)
    await relay.turn()
    clock.advance(timedelta(seconds=10))
    await relay.turn()

    assert post_named(database).state is PostState.SENT
    assert len(sender.arrived) == 1


async def test_a_lease_that_ends_while_sending_becomes_unknown_never_pending(
    database: Database, sender: FakeSender, clock: SetClock
) -> None:
    database.do(a_post)
    claimed = database.do(lambda session: posts.claim(session, "local", now=clock.now(), patience=PATIENCE, limit=1))
    clock.advance(PATIENCE.lease + timedelta(seconds=1))

    await a_relay(database, sender, clock).turn()

    assert [post.fence for post in claimed] == [1]
    assert (post_named(database).state, sender.arrived) == (PostState.UNKNOWN, [])


async def test_a_sender_that_was_away_longer_than_its_lease_leaves_one_message(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    """slack.md C2: it comes back after another replica has sent, and takes its own copy back."""
    database.do(a_post)
    (slow,) = database.do(lambda session: posts.claim(session, "local", now=clock.now(), patience=PATIENCE, limit=1))
    clock.advance(PATIENCE.lease + timedelta(seconds=1))
    for _ in range(3):
        await relay.turn()
        clock.advance(PATIENCE.settle)
    late_receipt = await sender.send(slow)

    await relay._arrived(slow, late_receipt)
    await relay.turn()

    assert post_named(database).ts == "1.000000"
    assert sender.removed == [late_receipt]


async def test_two_relays_on_one_outbox_send_each_post_once(
    database: Database, sender: FakeSender, clock: SetClock
) -> None:
    for number in range(10):
        database.do(partial(a_post, key=f"post-{number}", recipient=f"C{number}"))
    relays = [a_relay(database, sender, clock) for _ in range(2)]

    for _ in range(3):
        await asyncio.gather(*(relay.turn() for relay in relays))

    assert sorted(keys_sent(sender)) == [f"post-{number}" for number in range(10)]


async def test_a_rate_limit_met_by_one_replica_holds_for_all(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    """slack.md A1."""
    sender.answers = deque([RateLimitedError(timedelta(seconds=30))])
    database.do(a_post)
    await relay.turn()
    database.do(lambda session: a_post(session, "other", recipient="C0OTHER"))
    another = a_relay(database, sender, clock)

    clock.advance(timedelta(seconds=29))
    await another.turn()
    assert sender.sent == []
    clock.advance(timedelta(seconds=2))
    await another.turn()

    assert sorted(keys_sent(sender)) == ["other", "post"]


async def test_a_token_that_is_refused_lets_everything_wait_and_loses_nothing(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    """slack.md A12: at most one call in ten minutes."""
    sender.answers = deque([NotConnectedError("token_revoked")])
    database.do(a_post)

    for _ in range(9):
        await relay.turn()
        clock.advance(timedelta(minutes=1))
    assert (sender.sent, len(sender.answers)) == ([], 0)
    clock.advance(timedelta(minutes=2))
    await relay.turn()

    assert keys_sent(sender) == ["post"]


async def test_a_layout_that_slack_refuses_is_sent_once_as_text_alone(
    database: Database, relay: Relay, sender: FakeSender
) -> None:
    """slack.md A10."""
    sender.answers = deque([RefusedBlocksError("invalid_blocks")])
    database.do(a_post)

    await relay.turn()
    await relay.turn()

    assert [post.text_only for post in sender.sent] == [True]


async def test_what_cannot_be_delivered_is_parked_with_its_thread_and_the_pm_is_told_once(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    """slack.md A8."""
    product = database.do(a_product)
    sender.answers = deque([PermanentError("The channel is archived.")])
    database.do(lambda session: a_post(session, "head", product_id=product.id))
    database.do(lambda session: a_post(session, "reply", product_id=product.id, parent_key="head"))

    for _ in range(4):
        await relay.turn()
        clock.advance(timedelta(seconds=20))

    assert post_named(database, "head").reason == "The channel is archived."
    assert post_named(database, "reply").state is PostState.PARKED
    assert [(post.key, post.recipient) for post in sender.sent] == [("head#told-1", "U0PM")]
    assert "muster outbox retry head" in sender.sent[0].text


async def test_when_the_pm_has_left_the_next_person_is_told(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    """slack.md A21."""
    product = database.do(a_product)
    sender.answers = deque([PermanentError("archived"), PermanentError("left"), PermanentError("left too")])
    database.do(lambda session: a_post(session, product_id=product.id))

    for _ in range(5):
        await relay.turn()
        clock.advance(timedelta(seconds=10))

    assert [post.recipient for post in sender.sent] == ["U0ADMIN"]
    assert "“text of post”" in sender.sent[0].text


async def test_where_slack_cannot_say_the_post_waits_for_a_person_and_holds_up_nobody(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    """slack.md A14."""
    product = database.do(a_product)
    sender.answers = deque([OutcomeUnknownError("the line went dead")])
    sender.look_ups = deque([CannotLookError("the scope channels:history is missing")])
    database.do(lambda session: a_post(session, product_id=product.id))
    database.do(lambda session: a_post(session, "later"))

    await relay.turn()
    clock.advance(PATIENCE.settle)
    for _ in range(3):
        await relay.turn()
        clock.advance(timedelta(seconds=2))

    assert (post_named(database).state, post_named(database).held) == (PostState.UNKNOWN, True)
    assert sorted(keys_sent(sender)) == ["later", "post#told-1"]


async def test_a_held_post_is_sent_when_a_person_says_so(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    sender.answers = deque([OutcomeUnknownError("the line went dead")])
    sender.look_ups = deque([CannotLookError("no")])
    database.do(a_post)
    await relay.turn()
    clock.advance(PATIENCE.settle)
    await relay.turn()

    assert database.do(lambda session: settling.send_again(session, post_named(database)))
    await relay.turn()

    assert post_named(database).state is PostState.SENT


async def test_an_outage_of_hours_loses_nothing_and_sends_nothing_twice(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    """slack.md A20."""
    sender.answers = deque([TransientError("Slack could not be reached.")] * 70)
    database.do(a_post)

    for _ in range(12 * 6):
        await relay.turn()
        clock.advance(timedelta(minutes=5))
    await relay.turn()

    assert keys_sent(sender) == ["post"]
