"""Files that Slack is not ready to show, or refuses: a post with one waits a little and then goes out with words."""

from datetime import timedelta

from typing_extensions import override

from bot.clock import SetClock
from bot.domain.delivery import Receipt, StoredPost
from bot.errors import MusterError
from bot.outbox.sender import PictureNotReadyError, RefusedBlocksError
from bot.store import posts
from bot.store.session import Database
from tests.outbox.conftest import post_named
from tests.outbox.picturing import FIRST, a_relay, kept, show_again, shown, turns
from tests.support.builders import MONDAY
from tests.support.charting import SAID, a_chart, a_picture_post
from tests.support.senders import FakeSender


class Slack(FakeSender):
    """Shows a file only from *ready* on, and may take none at all."""

    def __init__(self, clock: SetClock, *, refuses: MusterError | None = None, ready: timedelta = timedelta(0)) -> None:
        super().__init__()
        self._clock = clock
        self._refuses = refuses
        self._ready_at = MONDAY + ready

    @override
    async def send(self, post: StoredPost) -> Receipt:
        self._look(post)
        return await super().send(post)

    @override
    async def edit(self, post: StoredPost) -> None:
        self._look(post)
        await super().edit(post)

    def _look(self, post: StoredPost) -> None:
        has_file = any("slack_file" in block for block in post.blocks)
        if has_file and (self._refuses or self._clock.now() < self._ready_at):
            raise self._refuses or PictureNotReadyError


async def test_a_file_that_slack_is_not_ready_to_show_is_shown_as_soon_as_it_is(
    database: Database, clock: SetClock
) -> None:
    sender = Slack(clock, ready=timedelta(seconds=5))
    database.do(a_picture_post)
    await turns(a_relay(database, sender, clock), clock, 4, timedelta(seconds=2))

    assert (shown(sender), len(sender.uploaded)) == ([FIRST], 1)
    assert post_named(database).attempts == 4


async def test_a_file_that_slack_never_shows_is_said_in_words_and_forgotten(
    database: Database, clock: SetClock
) -> None:
    sender = Slack(clock, ready=timedelta(days=1))
    database.do(a_picture_post)
    await turns(a_relay(database, sender, clock), clock, 32, timedelta(seconds=2))

    assert (shown(sender), kept(database).handed) == ([SAID], None)
    assert len(sender.arrived) == 1


async def test_an_edit_waits_for_its_picture_too_and_ends_in_words(database: Database, clock: SetClock) -> None:
    sender = Slack(clock, ready=timedelta(days=1))
    relay = a_relay(database, sender, clock, None)
    database.do(a_picture_post)
    await turns(relay, clock, 1)
    database.do(lambda session: show_again(session, a_chart("Accuracy now")))
    relay = a_relay(database, sender, clock)
    await turns(relay, clock, 10, timedelta(seconds=3))
    assert sender.edited == []
    await turns(relay, clock, 15, timedelta(seconds=3))

    assert shown(sender) == [SAID]


async def test_where_slack_refuses_the_layout_with_its_picture_it_is_tried_in_words_before_all_layout_goes(
    database: Database, clock: SetClock
) -> None:
    sender = Slack(clock, refuses=RefusedBlocksError("invalid_blocks"))
    database.do(a_picture_post)
    await a_relay(database, sender, clock).turn()

    assert [(post.blocks, post.text_only) for post in sender.sent] == [(({"type": "divider"}, SAID), False)]


async def test_a_file_that_came_with_a_private_answer_is_waited_for_and_then_said_in_words(
    database: Database, clock: SetClock
) -> None:
    sender = Slack(clock, ready=timedelta(days=1))
    database.do(a_picture_post)
    database.do(lambda session: posts.revise(session, "local", "post", text="t", blocks=[{"type": "divider"}, FIRST]))
    relay = a_relay(database, sender, clock)
    await turns(relay, clock, 9)
    assert sender.sent == []
    await turns(relay, clock, 1)

    assert shown(sender) == [SAID]
