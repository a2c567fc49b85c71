"""What changes in the workspace is told to the app that may hear it, as Slack tells it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.control import ControlError, RemoteSandbox
from bot.sandbox.outcome import GestureError
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import EVERY_SCOPE, Channel, Group
from tests.sandbox.listening import ListeningApp, listening
from tests.sandbox.places import BOT, TEAM


@pytest.fixture
async def app(slack: Sandbox) -> AsyncIterator[ListeningApp]:
    slack.workspace.add(
        Group(id="S1", handle="on-call", name="On call", members=["U0PM", "U0ML"]),
        Group(id="S0OLD", handle="old", name="Old", members=["U0PM"], is_disabled=True),
    )
    async with listening(slack, BOT) as opened:
        yield opened


def events(app: ListeningApp) -> list[dict[str, Any]]:
    """What the app heard, without when."""
    return [{name: value for name, value in one["event"].items() if name != "event_ts"} for one in app.seen]


async def test_a_person_who_changes_is_described_anew(slack: Sandbox, app: ListeningApp) -> None:
    for deleted in (True, False):
        outcome = await asyncio.to_thread(slack.change_person, "U0PM", deleted=deleted)
        assert outcome.ok

    told = slack.workspace.users["U0PM"].as_slack()
    assert events(app) == [
        {"type": "user_change", "user": told | {"deleted": True}},
        {"type": "user_change", "user": told | {"deleted": False}},
    ]


async def test_only_what_a_person_has_changes(slack: Sandbox, app: ListeningApp) -> None:
    with pytest.raises(GestureError, match="has no shoes"):
        await asyncio.to_thread(slack.change_person, "U0PM", shoes=2)
    with pytest.raises(GestureError, match="U0NEVER"):
        await asyncio.to_thread(slack.change_person, "U0NEVER", deleted=True)
    with pytest.raises(ControlError, match="has no id"):
        await asyncio.to_thread(RemoteSandbox(slack.url).change_person, "U0PM", id="U2")
    assert app.seen == []


async def test_who_comes_and_goes_is_told_where_the_app_is(slack: Sandbox, app: ListeningApp) -> None:
    slack.workspace.add(Channel(id="C0AWAY", name="away", members={"U0PM"}))
    for channel in (TEAM, "C0AWAY"):
        await asyncio.to_thread(slack.leave, "U0PM", channel)
        assert "U0PM" not in slack.workspace.channels[channel].members
        await asyncio.to_thread(slack.join, "U0PM", channel)
        assert "U0PM" in slack.workspace.channels[channel].members

    told = {"user": "U0PM", "channel": TEAM, "channel_type": "C"}
    assert events(app) == [{"type": "member_left_channel", **told}, {"type": "member_joined_channel", **told}]


async def test_a_reaction_names_the_message_and_its_author(slack: Sandbox, app: ListeningApp) -> None:
    ts = slack.workspace.say(TEAM, "U0ML", "Hello")["ts"]

    await asyncio.to_thread(slack.react, "U0PM", TEAM, ts, "pushpin")

    item = {"type": "message", "channel": TEAM, "ts": ts}
    assert events(app) == [
        {"type": "reaction_added", "user": "U0PM", "reaction": "pushpin", "item_user": "U0ML", "item": item}
    ]


async def test_a_group_with_other_people_says_who_came_and_who_went(slack: Sandbox, app: ListeningApp) -> None:
    await asyncio.to_thread(slack.regroup, "S1", ["U0ML", "U0NEW"])

    (told,) = events(app)
    assert told == {
        "type": "subteam_members_changed",
        "subteam_id": "S1",
        "added_users": ["U0NEW"],
        "added_users_count": 1,
        "removed_users": ["U0PM"],
        "removed_users_count": 1,
    }


async def test_an_app_that_was_not_granted_to_hear_it_is_told_nothing(slack: Sandbox, app: ListeningApp) -> None:
    ts = slack.workspace.say(TEAM, "U0PM", "Hello")["ts"]
    deaf = EVERY_SCOPE - {"reactions:read", "usergroups:read"}
    slack.workspace.install(replace(slack.workspace.by_app_id(BOT.app_id), scopes=deaf))

    reacted = await asyncio.to_thread(slack.react, "U0PM", TEAM, ts, "pushpin")
    await asyncio.to_thread(slack.regroup, "S1", [])

    assert (reacted.status, app.seen) == (None, [])


async def test_groups_are_listed_as_slack_lists_them(slack: Sandbox, app: ListeningApp, client: AsyncWebClient) -> None:
    shown = await client.usergroups_list(include_users=True)
    every = await client.usergroups_list(include_disabled=True)

    assert [(one["handle"], one["users"]) for one in shown["usergroups"]] == [("on-call", ["U0PM", "U0ML"])]
    assert [(one["id"], one["date_delete"], "users" in one) for one in every["usergroups"]] == [
        ("S0OLD", 1, False),
        ("S1", 0, False),
    ]
    assert (await client.usergroups_users_list(usergroup="S1"))["users"] == ["U0PM", "U0ML"]
    assert (await client.usergroups_users_list(usergroup="S0OLD", include_disabled=True))["users"] == ["U0PM"]
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        await client.usergroups_users_list(usergroup="S0OLD")


async def test_a_topic_is_set_by_a_member_within_slacks_limit(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.workspace.add(
        Channel(id="C0AWAY", name="away"), Channel(id="C0OLD", name="old", members={BOT.bot_user}, is_archived=True)
    )

    told = await client.conversations_setTopic(channel=TEAM, topic="t" * 250)
    assert told["channel"]["topic"]["value"] == slack.workspace.channels[TEAM].topic == "t" * 250
    for channel, topic, error in [
        (TEAM, "t" * 251, "too_long"),
        ("C0AWAY", "t", "not_in_channel"),
        ("C0OLD", "t", "is_archived"),
    ]:
        with pytest.raises(SlackApiError, match=error):
            await client.conversations_setTopic(channel=channel, topic=topic)


async def test_another_process_adds_groups_too(slack: Sandbox) -> None:
    await asyncio.to_thread(RemoteSandbox(slack.url).add, Group(id="S9", handle="nine", name="Nine", members=["U0PM"]))

    assert slack.workspace.groups["S9"] == Group(id="S9", handle="nine", name="Nine", members=["U0PM"])
