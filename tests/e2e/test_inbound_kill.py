"""kill -9 between the acknowledgement and the answer: what was asked for is done once, and the person is told."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from bot.clock import SystemClock
from bot.domain.planning import At
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from bot.store import audit, inbox, schedules
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.store.tables import InboxRow
from tests.support.builders import a_prediction, a_product
from tests.support.office import read
from tests.support.real_run import a_free_port
from tests.support.reviews import load

CHILD = Path(__file__).with_name("inbound_child.py")
ROOT = CHILD.parents[2]
BOT = App(token="xoxb-sandbox", app_token="xapp-sandbox", signing_secret="0123456789abcdef")
SOON_S = 30.0
KILLED = -9


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(
            User(id="U0PM", name="Ana"), Channel(id="C0TEAM", name="team", members={BOT.bot_user, "U0PM"})
        )
        yield sandbox


@contextmanager
def muster(database_url: str, slack: Sandbox, die_at: str | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A real `muster run` that Slack reaches over HTTP, up; killed at the end if it still is."""
    port = a_free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": BOT.token,
        "SLACK_SIGNING_SECRET": BOT.signing_secret,
        "PORT": str(port),
    }
    command = [str(CHILD), "run", die_at] if die_at else ["-m", "bot", "run"]
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            lines = iter(process.stderr.readline, b"")
            assert any(re.search(rb"Slack reaches me at", line) for line in lines)
            slack.workspace.install(App(**{**vars(BOT), "events_url": f"http://127.0.0.1:{port}/slack/events"}))
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def wait_for(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + SOON_S
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def let_leases_end(database: Database) -> None:
    """What takes a minute otherwise: the dead process's rows become anybody's."""
    past = SystemClock().now() - timedelta(seconds=1)
    database.do(lambda session: session.execute(update(InboxRow).values(lease_until=past)))


def is_done(database: Database) -> bool:
    """Whether all that could be done is done; what is to be looked at later waits."""
    oldest = database.do(lambda session: inbox.oldest_open(session, LOCAL_WORKSPACE))
    return oldest is None or oldest > SystemClock().now()


def states(database: Database) -> list[str]:
    now = select(InboxRow.state).where(col(InboxRow.not_before).is_(None)).order_by(col(InboxRow.id))
    return database.do(lambda session: list(session.exec(now)))


def told(slack: Sandbox) -> list[str]:
    return [read(one).splitlines()[0] for one in slack.ephemerals()]


@pytest.mark.parametrize(("step", "left"), [("claimed", "new"), ("answering", "answering")])
def test_b3_killed_after_the_acknowledgement_the_effect_happens_once_and_the_person_is_told(
    database: Database, database_url: str, slack: Sandbox, step: str, left: str
) -> None:
    database.do(a_product)
    with muster(database_url, slack, die_at=step) as dying:
        outcome = slack.command("U0PM", "C0TEAM", "/muster", "product set risk=high")
        assert dying.wait(SOON_S) == KILLED
    assert (outcome.ok, states(database), told(slack)) == (True, [left], [])

    let_leases_end(database)
    with muster(database_url, slack):
        wait_for(lambda: is_done(database))
        assert slack.redeliver(outcome.ids[0]).ok
        time.sleep(0.5)

    assert [deed.what for deed in database.do(audit.everything)] == ["product edit"]
    assert told(slack) == ["You set `risk` of *Support Copilot*."]


@pytest.mark.parametrize("step", ["errand-begun", "errand-done"])
def test_b3_killed_during_an_errand_it_is_done_once_and_the_person_is_told(
    database: Database, database_url: str, slack: Sandbox, step: str
) -> None:
    product = database.do(a_product)
    now = SystemClock().now()
    at, due = At.parse("mon 09:00"), now + timedelta(weeks=9)
    database.do(
        lambda session: schedules.put(session, product, "error_review", at=at, next_due=due, options={}, now=now)
    )
    load(database, product, [a_prediction(occurred_at=now - timedelta(days=2), input=None) for _ in range(3)])
    with muster(database_url, slack, die_at=step) as dying:
        outcome = slack.command("U0PM", "C0TEAM", "/muster", "review now")
        assert dying.wait(SOON_S) == KILLED
    assert (outcome.ok, states(database)[1:]) == (True, ["new"])

    let_leases_end(database)
    with muster(database_url, slack):
        wait_for(lambda: is_done(database))
        wait_for(lambda: slack.messages("C0TEAM"))
        time.sleep(1)

    assert [deed.what for deed in database.do(audit.everything)] == ["review now"]
    assert len([one for one in slack.messages("C0TEAM") if "thread_ts" not in one]) == 1
    assert told(slack)[-1] == "The review of *Support Copilot* is on its way to <#C0TEAM>."
    assert len(told(slack)) == len(set(told(slack)))
