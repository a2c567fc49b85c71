"""kill -9 around an edit: the message shows the last revision all the same, and there is one of it."""

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
from tests.outbox.conftest import revised
from tests.support.builders import a_post

ROOT = Path(__file__).parents[2]
CHILD = ROOT / "tests" / "e2e" / "relay_child.py"
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


def finish(child: subprocess.Popen[bytes]) -> int:
    _, errors = child.communicate(timeout=60)
    assert child.returncode in {0, KILLED}, errors.decode()
    return child.returncode


def texts(slack: Sandbox) -> list[str]:
    return [message["text"] for name in CHANNELS for message in slack.messages(name)]


@pytest.fixture
def there(database: Database, database_url: str, slack: Sandbox) -> list[str]:
    """A message in each channel; the keys of their posts."""
    for name in CHANNELS:
        database.do(partial(a_post, key=name, recipient=name, now=SystemClock().now()))
    assert finish(a_child(database_url, slack)) == 0
    return list(CHANNELS)


@pytest.mark.parametrize("step", ["edit-claimed", "edited"])
def test_a_relay_killed_at_an_edit_leaves_it_to_the_next(
    database: Database, database_url: str, slack: Sandbox, there: list[str], step: str
) -> None:
    for key in there:
        database.do(revised("first", key))
    assert finish(a_child(database_url, slack, die_at=step)) == KILLED
    database.do(revised("second", there[0]))

    assert finish(a_child(database_url, slack)) == 0

    assert texts(slack) == ["second", "first"]


def test_two_relays_killed_at_random_while_slack_loses_answers_show_the_last_revision_in_the_end(
    database: Database, database_url: str, slack: Sandbox, there: list[str]
) -> None:
    chance = random.Random(11)
    for stores in (True, False):
        slack.faults.add(Fault(method="chat.update", answer=Answer.RESET, stores=stores, times=None, share=0.2))
    for attempt in range(3):
        children = [a_child(database_url, slack) for _ in range(2)]
        for number in range(6):
            for key in there:
                database.do(revised(f"{key}, {attempt}.{number}", key))
            time.sleep(chance.uniform(0.1, 0.4))
        for child in children:
            child.kill()
            finish(child)
    slack.faults.clear()

    assert finish(a_child(database_url, slack)) == 0

    assert texts(slack) == ["C0ONE, 2.5", "C0TWO, 2.5"]
