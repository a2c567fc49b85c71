"""What comes in twice, at a bad moment, or all at once: one effect, one answer, and an acknowledgement in time."""

import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from bot.clock import SystemClock
from bot.domain.incoming import Incoming, Kind
from bot.domain.planning import At
from bot.domain.product import Risk
from bot.kit.command import Errand
from bot.sandbox.delivery import Settings
from bot.sandbox.faults import Answer, Fault
from bot.store import audit, inbox, products, schedules
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product
from tests.support.office import PM, TEAM, Office, read

RISK = "product set risk=high"
SET = "You set `risk` of *Support Copilot*."
TRY_AGAIN = "I could not do that just now; nothing was changed. Please try again in a minute."


@pytest.fixture
def product(database: Database) -> int:
    """A product whose review comes on Mondays at nine."""
    found = database.do(a_product)
    database.do(
        lambda session: schedules.put(
            session,
            found,
            "error_review",
            at=At.parse("mon 09:00"),
            next_due=MONDAY + timedelta(weeks=52),
            options={},
            now=MONDAY,
        )
    )
    return found.id


@pytest.fixture
def somebody_else() -> Iterator[str]:
    """An address inside, where nobody may be called: whoever calls is kept waiting until the test is over."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/internal"


def deeds(database: Database) -> list[tuple[str, str, str]]:
    """Who did what, and how it ended, in order."""
    return [(one.user, one.what, one.outcome) for one in database.do(audit.everything)]


def told(office: Office) -> list[str]:
    """The first line of everything that was shown to single people."""
    return [read(one).splitlines()[0] for one in office.slack.ephemerals()]


def risk(database: Database, product: int) -> Risk:
    return database.do(lambda session: products.current(session, product)).record.risk


@contextmanager
def held(database_url: str) -> Iterator[None]:
    """Nobody can write as long as this lasts."""
    if database_url.startswith("sqlite"):
        lock = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None, timeout=20)
        lock.execute("BEGIN IMMEDIATE")
        yield
        lock.execute("ROLLBACK")
        lock.close()
    else:
        with psycopg.connect(database_url) as connection:
            connection.execute("LOCK TABLE inbox, products, audit IN EXCLUSIVE MODE")
            yield
            connection.rollback()


@contextmanager
def offices(database_url: str, count: int = 2) -> Iterator[list[Office]]:
    """Replicas: each its own process's worth of Muster, on one database. What is sent to one Slack reaches its own."""
    opened = [Database(database_url) for _ in range(count)]
    with Office(opened[0]) as first, Office(opened[1]) as second:
        yield [first, second]
    for one in opened:
        one.close()


def test_b1_an_event_delivered_four_times_has_one_effect_and_one_answer(
    office: Office, database: Database, product: int
) -> None:
    outcome = office.slack.mention(PM, TEAM, RISK)
    for retry in (1, 2, 3):
        for name in outcome.ids:
            assert office.slack.redeliver(name, retry=retry).ok
    office.settle()

    assert deeds(database) == [(PM, "product edit", "done")]
    assert told(office) == [SET]


def test_b1_a_command_a_click_and_a_form_delivered_twice_have_one_effect(
    office: Office, database: Database, product: int
) -> None:
    command = office.slack.command(PM, TEAM, "/muster", RISK)
    office.settle()
    shown = office.slack.ephemerals()[-1]
    undo = shown["blocks"][1]["elements"][0]
    click = office.slack.click(PM, TEAM, shown["ts"], undo["action_id"], undo["value"])
    office.settle()
    office.say("product edit")
    form = office.submit({"name": "Copilot Two"})
    for outcome in (command, click, form, command, click, form):
        assert office.slack.redeliver(outcome.ids[0]).ok
    office.settle()

    assert deeds(database) == [(PM, what, "done") for what in ("product edit", "undo", "product edit")]
    assert database.do(lambda session: products.current(session, product)).name == "Copilot Two"


def test_b1_an_event_delivered_to_two_replicas_and_again_after_a_restart_has_one_effect_and_one_answer(
    database_url: str, database: Database, product: int
) -> None:
    """Both replicas are handed the same request at the same instant, each of them twice."""
    bodies = [_event(number) for number in range(5)]
    with offices(database_url) as replicas, ThreadPoolExecutor(4) as pool:
        for body in bodies:
            delivered = pool.map(lambda office, body=body: _deliver(office, body), [*replicas, *replicas])
            assert list(delivered) == [200] * 4
            for one in replicas:
                one.settle()
    with Office(database) as restarted:
        assert [_deliver(restarted, body) for body in bodies] == [200] * 5
        restarted.settle()

    assert deeds(database) == [(PM, "product edit", "done")] * 5
    answers = [name for one in (*replicas, restarted) for name, _ in one.slack.calls if name == "chat.postEphemeral"]
    assert len(answers) == 5


def _deliver(office: Office, body: bytes) -> int | None:
    return office.slack.send_raw(body, office.slack.signed(body) | {"Content-Type": "application/json"}).status


def _event(number: int) -> bytes:
    said = {"type": "app_mention", "user": PM, "text": f"<@U00BOT> {RISK}", "ts": f"17.{number}", "channel": TEAM}
    told = {"type": "event_callback", "team_id": "T01SANDBOX", "event_id": f"Ev{number}", "event": said}
    return json.dumps(told | {"authorizations": [{"user_id": "U00BOT"}]}).encode()


def test_b2_a_mention_that_comes_as_two_events_gets_one_answer(
    office: Office, database: Database, product: int
) -> None:
    outcome = office.slack.mention(PM, TEAM, RISK)
    office.settle()

    assert len(outcome.ids) == 2
    assert deeds(database) == [(PM, "product edit", "done")]
    assert told(office) == [SET]


def test_b4_an_event_that_cannot_be_written_down_is_refused_and_has_its_effect_once_when_slack_tries_again(
    database: Database, database_url: str, product: int
) -> None:
    with Office(database) as office:
        office.slack._courier.settings = Settings(retry_after=(0.5, 0.5, 0.5))
        with held(database_url):
            outcome = office.slack.mention(PM, TEAM, RISK)
        assert office.slack.settle(20)
        office.settle()

        assert (outcome.status, outcome.seconds < 3) == (500, True)
        assert deeds(database) == [(PM, "product edit", "done")]
        assert told(office) == [SET]


@pytest.mark.parametrize("text", [RISK, "product show", "product edit", "review now"])
def test_b4_whoever_asks_while_nothing_can_be_written_hears_so_in_time_and_nothing_happens_later(
    office: Office, database: Database, database_url: str, product: int, text: str
) -> None:
    with held(database_url):
        outcome = office.slack.command(PM, TEAM, "/muster", RISK)
        again = office.slack.command(PM, TEAM, "/muster", text)
        at = time.monotonic()
        while len(office.slack.ephemerals()) < 2 and office.slack.modal(PM) is None and time.monotonic() < at + 3:
            time.sleep(0.02)
        heard = told(office)
    office.settle()
    time.sleep(0.3)

    assert [(one.ok, one.seconds < 3) for one in (outcome, again)] == [(True, True)] * 2
    assert heard[0] == TRY_AGAIN
    assert len(heard) == 2 or office.slack.modal(PM) is not None
    assert deeds(database) == []
    assert risk(database, product) is not Risk.HIGH


def test_b4_a_click_that_cannot_be_written_down_is_answered_in_time_and_happens_when_it_is_repeated(
    office: Office, database: Database, database_url: str, product: int
) -> None:
    office.say(RISK)
    shown = office.slack.ephemerals()[-1]
    undo = shown["blocks"][1]["elements"][0]
    with held(database_url):
        outcome = office.slack.click(PM, TEAM, shown["ts"], undo["action_id"], undo["value"])
        time.sleep(0.3)
        heard = told(office)[-1]
    office.settle()
    time.sleep(0.3)

    assert (outcome.ok, outcome.seconds < 3) == (True, True)
    assert heard == TRY_AGAIN
    assert risk(database, product) is Risk.HIGH
    office.press("Undo")
    assert risk(database, product) is not Risk.HIGH


def test_b4_a_form_that_cannot_be_saved_stays_open_and_says_so_in_time(
    office: Office, database: Database, database_url: str, product: int
) -> None:
    office.say("product edit")
    with held(database_url):
        outcome = office.slack.submit(PM, {"name": "Copilot Two"})
        said = office.slack.errors(PM)
    time.sleep(0.3)

    assert (outcome.ok, outcome.seconds < 3) == (True, True)
    assert said == {"name": TRY_AGAIN}
    assert deeds(database) == []
    office.submit({"name": "Copilot Two"})
    assert deeds(database) == [(PM, "product edit", "done")]


def test_b4_a_form_is_answered_in_time_when_the_source_it_names_is_slow_and_the_database_too(
    office: Office, database: Database, database_url: str, product: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = threading.Event()
    modals = office.app.inbox._house.registry.modals
    edit = modals["products.edit"]
    monkeypatch.setitem(modals, "products.edit", replace(edit, fetch=lambda _question, _outside: slow.wait(5)))
    office.say("product edit")
    with held(database_url):
        outcome = office.slack.submit(PM, {"name": "Copilot Two"})
    slow.set()

    assert (outcome.ok, outcome.seconds < 3, office.slack.errors(PM)) == (True, True, {"name": TRY_AGAIN})


def test_b5_fifty_commands_at_once_whose_work_takes_two_seconds_are_all_acknowledged_in_time(
    office: Office, database: Database, product: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The source takes two seconds; the work goes on after the acknowledgement, eight at a time."""
    slow = threading.Event()
    errands = office.app.inbox._house.registry.errands
    now = next(name for name in errands if "now" in name or "preview" not in name)
    errand: Errand[Any, Any] = errands[now]
    monkeypatch.setitem(errands, now, replace(errand, fetch=lambda _question, _outside: slow.wait(2)))

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(lambda _: office.slack.command(PM, TEAM, "/muster", "review now"), range(50)))
    slow.set()
    office.settle()

    assert {one.ok for one in outcomes} == {True}
    assert max(one.seconds for one in outcomes) < 2.5
    assert len(office.slack.ephemerals()) >= 50


def test_b10_a_form_that_slack_opens_no_more_is_told_with_a_button_that_opens_it(
    office: Office, database: Database, product: int
) -> None:
    office.slack.faults.add(Fault(method="views.open", answer=Answer.ERROR, value="expired_trigger_id"))

    said = office.say("product edit")

    assert said == (
        "Slack waited too long and did not open the form. Nothing was changed: please press again.\n[Open the form]"
    )
    assert (office.slack.modal(PM), deeds(database)) == (None, [])
    office.press("Open the form")
    modal = office.slack.modal(PM)
    assert modal is not None
    assert modal["title"]["text"] == "Name and people"


@pytest.mark.parametrize("reason", ["expired_trigger_id", "exchanged_trigger_id", "trigger_expired"])
def test_b10_a_button_that_comes_too_late_for_its_form_says_press_again(
    office: Office, database: Database, product: int, reason: str
) -> None:
    office.say("settings")
    office.slack.faults.add(Fault(method="views.open", answer=Answer.ERROR, value=reason))

    assert office.press("Change").startswith("Slack waited too long")
    assert (office.slack.modal(PM), deeds(database)) == (None, [])


def test_b10_in_app_home_too_whoever_comes_too_late_hears_of_it(
    office: Office, database: Database, product: int
) -> None:
    office.slack.open_home(PM)
    office.settle()
    office.slack.faults.add(Fault(method="views.open", answer=Answer.ERROR, value="expired_trigger_id", times=None))
    office.slack.click_in_view(PM, "say:product add", home=True)
    office.settle()

    direct = [one for one in office.slack.messages() if one["channel"].startswith("D")]
    assert [read(one).splitlines()[0] for one in direct] == [
        "Slack waited too long and did not open the form. Nothing was changed: please press again."
    ]


def test_b12_slack_holding_events_back_is_logged_and_acknowledged(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    outcome = office.slack.event("app_rate_limited")

    assert outcome.status == 200
    assert "slack.holds_back" in "".join(capfd.readouterr())


def test_an_event_is_not_lost_while_slack_answers_nothing_else(
    office: Office, database: Database, product: int
) -> None:
    """Asked who it is before it takes an event, Bolt would take one and drop it."""
    number = office.slack.faults.add(Fault(method="auth.test", answer=Answer.ERROR, value="internal_error", times=None))
    outcome = office.slack.mention(PM, TEAM, RISK)
    office.slack.faults.remove(number)
    office.settle()

    assert outcome.ok
    assert deeds(database) == [(PM, "product edit", "done")]


def test_an_error_nobody_foresaw_is_told_with_a_reference_that_stands_in_the_log(
    office: Office,
    database: Database,
    product: int,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the secret of the database")

    monkeypatch.setattr("bot.store.products.save", breaks)

    said = office.say(RISK)

    assert said.startswith("Something went wrong on my side; nothing was changed.")
    reference = said.rsplit(" ", 1)[1]
    logged = "".join(capfd.readouterr())
    assert reference in logged
    assert "ZeroDivisionError" in logged
    assert "secret" not in said
    assert deeds(database) == []


def test_b9_an_answer_goes_only_where_slack_takes_answers(
    office: Office, database: Database, product: int, somebody_else: str
) -> None:
    """A form's memory went to a client and came back: the address in it may be anybody's."""
    incoming = Incoming(kind=Kind.COMMAND, key="forged", user=PM, text=RISK, channel=TEAM, answer_to=somebody_else)
    now = SystemClock().now()

    database.do(lambda session: inbox.write(session, LOCAL_WORKSPACE, incoming, now))
    office.settle()

    assert told(office) == [SET]
