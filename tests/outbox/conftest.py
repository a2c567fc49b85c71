"""A relay with a sender that does what it is told, and a clock that is set."""

from collections.abc import Callable

import pytest
from sqlmodel import Session

from bot.clock import SetClock
from bot.domain.delivery import Patience, StoredPost
from bot.outbox.edits import Edits
from bot.outbox.relay import Relay
from bot.store import posts
from bot.store.session import Database
from tests.support.builders import MONDAY, a_post
from tests.support.senders import FakeSender

PATIENCE = Patience()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(MONDAY)


@pytest.fixture
def sender() -> FakeSender:
    return FakeSender()


@pytest.fixture
def relay(database: Database, sender: FakeSender, clock: SetClock) -> Relay:
    return a_relay(database, sender, clock)


def a_relay(database: Database, sender: FakeSender, clock: SetClock) -> Relay:
    return Relay(
        database=database, sender=sender, moment=lambda _session: clock.now(), workspace="local", admins=["U0ADMIN"]
    )


def post_named(database: Database, key: str = "post") -> StoredPost:
    with database.reading() as session:
        found = posts.named(session, "local", key)
    assert found is not None
    return found


def revised(text: str, key: str = "post") -> Callable[[Session], None]:
    return lambda session: posts.revise(session, "local", key, text=text, blocks=[{"type": "divider"}])


def texts_of_edits(sender: FakeSender) -> list[str]:
    return [post.text for post in sender.edited]


def another_at_work(database: Database, sender: FakeSender, clock: SetClock) -> Edits:
    """What another replica edits with."""
    return Edits(
        database=database, sender=sender, moment=lambda _session: clock.now(), workspace="local", patience=PATIENCE
    )


@pytest.fixture
async def there(database: Database, relay: Relay, sender: FakeSender, clock: SetClock) -> StoredPost:
    """A post that is in Slack, long enough for its channel's pace."""
    database.do(a_post)
    await relay.turn()
    clock.advance(PATIENCE.pace)
    assert sender.shown == {"1.000000": "text of post"}
    return post_named(database)
