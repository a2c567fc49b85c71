"""kill -9 around an edit: the message shows the last revision all the same, and there is one of it."""

import random
import time
from collections.abc import Iterator
from functools import partial

import pytest

from bot.clock import SystemClock
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel
from bot.store.session import Database
from tests.e2e.relay_child import a_relay
from tests.outbox.conftest import revised
from tests.support.builders import a_post
from tests.support.processes import KILLED, Child

BOT = App(token="xoxb-sandbox")
CHANNELS = ("C0ONE", "C0TWO")


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT, seed=7) as sandbox:
        sandbox.workspace.add(*(Channel(id=name, name=name, members={BOT.bot_user}) for name in CHANNELS))
        yield sandbox


def code_of(child: Child) -> int:
    code, said = child.ends()
    assert code in {0, KILLED}, said
    return code


def texts(slack: Sandbox) -> list[str]:
    return [message["text"] for name in CHANNELS for message in slack.messages(name)]


@pytest.fixture
def there(database: Database, database_url: str, slack: Sandbox) -> list[str]:
    """A message in each channel; the keys of their posts."""
    for name in CHANNELS:
        database.do(partial(a_post, key=name, recipient=name, now=SystemClock().now()))
    assert code_of(a_relay(database_url, slack.url)) == 0
    return list(CHANNELS)


@pytest.mark.parametrize("step", ["edit-claimed", "edited"])
def test_a_relay_killed_at_an_edit_leaves_it_to_the_next(
    database: Database, database_url: str, slack: Sandbox, there: list[str], step: str
) -> None:
    for key in there:
        database.do(revised("first", key))
    assert code_of(a_relay(database_url, slack.url, die_at=step)) == KILLED
    database.do(revised("second", there[0]))

    assert code_of(a_relay(database_url, slack.url)) == 0

    assert texts(slack) == ["second", "first"]


def test_two_relays_killed_at_random_while_slack_loses_answers_show_the_last_revision_in_the_end(
    database: Database, database_url: str, slack: Sandbox, there: list[str]
) -> None:
    chance = random.Random(11)
    for stores in (True, False):
        slack.faults.add(Fault(method="chat.update", answer=Answer.RESET, stores=stores, times=None, share=0.2))
    for attempt in range(3):
        children = [a_relay(database_url, slack.url) for _ in range(2)]
        for number in range(6):
            for key in there:
                database.do(revised(f"{key}, {attempt}.{number}", key))
            time.sleep(chance.uniform(0.1, 0.4))
        for child in children:
            child.kill()
            code_of(child)
    slack.faults.clear()

    assert code_of(a_relay(database_url, slack.url)) == 0

    assert texts(slack) == ["C0ONE, 2.5", "C0TWO, 2.5"]
