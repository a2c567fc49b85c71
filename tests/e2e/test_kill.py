"""kill -9 at every step between claim and receipt loses nothing and doubles nothing; the oracle is Slack's own list."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel
from bot.store.session import Database
from tests.support.builders import a_post

CHILD = Path(__file__).with_name("relay_child.py")
ROOT = CHILD.parents[2]
BOT = App(token="xoxb-sandbox")
CHANNELS = ("C0ONE", "C0TWO")
KILLED = -9


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT, seed=7) as sandbox:
        sandbox.workspace.add(*(Channel(id=name, name=name, members={BOT.bot_user}) for name in CHANNELS))
        yield sandbox


def a_child(database_url: str, slack: Sandbox, die_at: str = "never") -> subprocess.Popen[bytes]:
    command = [sys.executable, str(CHILD), database_url, slack.url, "--die-at", die_at]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(child: subprocess.Popen[bytes], *, within: float = 60) -> int:
    _, errors = child.communicate(timeout=within)
    assert child.returncode in {0, KILLED}, errors.decode()
    return child.returncode


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

    assert finish(a_child(database_url, slack, die_at=step)) == KILLED
    assert finish(a_child(database_url, slack)) == 0

    assert_each_once_in_order(slack, 3)


def test_a_relay_killed_while_slack_has_it_but_has_not_answered(
    database: Database, database_url: str, slack: Sandbox
) -> None:
    write(database, 2)
    slack.faults.add(Fault(method="chat.postMessage", answer=Answer.SILENCE, stores=True, times=2))
    child = a_child(database_url, slack)
    deadline = time.monotonic() + 20
    while len(slack.messages()) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    child.kill()
    finish(child)

    assert finish(a_child(database_url, slack)) == 0

    assert_each_once_in_order(slack, 2)


def test_a_relay_killed_between_the_look_up_and_its_record(
    database: Database, database_url: str, slack: Sandbox
) -> None:
    write(database, 1)
    slack.faults.add(Fault(method="chat.postMessage", answer=Answer.CLOSE, stores=True, channel="C0ONE"))

    assert finish(a_child(database_url, slack, die_at="looked-up")) == KILLED
    assert finish(a_child(database_url, slack)) == 0

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
        children = [a_child(database_url, slack) for _ in range(2)]
        time.sleep(chance.uniform(1.0, 2.5))
        for child in children:
            child.kill()
            finish(child)

    assert finish(a_child(database_url, slack)) == 0

    assert_each_once_in_order(slack, count)
