"""A relay with a sender that does what it is told, and a clock that is set."""

import pytest

from bot.clock import SetClock
from bot.domain.delivery import StoredPost
from bot.outbox.relay import Relay
from bot.store import posts
from bot.store.session import Database
from tests.support.builders import MONDAY
from tests.support.senders import FakeSender


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
