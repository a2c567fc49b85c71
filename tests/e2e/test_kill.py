"""kill -9 at every step between claim and receipt loses nothing and doubles nothing; the oracle is Slack's own list."""

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


def write(database: Database, count: int) -> None:
    """*count* posts to each channel, the second of each channel a reply to the first."""
    now = SystemClock().now()
    for channel in CHANNELS:
        for number in range(count):
            parent = f"{channel}-0" if number == 1 else None
            key = f"{channel}-{number}"
            database.do(partial(a_post, key=key, recipient=channel, parent_key=parent, text=key, now=now))


def texts(slack: Sandbox, channel: str) -> list[str]:
    return [message["text"] for message in slack.messages(channel)]


def assert_each_once_in_order(slack: Sandbox, count: int) -> None:
    assert [texts(slack, channel) for channel in CHANNELS] == [
        [f"{channel}-{number}" for number in range(count)] for channel in CHANNELS
    ]


@pytest.mark.parametrize("step", ["claimed", "answered", "receipt-kept"])
def test_a_relay_killed_at_a_step_loses_nothing_and_doubles_nothing(
    database: Database, database_url: str, slack: Sandbox, step: str
) -> None:
    write(database, 3)

    assert code_of(a_relay(database_url, slack.url, die_at=step)) == KILLED
    assert code_of(a_relay(database_url, slack.url)) == 0

    assert_each_once_in_order(slack, 3)


def test_a_relay_killed_while_slack_has_it_but_has_not_answered(
    database: Database, database_url: str, slack: Sandbox
) -> None:
    write(database, 2)
    slack.faults.add(Fault(method="chat.postMessage", answer=Answer.SILENCE, stores=True, times=2))
    child = a_relay(database_url, slack.url)
    deadline = time.monotonic() + 20
    while len(slack.messages()) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    child.kill()
    code_of(child)

    assert code_of(a_relay(database_url, slack.url)) == 0

    assert_each_once_in_order(slack, 2)


def test_a_relay_killed_between_the_look_up_and_its_record(
    database: Database, database_url: str, slack: Sandbox
) -> None:
    write(database, 1)
    slack.faults.add(Fault(method="chat.postMessage", answer=Answer.CLOSE, stores=True, channel="C0ONE"))

    assert code_of(a_relay(database_url, slack.url, die_at="looked-up")) == KILLED
    assert code_of(a_relay(database_url, slack.url)) == 0

    assert_each_once_in_order(slack, 1)


def test_two_relays_killed_at_random_while_slack_misbehaves_lose_nothing_and_double_nothing(
    database: Database, database_url: str, slack: Sandbox
) -> None:
    """slack.md C1, C3, A5: a small soak, bounded in count and time; every other call goes wrong in some way."""
    count, chance = 6, random.Random(11)
    write(database, count)
    for answer, stores in [(Answer.CLOSE, True), (Answer.RESET, False), (Answer.HALF, True), (Answer.STATUS, True)]:
        slack.faults.add(
            Fault(method="chat.postMessage", answer=answer, stores=stores, value="500", times=2, share=0.5)
        )
    for _ in range(3):
        children = [a_relay(database_url, slack.url) for _ in range(2)]
        time.sleep(chance.uniform(0.1, 0.9))
        for child in children:
            child.kill()
            code_of(child)

    assert code_of(a_relay(database_url, slack.url)) == 0

    assert_each_once_in_order(slack, count)
