"""Incidents as people live through them, in an office with Slack: buttons, forms, threads, direct messages."""

from typing import Any

import pytest
from sqlmodel import Session

from bot.domain.incidents import Did, tenures
from bot.store import incidents, night_calls
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import now_in
from tests.support.dialogue import a_team, hear, verify
from tests.support.office import GUEST, ML, OTHER, PM, TEAM, Office, buttons, read

LINE = "incident declare copilot severity 2 hallucination it promises refunds that do not exist"
ONE = "incident 1 of *Support Copilot*"


@pytest.fixture
def team(office: Office) -> Office:
    """An office with one product, whose people may be called whatever time it is when this runs."""
    office.database.do(a_team)
    office.database.do(_callable)
    return office


def _callable(session: Session) -> None:
    for user in (PM, ML):
        night_calls.say(session, LOCAL_WORKSPACE, user, accepted=True, now=now_in(session))


def card(office: Office) -> dict[str, Any]:
    """The card of the first incident as it stands."""
    return next(one for one in office.slack.messages(TEAM) if read(one).startswith("Incident 1:"))


def thread(office: Office) -> list[str]:
    """What stands in the thread of the card."""
    return [read(one) for one in office.slack.messages(TEAM) if one.get("thread_ts") == card(office)["ts"]]


def direct(office: Office, user: str) -> str:
    """The direct conversation of Muster with *user*."""
    return next(
        str(one["channel"])
        for one in office.slack.messages()
        if one["channel"].startswith("D") and user in office.slack.workspace.channels[one["channel"]].members
    )


def test_a_whole_incident_is_one_card_and_one_thread_and_its_record_proves_who_held_it(team: Office) -> None:
    verify(team, [(LINE, f"You declared {ONE}: severity 2 (high). ⋯\nMeanwhile: ⋯\n[Show it]")], user=OTHER)
    called = [read(one) for one in team.slack.messages(direct(team, ML))]
    assert [one.splitlines()[0].partition(" is yours")[0] for one in called] == ["Incident 1 of *Support Copilot*"]
    assert hear(team, "[Acknowledge]", user=ML).startswith(f"You acknowledged {ONE}, under a minute after it was")
    verify(
        team,
        [
            ("[Decide]", "(form) Decide incident 1"),
            ({"decision": "roll_back", "reason": "the new prompt"}, f"You decided on {ONE}: roll back. Nobody is ⋯"),
        ],
    )
    verify(
        team,
        [
            ("[Hand over]", "(form) Hand over incident 1"),
            (
                {"person": PM},
                f"You offered {ONE} to <@{PM}>. Until they accept, <@{ML}> owns it.\n[Take the offer back]",
            ),
        ],
        user=ML,
    )
    # The buttons of the offer are in their direct conversation.
    offer = hear(team, "[Accept]", channel=direct(team, PM))
    assert f"You accepted {ONE}: you own it now." in offer
    verify(
        team,
        [
            ("[Resolve]", "(form) Resolve incident 1"),
            ({"summary": "a bad prompt"}, f"You resolved {ONE}, under a minute after it ⋯\n[Written review]\n[Reopen]"),
        ],
    )

    assert read(card(team)).startswith("Incident 1: Hallucination, Support Copilot, severity 2 (high): resolved\n")
    assert set(buttons(card(team))) == {"Written review", "Note", "Reopen"}
    lines = [one.splitlines()[0] for one in thread(team)]
    assert lines[:4] == [
        "Raj Patel acknowledged it, under a minute after it was declared.",
        "Ana Lima decided to roll back:",
        "Raj Patel offered it to Ana Lima.",
        "Ana Lima accepted it from Raj Patel.",
    ]
    with team.database.reading() as session:
        assert [one.user for one in tenures(incidents.events(session, 1))] == [ML, PM]


def test_a_message_is_added_to_the_timeline_and_words_in_the_thread_are_heard(team: Office) -> None:
    hear(team, LINE, user=OTHER)
    ts = card(team)["ts"]
    message = team.slack.workspace.say(TEAM, ML, "refunds doubled &lt;!here&gt;", thread_ts=ts)
    for _ in range(2):
        outcome = team.slack.shortcut(PM, "incident_response.keep", channel=TEAM, ts=message["ts"])
        assert outcome.ok, outcome
        team.settle()
    assert team.slack.mention(ML, TEAM, "incident ack", thread_ts=ts).ok
    team.settle()

    with team.database.reading() as session:
        record = incidents.events(session, 1)
        one = incidents.with_id(session, 1)
    kept = [event for event in record if event.what is Did.KEPT]
    assert [(event.by, event.detail["author"], event.detail["text"]) for event in kept] == [
        (PM, ML, "refunds doubled <!here>")
    ]
    assert one is not None
    assert one.acknowledged_by == ML


def test_a_guest_may_look_and_not_act(team: Office) -> None:
    refused = "Guests may look, but not change anything here. Ask somebody of the product's team."
    verify(team, [(LINE, refused)], user=GUEST)
    hear(team, LINE, user=OTHER)
    verify(team, [("[Acknowledge]", refused), ("[Decide]", refused)], user=GUEST)
    verify(team, [("[Hand over]", "(form) Hand over incident 1")], user=ML)
    heard = hear(team, {"person": GUEST}, user=ML)

    assert "cannot own an incident: guests may look, but not act here" in heard
    assert team.database.do(owner) == ML


def test_what_is_seen_pings_nobody_and_formats_nothing(team: Office) -> None:
    hostile = "it says <!channel> *now* `rm` <https://evil.example|here> @here"
    hear(team, "incident declare")
    hear(team, {"kind": "other", "seen": hostile})
    hear(team, f"incident note {hostile}")

    shown = [card(team), *(one for one in team.slack.messages(TEAM) if one.get("thread_ts"))]
    for message in shown:
        assert "<!channel>" not in str([part for part in texts(message) if part["type"] == "mrkdwn"])
        assert "<!channel>" not in message["text"]
    assert hostile in read(card(team))


def texts(part: Any) -> list[dict[str, Any]]:
    """Every text object of a message."""
    match part:
        case {"type": "mrkdwn" | "plain_text", "text": str()}:
            return [part]
        case dict():
            return [found for one in part.values() for found in texts(one)]
        case list():
            return [found for one in part for found in texts(one)]
        case _:
            return []


def owner(session: Session) -> str:
    """Who owns the first incident."""
    found = incidents.with_id(session, 1)
    assert found is not None
    return found.owner
