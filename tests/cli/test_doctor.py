"""`muster doctor` as it is typed: what it looks at, how it says it, and how it ends."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.charts import drawing
from bot.kit import prose
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from bot.slack.scopes import OPTIONAL, SCOPES
from bot.store.session import Database
from bot.wiring.doctor import examine
from bot.wiring.findings import Finding, wrong
from tests.support.builders import a_product

BOT = App(token="xoxb-doctor", app_token="xapp-doctor", scopes=frozenset({*SCOPES, *OPTIONAL}))
NAMES = ("SLACK_", "MUSTER_", "DATABASE_URL", "PORT")


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(
            User(id="U0PM", name="Ana"),
            User(id="U0ML", name="Raj"),
            Channel(id="C0TEAM", name="team", members={BOT.bot_user}),
        )
        yield sandbox


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A folder and an environment without any setting; what a test sets is gone after it."""
    monkeypatch.chdir(tmp_path)
    for name in [one for one in os.environ if one.startswith(NAMES)]:
        monkeypatch.delenv(name)
    return monkeypatch


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


def muster(*words: str, folder: Path, **settings: str) -> Said:
    """Type a command into a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(NAMES)}
    program = [sys.executable, "-m", "bot", *words]
    done = subprocess.run(
        program, cwd=folder, env=clean | settings, capture_output=True, text=True, timeout=60, check=False
    )
    return Said(done.returncode, done.stdout, done.stderr)


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")


def connected(database: Database, slack: Sandbox) -> dict[str, str]:
    tokens = {"SLACK_BOT_TOKEN": BOT.token, "SLACK_APP_TOKEN": BOT.app_token, "SLACK_API_URL": slack.url}
    return {"DATABASE_URL": url_of(database), "MUSTER_ADMINS": "U0PM", **tokens}


def found_with(ground: pytest.MonkeyPatch, **settings: str) -> list[Finding]:
    for name, value in settings.items():
        ground.setenv(name, value)

    async def everything() -> list[Finding]:
        return [finding async for finding in examine()]

    return asyncio.run(everything())


def states(findings: list[Finding]) -> dict[str, str]:
    return {one.check: one.state.value for one in findings}


def test_with_json_a_good_deployment_is_one_object_and_exit_0(
    database: Database, slack: Sandbox, tmp_path: Path
) -> None:
    database.do(a_product)

    said = muster("doctor", "--json", folder=tmp_path, **connected(database, slack))

    told: dict[str, Any] = json.loads(said.out)
    assert (said.code, said.err, told["ok"]) == (0, "", True)
    assert {tuple(one) for one in told["findings"]} == {("check", "state", "what", "do")}
    assert [(one["check"], one["state"]) for one in told["findings"]] == [
        ("settings", "ok"),
        ("time zone", "ok"),
        ("charts", "ok"),
        ("pager", "ok"),
        ("templates", "ok"),
        ("database", "ok"),
        ("migrations", "ok"),
        ("database clock", "ok"),
        ("bot token", "ok"),
        ("scopes", "ok"),
        ("Slack clock", "ok"),
        ("way in", "ok"),
        ("admin U0PM", "ok"),
        ("channel C0TEAM of copilot", "ok"),
        ("pm of copilot", "ok"),
        ("ml_lead of copilot", "ok"),
        ("source of copilot", "ok"),
        ("slots of copilot", "note"),
        ("worker", "note"),
        ("posts", "ok"),
    ]


def test_where_nothing_is_set_up_every_line_says_what_to_do_and_it_ends_with_1(tmp_path: Path) -> None:
    said = muster("doctor", folder=tmp_path)

    lines = said.out.splitlines()
    assert (said.code, said.err, lines[-1]) == (1, "", "3 to mend.")
    assert [line for line in lines if line.startswith("WRONG")] == [
        f"WRONG  database: there is none at {tmp_path / 'muster.db'} yet.",
        "WRONG  bot token: SLACK_BOT_TOKEN is not set.",
        "WRONG  way in: Slack cannot reach me.",
    ]
    assert "       Run: muster migrate" in lines
    assert list(tmp_path.iterdir()) == []


def test_nothing_it_prints_is_a_secret(tmp_path: Path) -> None:
    secrets = {
        "DATABASE_URL": "postgresql://ana:geheim@127.0.0.1:9/muster",
        "SLACK_BOT_TOKEN": "xoxb-geheim",
        "SLACK_APP_TOKEN": "xapp-geheim",
        "SLACK_SIGNING_SECRET": "geheim",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
    }

    for words in (("doctor",), ("doctor", "--json")):
        said = muster(*words, folder=tmp_path, **secrets)

        assert said.code == 1
        assert "geheim" not in said.out + said.err


def test_every_step_is_said_with_whatever_is_wrong(ground: pytest.MonkeyPatch, slack: Sandbox) -> None:
    found = found_with(ground, SLACK_API_URL=slack.url, SLACK_BOT_TOKEN="xoxb-wrong", MUSTER_TIMEZONE="Mars/Olympus")

    assert [one.check for one in found if one.state != "ok" and not one.do] == []
    assert states(found)["time zone"] == "wrong"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("mysql://host/name", "DATABASE_URL must look like"),
        ("postgresql://127.0.0.1:9/muster", "The database did not answer: "),
        ("sqlite:///broken.db", "it cannot be looked at (DatabaseError)."),
    ],
)
def test_without_a_database_slack_is_still_looked_at(
    ground: pytest.MonkeyPatch, slack: Sandbox, tmp_path: Path, url: str, what: str
) -> None:
    (tmp_path / "broken.db").write_text("This is no database, but long enough to be read as one." * 50)

    found = found_with(ground, DATABASE_URL=url, SLACK_API_URL=slack.url, SLACK_BOT_TOKEN=BOT.token)

    (wrong_one,) = [one for one in found if one.check == "database"]
    assert wrong_one.what.startswith(what)
    assert "DATABASE_URL" in wrong_one.do
    assert states(found)["bot token"] == "ok"


def test_without_slack_the_rest_is_still_looked_at(ground: pytest.MonkeyPatch, database: Database) -> None:
    database.do(a_product)

    found = states(found_with(ground, DATABASE_URL=url_of(database), SLACK_BOT_TOKEN=BOT.token, SLACK_API_URL="no url"))

    assert (found["Slack"], found["migrations"], found["posts"]) == ("wrong", "ok", "ok")


def test_settings_that_cannot_be_read_are_named_and_not_repeated(ground: pytest.MonkeyPatch) -> None:
    found = found_with(ground, PORT="xoxb-in-the-wrong-line", MUSTER_COMMAND="/remind")

    assert found == [
        wrong("settings", "PORT cannot be read.", "Correct PORT in the environment or in .env."),
        wrong("settings", "MUSTER_COMMAND cannot be read.", "Correct MUSTER_COMMAND in the environment or in .env."),
    ]


def test_a_template_that_does_not_compile_is_said_with_its_line(ground: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "head.txt").write_text("Fine so far.\n{% if broken")
    ground.setattr(prose, "TEMPLATES", tmp_path)
    prose._environment.cache_clear()
    try:
        (found,) = [one for one in found_with(ground) if one.check == "templates"]
    finally:
        prose._environment.cache_clear()

    assert (found.state, found.do) == ("wrong", "Put back the template that was changed.")
    assert found.what.startswith("head.txt, line 2: ")


def test_where_charts_cannot_be_drawn_the_doctor_says_what_happens_then(ground: pytest.MonkeyPatch) -> None:
    ground.setattr(drawing, "find_spec", lambda _name: None)

    (found,) = [one for one in found_with(ground) if one.check == "charts"]

    assert (found.state, found.do) == ("note", "Run: pip install --require-hashes -r requirements/charts.txt")
    assert "posts say in words" in found.what


@pytest.mark.parametrize(
    ("key", "url", "state"),
    [("", "", "ok"), ("k" * 32, "", "ok"), ("k" * 32, "http://events.pagerduty.com/v2/enqueue", "wrong")],
)
def test_the_doctor_says_whether_a_pager_is_called_and_never_in_the_clear(
    ground: pytest.MonkeyPatch, key: str, url: str, state: str
) -> None:
    known = {"MUSTER_PAGERDUTY_ROUTING_KEY": key, **({"MUSTER_PAGERDUTY_URL": url} if url else {})}

    (found,) = [one for one in found_with(ground, **known) if one.check == "pager"]

    assert (found.state, "there is no key" in found.what, key in f"{found}") == (state, not key, not key)
