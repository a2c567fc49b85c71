"""A message that is there shows what its post says now: edited in place, on both databases, with a clock that is set."""

from collections import deque
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session
from typing_extensions import override

from bot.clock import SetClock
from bot.domain.delivery import PostState, Receipt, StoredPost
from bot.errors import OutcomeUnknownError, PermanentError
from bot.outbox.relay import Relay
from bot.store import edits, posts, settling
from bot.store.session import Database, now_in
from tests.outbox.conftest import PATIENCE, a_relay, another_at_work, post_named, revised, texts_of_edits
from tests.support.builders import a_post
from tests.support.senders import FakeSender

SETTLED = PATIENCE.settle + timedelta(seconds=1)


async def test_a_message_that_is_there_is_edited_once_and_not_posted_again(
    database: Database, relay: Relay, sender: FakeSender, there: StoredPost
) -> None:
    database.do(revised("new"))

    await relay.turn()
    await relay.turn()

    (edit,) = sender.edited
    assert (edit.ts, edit.channel, edit.text, edit.blocks) == (there.ts, there.channel, "new", ({"type": "divider"},))
    assert len(sender.arrived) == 1
    assert post_named(database).state is PostState.SENT


async def test_a_post_that_is_still_pending_is_sent_as_it_was_revised_last(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    database.do(a_post)
    database.do(revised("better"))
    database.do(revised("best"))

    await relay.turn()
    clock.advance(timedelta(minutes=1))
    await relay.turn()

    assert (sender.shown, sender.edited) == ({"1.000000": "best"}, [])


async def test_revised_to_what_it_says_already_nothing_is_edited(
    database: Database, relay: Relay, sender: FakeSender, there: StoredPost
) -> None:
    database.do(lambda session: posts.revise(session, "local", "post", text=there.text, blocks=there.blocks))
    database.do(lambda session: posts.revise(session, "local", "no such post", text="x", blocks=[]))

    await relay.turn()

    assert sender.edited == []


@pytest.mark.usefixtures("there")
async def test_several_revisions_in_a_row_are_one_edit_and_the_next_comes_a_second_later(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    for text in "abc":
        database.do(revised(text))
    await relay.turn()
    for text in "de":
        database.do(revised(text))
        await relay.turn()
    assert texts_of_edits(sender) == ["c"]
    clock.advance(PATIENCE.pace)
    await relay.turn()

    assert texts_of_edits(sender) == ["c", "e"]


async def test_what_is_revised_while_it_is_being_sent_is_edited_afterwards(
    database: Database, clock: SetClock, sender: FakeSender
) -> None:
    class SlowSender(FakeSender):
        @override
        async def send(self, post: StoredPost) -> Receipt:
            await database.run(revised("meanwhile"))
            return await super().send(post)

    slow = SlowSender()
    relay = a_relay(database, slow, clock)
    database.do(a_post)

    await relay.turn()
    assert slow.shown == {"1.000000": "text of post"}
    await relay.turn()

    assert slow.shown == {"1.000000": "meanwhile"}
    assert len(slow.arrived) == 1


@pytest.mark.usefixtures("there")
async def test_what_is_revised_while_it_is_being_edited_is_edited_again(
    database: Database, relay: Relay, clock: SetClock, sender: FakeSender
) -> None:
    another = another_at_work(database, sender, clock)
    database.do(revised("first"))
    (claimed,) = database.do(lambda session: another.claim(session, clock.now()))
    database.do(revised("second"))
    await relay.turn()
    assert sender.edited == [], "whoever edits it has it alone"

    await another.make(claimed)
    clock.advance(PATIENCE.pace)
    await relay.turn()

    assert texts_of_edits(sender) == ["first", "second"]


async def test_a_post_of_unknown_fate_keeps_its_turn_and_is_edited_once_it_is_found(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    sender.after_arrival = deque([OutcomeUnknownError("the line went dead")])
    database.do(a_post)
    await relay.turn()
    database.do(revised("new"))

    await relay.turn()
    assert (post_named(database).state, sender.edited) == (PostState.UNKNOWN, [])
    clock.advance(SETTLED)
    await relay.turn()
    await relay.turn()

    assert sender.shown == {"1.000000": "new"}
    assert len(sender.arrived) == 1


async def test_a_post_that_was_revised_before_a_lost_answer_is_edited_once_it_is_found(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    """Nobody knows which of its sends was found: what it shows may be older than what was sent last."""
    sender.after_arrival = deque([OutcomeUnknownError("the line went dead")])
    database.do(a_post)
    await relay.turn()
    found = post_named(database)
    database.do(revised("new"))
    database.do(lambda session: settling.send_again(session, found))
    sender.answers = deque([OutcomeUnknownError("the line went dead")])
    await relay.turn()
    assert sender.shown == {"1.000000": "text of post"}

    clock.advance(SETTLED)
    await relay.turn()
    await relay.turn()

    assert sender.shown == {"1.000000": "new"}


async def test_an_edit_neither_waits_for_the_pace_of_its_channel_nor_slows_it(
    database: Database, relay: Relay, sender: FakeSender, clock: SetClock
) -> None:
    database.do(a_post)
    await relay.turn()
    database.do(revised("at once"))
    await relay.turn()
    assert sender.shown == {"1.000000": "at once"}

    database.do(lambda session: a_post(session, "next"))
    clock.advance(PATIENCE.pace)
    database.do(revised("again"))
    await relay.turn()

    assert sender.shown == {"1.000000": "again", "2.000000": "text of next"}


@pytest.mark.usefixtures("there")
async def test_retry_and_drop_by_hand_know_nothing_of_edits(
    database: Database, relay: Relay, sender: FakeSender
) -> None:
    database.do(revised("new"))

    with database.unit_of_work() as session:
        stale = post_named(database)
        assert not settling.send_again(session, stale)
        assert not settling.drop(session, stale, "never mind")
    await relay.turn()

    assert sender.shown == {"1.000000": "new"}


async def test_what_is_parked_and_revised_is_sent_anew_by_hand_as_it_was_revised(
    database: Database, relay: Relay, sender: FakeSender
) -> None:
    sender.answers = deque([PermanentError("The channel is archived.")])
    database.do(a_post)
    await relay.turn()
    database.do(revised("new"))
    await relay.turn()
    assert sender.edited == []

    database.do(lambda session: settling.send_again(session, post_named(database)))
    await relay.turn()
    await relay.turn()

    assert [post.text for post in sender.sent if post.key == "post"] == ["new"]
    assert sender.edited == []


async def test_an_open_edit_counts_as_open_until_it_is_made_but_not_while_slack_lets_it_wait(
    database: Database, relay: Relay, sender: FakeSender, there: StoredPost
) -> None:
    def is_open() -> bool:
        return database.do(lambda session: posts.oldest_open(session, "local")) is not None

    assert not is_open()
    database.do(revised("new"))
    assert is_open()
    database.do(lambda session: edits.put_off(session, there, not_before=_far(session)))
    assert not is_open()
    database.do(revised("newer"))
    assert is_open()
    await relay.turn()
    assert not is_open()


def _far(session: Session) -> datetime:
    return now_in(session) + timedelta(minutes=1)
