"""What goes wrong with an edit: it is made again, or given up, and nothing older ever wins over something newer."""

import asyncio
from collections import deque
from datetime import timedelta
from functools import partial

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from bot.clock import SetClock
from bot.domain.delivery import PostState, StoredPost
from bot.errors import MusterError, OutcomeUnknownError, PermanentError, TransientError
from bot.outbox import policy
from bot.outbox.relay import Relay
from bot.outbox.sender import NotConnectedError, RateLimitedError, RefusedBlocksError
from bot.store.session import Database
from tests.outbox.conftest import PATIENCE, a_relay, another_at_work, post_named, revised, texts_of_edits
from tests.support.builders import MONDAY, a_post
from tests.support.senders import FakeSender

SETTLED = PATIENCE.settle + timedelta(seconds=1)


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("arrives", [True, False])
async def test_an_edit_whose_answer_is_lost_is_made_again_once_it_has_settled(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock, arrives: bool
) -> None:
    lost = OutcomeUnknownError("the line went dead")
    (sender.after_edit if arrives else sender.edit_answers).append(lost)
    database.do(revised("new"))
    await relay.turn()
    database.do(revised("newer"))
    await relay.turn()
    assert texts_of_edits(sender) == ["new"] * arrives, "the lost one might still come after a newer one"

    clock.advance(SETTLED)
    await relay.turn()

    assert texts_of_edits(sender) == [*["new"] * arrives, "newer"]
    assert len(sender.arrived) == 1


@pytest.mark.usefixtures("there")
async def test_an_edit_whose_process_died_is_made_by_another_when_its_lease_is_over(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    database.do(revised("new"))
    database.do(lambda session: another_at_work(database, sender, clock).claim(session, clock.now()))

    await relay.turn()
    assert sender.edited == []
    clock.advance(PATIENCE.lease)
    await relay.turn()

    assert sender.shown == {"1.000000": "new"}


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("newer_first", [True, False])
async def test_an_edit_that_comes_after_its_lease_never_wins_over_a_newer_one(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock, newer_first: bool
) -> None:
    """The slow replica's call may land before, while or after the other makes its own."""
    slow, quick = another_at_work(database, sender, clock), another_at_work(database, sender, clock)
    database.do(revised("old"))
    (old,) = database.do(lambda session: slow.claim(session, clock.now()))
    clock.advance(PATIENCE.lease)
    database.do(revised("new"))
    (new,) = database.do(lambda session: quick.claim(session, clock.now()))

    if newer_first:
        await quick.make(new)
        await slow.make(old)
    else:
        # Both calls are under way, and the slow one's answer is the first to be noted.
        await slow.make(old)
        sender.shown["1.000000"] = "old"
        await quick.make(new)
        sender.shown["1.000000"] = "old"
    for _ in range(2):
        clock.advance(PATIENCE.lease)
        await relay.turn()

    assert sender.shown == {"1.000000": "new"}


async def test_two_relays_at_once_make_each_edit_once(database: Database, sender: FakeSender, clock: SetClock) -> None:
    relays = [a_relay(database, sender, clock) for _ in range(2)]
    for number in range(8):
        database.do(partial(a_post, key=f"post-{number}", recipient=f"C{number}"))
    for _ in range(3):
        await relays[0].turn()
    for number in range(8):
        database.do(revised(f"new {number}", f"post-{number}"))

    for _ in range(3):
        await asyncio.gather(*(relay.turn() for relay in relays))

    assert sorted(texts_of_edits(sender)) == [f"new {number}" for number in range(8)]


@pytest.mark.usefixtures("there")
async def test_a_rate_limit_on_edits_holds_for_all_of_them_on_every_replica_and_for_no_post(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    sender.edit_answers = deque([RateLimitedError(timedelta(seconds=30))])
    database.do(revised("new"))
    await relay.turn()
    database.do(lambda session: a_post(session, "other", recipient="C0OTHER"))
    another = a_relay(database, sender, clock)
    await another.turn()
    database.do(revised("newer"))
    database.do(revised("changed", "other"))

    clock.advance(timedelta(seconds=29))
    await another.turn()
    assert sender.shown == {"1.000000": "text of post", "2.000000": "text of other"}
    clock.advance(timedelta(seconds=2))
    await another.turn()

    assert sender.shown == {"1.000000": "newer", "2.000000": "changed"}


@pytest.mark.usefixtures("there")
async def test_a_token_that_is_refused_lets_edits_wait_too(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    sender.edit_answers = deque([NotConnectedError("token_revoked")])
    database.do(revised("new"))
    for _ in range(9):
        await relay.turn()
        clock.advance(timedelta(minutes=1))
    assert (sender.edited, len(sender.edit_answers)) == ([], 0)

    clock.advance(timedelta(minutes=2))
    await relay.turn()

    assert sender.shown == {"1.000000": "new"}


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    "refusal", [PermanentError("The message is gone."), RefusedBlocksError("Slack refused the layout.")]
)
async def test_an_edit_that_slack_will_never_take_is_given_up_without_a_word_but_in_the_log(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock, refusal: MusterError
) -> None:
    sender.edit_answers = deque([refusal])
    database.do(revised("refused"))

    with capture_logs() as logged:
        for _ in range(3):
            await relay.turn()
            clock.advance(timedelta(minutes=10))
    assert [(line["event"], line["key"], line["reason"]) for line in logged] == [
        ("post.edit_given_up", "post", str(refusal))
    ]
    assert (sender.edited, len(sender.arrived)) == ([], 1), "nothing is posted, nobody is told"
    assert post_named(database).state is PostState.SENT

    database.do(revised("taken"))
    await relay.turn()
    assert sender.shown == {"1.000000": "taken"}


def test_edits_are_tried_for_about_a_day() -> None:
    pauses = [policy.next_edit(tries, TransientError("not now"), MONDAY) for tries in range(policy.EDIT_TRIES + 1)]

    assert pauses[-1] is None
    waited = sum((again - MONDAY for again in pauses if again), timedelta())
    assert timedelta(hours=23) < waited < timedelta(hours=26)


@pytest.mark.usefixtures("there")
async def test_an_edit_that_cannot_be_made_now_is_made_less_and_less_often_and_in_the_end_no_more(
    database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OutOfReach(FakeSender):
        tries = 0

        @override
        async def edit(self, post: StoredPost) -> None:
            self.tries += 1
            raise TransientError("Slack could not be reached.")

    monkeypatch.setattr(policy, "EDIT_TRIES", 6)
    nowhere = OutOfReach()
    relay = a_relay(database, nowhere, clock)
    database.do(revised("new"))
    for _ in range(12):
        await relay.turn()
        clock.advance(timedelta(seconds=5))
    assert 3 <= nowhere.tries < 6

    for _ in range(6):
        clock.advance(timedelta(minutes=5))
        await relay.turn()
    assert nowhere.tries == 6


@pytest.mark.usefixtures("there")
async def test_an_edit_that_hangs_does_not_hold_up_a_post(
    database: Database, relay: Relay, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class HangingSender(FakeSender):
        @override
        async def edit(self, post: StoredPost) -> None:
            await asyncio.sleep(600)

    monkeypatch.setattr("bot.outbox.edits.ANSWER_WITHIN", timedelta(seconds=0.1))
    hanging = HangingSender()
    database.do(revised("new"))
    database.do(lambda session: a_post(session, "post of today"))

    await asyncio.wait_for(a_relay(database, hanging, clock).turn(), timeout=5)

    assert [post.key for post in hanging.sent] == ["post of today"]


@pytest.mark.usefixtures("there")
async def test_a_rate_limit_on_posts_holds_up_no_edit(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    sender.answers = deque([RateLimitedError(timedelta(seconds=30))])
    database.do(partial(a_post, key="limited"))
    await relay.turn()
    database.do(revised("new"))

    await relay.turn()

    assert sender.shown == {"1.000000": "new"}
