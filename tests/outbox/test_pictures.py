"""Pictures in posts: drawn and handed over before the post is sent; whatever goes wrong, the post arrives, once."""

import asyncio
import threading
from collections import deque
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from bot.clock import SetClock
from bot.domain.charts import Chart
from bot.domain.delivery import PostState
from bot.errors import OutcomeUnknownError, PermanentError, TransientError, UserError
from bot.outbox import pictures as pictures_module
from bot.outbox.relay import Relay
from bot.outbox.sender import NotConnectedError, RateLimitedError
from bot.store import pictures, posts
from bot.store.pictures import Picture
from bot.store.session import Database
from tests.outbox.conftest import PATIENCE, post_named
from tests.outbox.picturing import FIRST, SECOND, a_relay, kept, show_again, shown, turns
from tests.support.charting import ALT, SAID, a_chart, a_picture_post, drawn
from tests.support.senders import FakeSender


@pytest.fixture
def relay(database: Database, sender: FakeSender, clock: SetClock) -> Relay:
    database.do(a_picture_post)
    return a_relay(database, sender, clock)


async def test_a_post_arrives_with_its_picture(database: Database, sender: FakeSender, relay: Relay) -> None:
    await relay.turn()

    assert sender.uploaded == [("chart.png", b"PNG of Accuracy", ALT)]
    assert [post.blocks for post in sender.sent] == [({"type": "divider"}, FIRST)]
    assert post_named(database).state is PostState.SENT


async def test_drawing_holds_up_neither_the_loop_nor_the_database(
    database: Database, sender: FakeSender, clock: SetClock
) -> None:
    threads: list[threading.Thread] = []
    begun, free = threading.Event(), threading.Event()

    def slow(chart: Chart) -> bytes:
        threads.append(threading.current_thread())
        database.do(lambda session: posts.revise(session, "local", "none", text="", blocks=[]))
        begun.set()
        assert free.wait(5)
        return drawn(chart)

    database.do(a_picture_post)
    turn = asyncio.create_task(a_relay(database, sender, clock, slow).turn())
    assert await asyncio.to_thread(begun.wait, 5)
    free.set()
    await turn

    assert threads[0] is not threading.main_thread()
    assert shown(sender) == [FIRST]


async def test_the_same_picture_in_another_post_is_handed_over_once(
    database: Database, sender: FakeSender, clock: SetClock, relay: Relay
) -> None:
    database.do(lambda session: a_picture_post(session, "post/chart", recipient="C0NONE"))
    database.do(lambda session: pictures.keep(session, "local", "post/chart", a_chart(), clock.now()))
    await turns(relay, clock, 1)
    database.do(lambda session: show_again(session, a_chart()))
    await turns(relay, clock, 1)

    assert [post.blocks[-1] for post in sender.edited] == [FIRST]
    assert [content for _, content, _ in sender.uploaded].count(b"PNG of Accuracy") == 2, "one for each key"


async def test_another_chart_under_the_same_key_is_drawn_anew_for_the_edit(
    database: Database, sender: FakeSender, clock: SetClock, relay: Relay
) -> None:
    await turns(relay, clock, 1)
    database.do(lambda session: show_again(session, a_chart("Accuracy now")))
    await turns(relay, clock, 1)

    assert (shown(sender), [content for _, content, _ in sender.uploaded]) == (
        [SECOND],
        [b"PNG of Accuracy", b"PNG of Accuracy now"],
    )


@pytest.mark.parametrize(
    "error",
    [PermanentError("The app lacks the scope files:write"), UserError("not installed"), ValueError("no such font")],
)
async def test_what_cannot_be_drawn_or_taken_is_said_in_words(
    database: Database, sender: FakeSender, clock: SetClock, error: Exception
) -> None:
    def broken(_chart: Chart) -> bytes:
        raise error

    database.do(a_picture_post)
    with capture_logs() as logs:
        await a_relay(database, sender, clock, broken).turn()

    assert shown(sender) == [SAID]
    assert {"event": "picture.in_words", "key": "post", "reason": str(error), "log_level": "warning"} in logs


async def test_without_anything_that_draws_posts_arrive_in_words(
    database: Database, sender: FakeSender, clock: SetClock
) -> None:
    database.do(a_picture_post)
    await a_relay(database, sender, clock, None).turn()

    assert (shown(sender), sender.uploaded) == ([SAID], [])


async def test_a_picture_that_is_not_kept_is_said_in_words(
    database: Database, sender: FakeSender, clock: SetClock
) -> None:
    lost = {"type": "image", "slack_file": {"id": pictures.reference("lost")}, "alt_text": ALT}
    database.do(a_picture_post)
    database.do(lambda session: posts.revise(session, "local", "post", text="text", blocks=[lost, lost]))
    await a_relay(database, sender, clock).turn()

    assert shown(sender) == [SAID]


async def test_twice_in_vain_is_tried_again_and_the_third_time_is_said_in_words(
    database: Database, sender: FakeSender, clock: SetClock, relay: Relay
) -> None:
    sender.upload_answers = deque([TransientError("not now"), TransientError("nor now"), None])
    await turns(relay, clock, 3)
    database.do(lambda session: a_picture_post(session, "next"))
    sender.upload_answers = deque([TransientError("not now")] * 3)
    await turns(relay, clock, 3)

    assert shown(sender) == [FIRST, SAID]
    assert [post_named(database, key).attempts for key in ("post", "next")] == [3, 3]


async def test_a_limit_for_files_holds_up_no_other_post_and_this_one_no_longer_than_a_minute(
    database: Database, sender: FakeSender, clock: SetClock, relay: Relay
) -> None:
    sender.upload_answers = deque([RateLimitedError(timedelta(minutes=15))])
    database.do(lambda session: a_picture_post(session, "other", recipient="C0OTHER"))
    await turns(relay, clock, 1, timedelta(seconds=61))
    assert [post.key for post in sender.sent] == ["other"]
    await turns(relay, clock, 1)

    assert [post.key for post in sender.sent] == ["other", "post"]


async def test_while_slack_lets_us_not_in_a_post_waits_with_its_picture(
    sender: FakeSender, clock: SetClock, relay: Relay
) -> None:
    sender.upload_answers = deque([NotConnectedError("invalid_auth")] * 3)
    await turns(relay, clock, 4, timedelta(minutes=11))

    assert shown(sender) == [FIRST]


async def test_a_hand_over_that_hangs_is_given_up(
    database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class HangingSender(FakeSender):
        @override
        async def upload(self, name: str, content: bytes, alt: str) -> Any:
            await asyncio.sleep(60)

    monkeypatch.setattr(pictures_module, "WITHIN", timedelta(seconds=0.05))
    sender = HangingSender()
    database.do(a_picture_post)
    await turns(a_relay(database, sender, clock), clock, 3)

    assert shown(sender) == [SAID]


async def test_a_lost_answer_to_a_post_with_a_picture_leaves_one_message_and_one_file(
    database: Database, sender: FakeSender, clock: SetClock, relay: Relay
) -> None:
    sender.after_arrival = deque([OutcomeUnknownError("the line went dead")])
    await turns(relay, clock, 3, PATIENCE.settle)

    assert (len(sender.arrived), len(sender.uploaded)) == (1, 1)
    assert post_named(database).state is PostState.SENT


async def test_a_relay_that_vanishes_after_handing_over_leaves_one_message(
    database: Database, sender: FakeSender, clock: SetClock, relay: Relay
) -> None:
    with database.unit_of_work() as session:
        (claimed,) = posts.claim(session, "local", now=clock.now(), patience=PATIENCE, limit=1)
    await relay._pictures._shown(claimed, lambda _session, post: post.attempts)
    clock.advance(PATIENCE.lease + timedelta(seconds=1))
    await turns(relay, clock, 3, PATIENCE.settle + timedelta(seconds=6))

    assert (shown(sender), len(sender.uploaded), len(sender.arrived)) == ([FIRST], 1, 1)


async def test_a_chart_that_is_replaced_while_it_is_handed_over_does_not_keep_the_file_of_the_old_one(
    database: Database, sender: FakeSender, clock: SetClock
) -> None:
    def overtaken(chart: Chart) -> bytes:
        database.do(lambda session: pictures.keep(session, "local", "post/chart", a_chart("new"), clock.now()))
        return drawn(chart)

    database.do(a_picture_post)
    await a_relay(database, sender, clock, overtaken).turn()

    assert kept(database) == Picture(key="post/chart", chart=a_chart("new"))
