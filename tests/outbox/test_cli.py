"""What a person decides about a post on the command line."""

import pytest

from bot.clock import SetClock
from bot.domain.delivery import Patience, PostState
from bot.store import posts, settling
from bot.store.session import Database
from tests.cli.conftest import Muster, muster
from tests.outbox.conftest import post_named
from tests.support.builders import a_post

__all__ = ["muster"]


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, database: Database, database_url: str, clock: SetClock) -> None:
    """A database with a held post and its reply."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    database.do(a_post)
    database.do(lambda session: a_post(session, "reply", parent_key="post"))
    (claimed,) = database.do(
        lambda session: posts.claim(session, "local", now=clock.now(), patience=Patience(), limit=1)
    )
    database.do(lambda session: settling.doubt(session, claimed, look_at=clock.now(), reason=""))
    database.do(lambda session: settling.hold(session, claimed, "Slack cannot say."))


@pytest.mark.usefixtures("known")
def test_a_message_that_was_found_is_recorded_with_its_place(database: Database, muster: Muster) -> None:
    refused = muster("outbox arrived post nonsense")
    done = muster("outbox arrived post https://x.slack.com/archives/C0TEAM/p1700000000123456")
    again = muster("outbox arrived post C0TEAM/1700000000.123456")

    assert (refused.code, "no link to a message" in refused.err) == (1, True)
    assert (done.code, done.out) == (0, "post is recorded as sent.\n")
    assert (again.code, again.out) == (1, "")
    post, reply = post_named(database), post_named(database, "reply")
    assert (post.state, post.channel, post.ts) == (PostState.SENT, "C0TEAM", "1700000000.123456")
    assert (reply.state, reply.held, reply.parent_ts) == (PostState.PENDING, False, "1700000000.123456")


@pytest.mark.usefixtures("known")
def test_a_reply_is_refused_until_its_head_is_sent_and_what_is_unknown_can_be_sent_again(
    database: Database, muster: Muster
) -> None:
    database.do(lambda session: settling.park(session, post_named(database), "gone"))

    refused = muster("outbox retry reply")
    sent_again = muster("outbox retry post")

    assert (refused.code, "muster outbox retry post" in refused.err) == (1, True)
    assert sent_again.code == 0
    assert [post_named(database, key).state for key in ("post", "reply")] == [PostState.PENDING] * 2
