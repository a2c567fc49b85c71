"""What people are shown when they enter and ask about health, as Slack takes it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.domain.catalogue import CATALOGUE
from bot.domain.readings import Origin
from bot.store.session import Database
from tests.features.health_check.checks import keep
from tests.features.health_check.filling import fill
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, dead_ends, shown
from tests.support.form_rules import assert_form_accepted, without_confirmations
from tests.support.readings import WEEK_8, new_reading

HOSTILE = "*bold* <!channel> & <@U0PM> `code`"
FORM = {
    "title": f"Right {HOSTILE}"[:40],
    "meaning": HOSTILE,
    "business": HOSTILE,
    "layer": "usage",
    "unit": "share",
    "direction": "at_least",
    "number": "70 %",
    "agreed_by": HOSTILE,
}
OWN = "right_bold_channel_u0pm_code"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is undone, with the worked example and a metric of somebody who means no good."""
    with database.trying() as opened:
        product = a_team(opened, now=MONDAY - timedelta(days=60))
        keep(opened, product, *(new_reading(name, value, origin=Origin.TYPED) for name, value in WEEK_8.items()))
        fill(opened, answer(opened, "health metric add"), FORM)
        for name in CATALOGUE:
            answer(opened, f"health watch {name}")
        yield opened


FORMS = ("health log", f"health targets {OWN}", f"health metric edit {OWN}", "health metric add", "health log csat")
ANSWERS = (
    f'health log {OWN} 64 % from="{HOSTILE}"',
    f'health target {OWN} at least 80 % agreed with "{HOSTILE}"',
    f"health unwatch {OWN}",
    f"health watch {OWN}",
    "health targets",
    "health metric",
    f'health note "{HOSTILE}"',
    "health notes",
    f"health trend {OWN}",
    "health trend accuracy",
    "health explain accuracy",
)


def test_every_form_is_one_that_slack_takes(session: Session) -> None:
    for text in FORMS:
        assert_form_accepted(shown(answer(session, text)))


def test_every_answer_is_one_that_slack_takes_and_that_calls_nobody(session: Session) -> None:
    for text in ANSWERS:
        message = shown(answer(session, text))

        assert_accepted(without_confirmations(message["blocks"]))
        assert dead_ends(message) == []
        marked_up = [part["text"] for part in parts(message["blocks"]) if part["type"] == "mrkdwn"]
        assert [one for one in marked_up if "<!channel>" in one or "*bold*" in one] == [], text


def parts(given: Any) -> Iterator[dict[str, str]]:
    """Every text object, however deep."""
    if isinstance(given, dict) and given.get("type") in {"mrkdwn", "plain_text"}:
        yield given
    elif isinstance(given, dict | list):
        for value in given.values() if isinstance(given, dict) else given:
            yield from parts(value)
