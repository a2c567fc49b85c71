"""kill -9 between the acknowledgement and the answer: what was asked for is done once, and the person is told."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

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
from tests.e2e.inbound_child import dying_muster
from tests.support.builders import a_prediction, a_product
from tests.support.office import read
from tests.support.processes import KILLED, Child, muster
from tests.support.real_run import a_free_port
from tests.support.reviews import load

BOT = App(token="xoxb-sandbox", app_token="xapp-sandbox", signing_secret="0123456789abcdef")
SOON_S = 30.0


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(
            User(id="U0PM", name="Ana"), Channel(id="C0TEAM", name="team", members={BOT.bot_user, "U0PM"})
        )
        yield sandbox


@contextmanager
def at_work(database_url: str, slack: Sandbox, die_at: str | None = None) -> Iterator[Child]:
    """A real `muster run` that Slack reaches over HTTP, up; killed at the end if it still is."""
    port = a_free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": BOT.token,
        "SLACK_SIGNING_SECRET": str(BOT.signing_secret),
        "PORT": str(port),
    }
    do = partial(dying_muster, die_at) if die_at else partial(muster, "run")
    child = Child(do, environment=environment)
    try:
        child.says("Slack reaches me at")
        slack.workspace.install(App(**{**vars(BOT), "events_url": f"http://127.0.0.1:{port}/slack/events"}))
        yield child
    finally:
        child.kill()


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
    with at_work(database_url, slack, die_at=step) as dying:
        outcome = slack.command("U0PM", "C0TEAM", "/muster", "product set risk=high")
        assert dying.ends()[0] == KILLED
    assert (outcome.ok, states(database), told(slack)) == (True, [left], [])

    let_leases_end(database)
    with at_work(database_url, slack):
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
    with at_work(database_url, slack, die_at=step) as dying:
        outcome = slack.command("U0PM", "C0TEAM", "/muster", "review now")
        assert dying.ends()[0] == KILLED
    assert (outcome.ok, states(database)[1:]) == (True, ["new"])

    let_leases_end(database)
    with at_work(database_url, slack):
        wait_for(lambda: is_done(database))
        wait_for(lambda: slack.messages("C0TEAM"))
        time.sleep(1)

    assert [deed.what for deed in database.do(audit.everything)] == ["review now"]
    assert len([one for one in slack.messages("C0TEAM") if "thread_ts" not in one]) == 1
    assert told(slack)[-1] == "The review of *Support Copilot* is on its way to <#C0TEAM>."
    assert len(told(slack)) == len(set(told(slack)))
