"""The real `muster run worker`, twice, on one database and one Slack."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.domain.planning import At
from bot.domain.product import Product
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from bot.store import predictions, schedules
from bot.store.session import Database
from tests.support.builders import a_prediction, a_product
from tests.support.processes import Child, muster

ROOT = Path(__file__).parents[2]
BOT = App(token="xoxb-sandbox")
TOKEN = BOT.token


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(User(id="U0PM", name="Ana"), Channel(id="C0TEAM", name="team", members={BOT.bot_user}))
        yield sandbox


@pytest.fixture
def product(database: Database) -> Product:
    """A product whose weekly review has been due since three weeks ago, with predictions up to now."""
    found = database.do(a_product)
    now = SystemClock().now()
    due = now - timedelta(weeks=3, hours=1)
    at = At.parse(f"{due:%a} {due:%H:%M}".lower())
    loaded = [
        # Without inputs nothing is alike, so that nothing is folded.
        a_prediction(occurred_at=now - timedelta(hours=hours), score=hours / 1000, input=None)
        for hours in range(1, 700)
    ]
    database.do(lambda session: predictions.keep(session, found.id, loaded, loaded=True))
    database.do(lambda session: schedules.put(session, found, "error_review", at=at, next_due=due, options={}))
    return found


def a_worker(database_url: str, slack: Sandbox) -> Child:
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": TOKEN,
        "PORT": "0",
    }
    return Child(muster, "run", "worker", environment=environment)


def stop(worker: Child) -> str:
    worker.stop()
    code, said = worker.ends()
    assert code == 0, said
    return said


def until(slack: Sandbox, count: int, *, within_s: float = 40) -> None:
    deadline = time.monotonic() + within_s
    while len(slack.messages()) < count and time.monotonic() < deadline:
        time.sleep(0.1)


def health_of(worker: Child) -> dict[str, object]:
    address = worker.says("http://127.0.0.1:[0-9]+/readyz")[0]
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_two_workers_catch_up_one_review_after_three_weeks_and_stop_when_told(
    database_url: str, product: Product, slack: Sandbox
) -> None:
    workers = [a_worker(database_url, slack) for _ in range(2)]
    assert [health_of(worker)["wrong"] for worker in workers] == [[], []]

    until(slack, 3)
    time.sleep(1.5)
    logs = [stop(worker) for worker in workers]

    heads = [message for message in slack.messages("C0TEAM") if "thread_ts" not in message]
    assert len(heads) == 1
    assert "This review is late" in json.dumps(heads[0]["blocks"])
    assert [message["thread_ts"] for message in slack.messages("C0TEAM")[1:]] == [heads[0]["ts"]] * 2
    assert all(TOKEN not in log for log in logs)


def test_a_post_that_cannot_be_delivered_is_told_to_the_pm_within_a_minute(
    database_url: str, product: Product, slack: Sandbox
) -> None:
    slack.workspace.channels["C0TEAM"].is_archived = True

    worker = a_worker(database_url, slack)
    until(slack, 1)
    stop(worker)

    (told,) = slack.messages()
    assert slack.workspace.channels[told["channel"]].members == {BOT.bot_user, "U0PM"}
    assert "The channel is archived." in told["text"]


def test_without_a_token_or_a_migrated_database_it_says_so_and_exits_1(tmp_path: Path, migrated_sqlite: Path) -> None:
    def said(**environment: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "run", "worker"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
            | environment,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return done.returncode, done.stderr.decode()

    assert said(SLACK_BOT_TOKEN=TOKEN) == (1, "muster: The database is not up to date: run `muster migrate` first.\n")
    code, sentence = said(DATABASE_URL=f"sqlite:///{migrated_sqlite}")
    assert (code, sentence.startswith("muster: SLACK_BOT_TOKEN is not set: ")) == (1, True)
