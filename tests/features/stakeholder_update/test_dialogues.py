"""Whole conversations about a week's update, in Slack."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.domain.people import Role
from bot.domain.product import ProductRecord, Stage
from bot.kit.forms import field_of
from bot.store import readings, schedules, update_settings
from bot.store.session import now_in
from bot.store.update_settings import UpdateSettings
from tests.support.dialogue import ANYTHING, a_team, hear, private, verify
from tests.support.office import ELSEWHERE, ML, OTHER, PM, Office, buttons, read
from tests.support.readings import new_reading


def at_scale(session: Session) -> None:
    """A product whose update Ana approves and Mia too, and that is posted as soon as it is approved."""
    now = now_in(session)
    people = {Role.PM: PM, Role.ML_LEAD: ML}
    known: dict[str, Any] = {"stakeholder_channel": ELSEWHERE, "record": ProductRecord(stage=Stage.SCALE)}
    product = a_team(session, people=people, now=now, **known)
    schedules.pause(session, product, "update_post")
    end = now - timedelta(days=4)
    readings.keep(session, product.id, new_reading("deflection_rate", 0.38, end=end), by=PM, now=now)
    update_settings.save(session, product.id, UpdateSettings(deputy=OTHER))


@pytest.fixture
def team(office: Office) -> Office:
    """Muster at work for that product."""
    office.database.do(at_scale)
    return office


def everything_ticked(office: Office, user: str) -> dict[str, Any]:
    """The open form with every box ticked and every suggestion accepted."""
    view = office.slack.modal(user)
    assert view is not None
    elements = {field_of(block["block_id"]): block["element"] for block in view["blocks"] if block["type"] == "input"}
    return {
        name: [one["value"] for one in element["options"]] if element["type"] == "checkboxes" else "yes"
        for name, element in elements.items()
    }


def copy_of(office: Office, user: str) -> dict[str, Any]:
    """The message in which somebody was asked."""
    (found,) = [
        one
        for key, one in private(office, user).items()
        if key.startswith("D") and "the update of" in read(one).casefold()
    ]
    return found


def test_drafted_edited_ticked_approved_and_posted(team: Office) -> None:
    made = hear(team, "update draft", user=ML)
    assert made.startswith("You drafted this week's update; <@U0PM> and <@U0ELSE> have it to approve.")
    assert list(buttons(copy_of(team, PM))) == ["Approve", "Edit", "Skip this week"]

    hear(team, "update", user=PM)
    verify(
        team,
        [
            ("[Edit]", "(form) Edit the update"),
            ({"quality": "Our F1 is up."}, "quality: Instead of “F1” say: how often it is right."),
        ],
    )
    assert hear(team, {"quality": "It is right more often."}).count("You edited the update.") == 1
    assert hear(team, "update approve") == "(form) Approve the update"
    assert hear(team, {}) == "suggestion-0: Please complete this required field."
    refused = hear(team, {"suggestion-0": "yes"})
    assert "claims-number-0: Not ticked: " in refused
    assert "“38 of 100”" in refused
    approved = hear(team, everything_ticked(team, PM))
    assert "You approved it, and it is posted in <#C0ELSE>." in approved

    (there,) = [one for one in team.slack.messages(ELSEWHERE) if "It is right more often." in read(one)]
    assert "Drafted by Muster, edited and approved by Ana Lima, " in read(there)
    assert [list(buttons(copy_of(team, user))) for user in (PM, OTHER)] == [["Correct"], ["Correct"]]

    hear(team, "update", user=OTHER)
    verify(team, [("[Correct]", "(form) Correct the update")], user=OTHER)
    told = hear(team, {"headline": "a better week by 97 %", "reason": "wrong headline"}, user=OTHER)
    assert told == "sure: Tick this once you have checked it. Nothing is stored behind “97 %”."
    hear(team, {"headline": "a better week", "reason": "wrong headline", "sure": ["yes"]}, user=OTHER)
    (corrected,) = [one for one in team.slack.messages(ELSEWHERE) if "It is right more often." in read(one)]
    assert "a better week" in read(corrected)
    assert "Corrected by Mia Chen, " in read(corrected)
    assert corrected["ts"] == there["ts"]


def test_skipped_with_a_reason_and_a_stale_button_is_answered(team: Office) -> None:
    hear(team, "update draft", user=ML)
    hear(team, "update", user=OTHER)
    verify(team, [("update skip", "(form) Skip this week")])
    assert hear(team, {"reason": "a holiday"}).endswith(
        "Nothing is posted for this week.\nWhy: a holiday\n[Bring it back]"
    )

    assert "Why: a holiday" in read(copy_of(team, OTHER))
    stale = (
        f"<@U0PM> skipped the update on {ANYTHING}: nothing was saved now. See the update of Support Copilot as it is, then"
        " decide: `/muster update copilot`"
    )
    verify(team, [("[Approve]", stale)], user=OTHER)
    verify(
        team,
        [("update approve", "You do not decide about the update of Support Copilot. Ask <@U0PM> or <@U0ELSE>.")],
        user=ML,
    )
    assert [one for one in team.slack.messages(ELSEWHERE) if one.get("bot_id")] == []
