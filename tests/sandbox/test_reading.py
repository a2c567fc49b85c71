"""Reading back: history, threads, lists and their pages."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.sandbox.api import answer
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User, Workspace
from tests.sandbox.places import BOT, FORGER, TEAM, a_client, error_of, texts

EVENT = {"event_type": "e", "event_payload": {"k": "1"}}


async def test_history_is_the_top_level_newest_first(client: AsyncWebClient, slack: Sandbox) -> None:
    parent = slack.workspace.say(TEAM, "U0PM", "parent")["ts"]
    for text in ("one", "two"):
        slack.workspace.say(TEAM, "U0PM", text, thread_ts=parent)
    slack.workspace.say(TEAM, "U0PM", "last")

    answer = await client.conversations_history(channel=TEAM)

    assert texts(answer["messages"]) == ["last", "parent"]
    assert answer["messages"][1]["reply_count"] == 2
    assert (answer["has_more"], answer.get("response_metadata")) == (False, None)


async def test_a_thread_is_its_parent_and_then_the_oldest_by_any_of_its_messages(
    client: AsyncWebClient, slack: Sandbox
) -> None:
    parent = slack.workspace.say(TEAM, "U0PM", "parent")["ts"]
    reply = slack.workspace.say(TEAM, "U0PM", "reply", thread_ts=parent)["ts"]
    lone = slack.workspace.say(TEAM, "U0PM", "lone")["ts"]

    found = [
        texts((await client.conversations_replies(channel=TEAM, ts=ts))["messages"]) for ts in (parent, reply, lone)
    ]

    assert found == [["parent", "reply"], ["parent", "reply"], ["lone"]]
    assert await error_of(client, "conversations.replies", channel=TEAM, ts="1.0") == "thread_not_found"


@pytest.mark.parametrize("asked", [True, "1", 1, "true"])
async def test_metadata_comes_back_whole_only_when_asked_for(client: AsyncWebClient, asked: Any) -> None:
    await client.chat_postMessage(channel=TEAM, text="x", metadata=EVENT)

    (shy,) = (await client.conversations_history(channel=TEAM))["messages"]
    (open_,) = (await client.conversations_history(channel=TEAM, include_all_metadata=asked))["messages"]

    assert (shy["metadata"], open_["metadata"]) == ({"event_type": "e"}, EVENT)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"oldest": "1794816000.000100"}, "dc"),
        ({"oldest": "1794816000.000100", "inclusive": True}, "dcb"),
        ({"latest": "1794816000.000200"}, "ba"),
        ({"latest": "1794816000.000200", "inclusive": True}, "cba"),
        ({"oldest": "1794816000", "latest": "1794816000.0003"}, "cb"),
        ({"oldest": "1794816000.00015"}, "dc"),
        ({"inclusive": True}, "dcba"),
    ],
)
async def test_a_stretch_of_history(client: AsyncWebClient, slack: Sandbox, asked: dict[str, Any], found: str) -> None:
    for text in "abcd":
        slack.workspace.say(TEAM, "U0PM", text)

    answer = await client.conversations_history(channel=TEAM, **asked)

    assert texts(answer["messages"]) == list(found)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "NaN"}, "invalid_ts_latest"),
        ({"limit": "all"}, "invalid_limit"),
        ({"limit": -1}, "invalid_limit"),
        ({"cursor": "5"}, "invalid_cursor"),
        ({"cursor": "bm90aGluZw=="}, "invalid_cursor"),
    ],
)
async def test_a_stretch_that_cannot_be_understood(client: AsyncWebClient, asked: dict[str, Any], error: str) -> None:
    assert await error_of(client, "conversations.history", channel=TEAM, **asked) == error


async def test_a_page_holds_100_unless_told_and_never_more_than_the_app_may_have(
    slack: Sandbox, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    """slack.md A15: 15 for an app that is distributed outside the Marketplace."""
    small = App(token="xoxb-4", bot_user=BOT.bot_user, history_page=15)
    slack.workspace.install(small)
    for number in range(1100):
        slack.workspace.say(TEAM, "U0PM", str(number))

    limits: tuple[int | None, ...] = (None, 7, 5000)
    sizes = [
        len((await one.conversations_history(channel=TEAM, limit=limit))["messages"])
        for one in (client, a_client(slack, session, small))
        for limit in limits
    ]

    assert sizes == [100, 7, 999, 15, 7, 15]


async def test_what_is_said_between_two_pages_moves_neither(client: AsyncWebClient, slack: Sandbox) -> None:
    for text in "abcd":
        slack.workspace.say(TEAM, "U0PM", text)
    first = await client.conversations_history(channel=TEAM, limit=2)
    slack.workspace.say(TEAM, "U0PM", "new")

    second = await client.conversations_history(channel=TEAM, limit=2, cursor=first["response_metadata"]["next_cursor"])

    assert texts([*first["messages"], *second["messages"]]) == list("dcba")


async def test_lists_come_in_pages_too(client: AsyncWebClient, slack: Sandbox) -> None:
    slack.workspace.add(
        Channel(id="C0B", name="b"),
        Channel(id="C0A", name="a", is_archived=True),
        Channel(id="C0HID", name="hidden", is_private=True),
        Channel(id="C0SEC", name="secret", is_private=True, members={BOT.bot_user}),
    )
    await client.conversations_open(users="U0PM")

    assert await _ids(client.conversations_list, "channels") == ["C0A", "C0B", TEAM]
    assert await _ids(client.conversations_list, "channels", exclude_archived=True) == ["C0B", TEAM]
    assert await _ids(client.conversations_list, "channels", types="private_channel,im") == ["C0SEC", "D01IM"]
    assert await _ids(client.conversations_members, "members", channel=TEAM) == ["U00BOT", "U02BOT", "U0PM"]
    assert await _ids(client.users_list, "members") == ["U00BOT", "U02BOT", "U0GONE", "U0PM"]
    assert await error_of(client, "conversations.list", types="secret") == "invalid_types"
    assert await error_of(client, "users.list", limit=5000) == "invalid_limit"


async def test_a_channel_says_what_it_is_and_whether_the_bot_is_in_it(client: AsyncWebClient, slack: Sandbox) -> None:
    slack.workspace.add(Channel(id="C0EXT", name="ext", is_ext_shared=True, is_pending_ext_shared=True))
    flags = ("name", "is_channel", "is_im", "is_private", "is_archived", "is_ext_shared", "is_pending_ext_shared")

    answers = [(await client.conversations_info(channel=one))["channel"] for one in (TEAM, "C0EXT")]

    assert [[one[name] for name in (*flags, "is_member")] for one in answers] == [
        ["team", True, False, False, False, False, False, True],
        ["ext", True, False, False, False, True, True, False],
    ]


async def test_a_direct_conversation_names_its_person(client: AsyncWebClient, slack: Sandbox) -> None:
    opened = (await client.conversations_open(users="U0PM", return_im=True))["channel"]
    slack.workspace.users["U0PM"].deleted = True

    described = (await client.conversations_info(channel=opened["id"]))["channel"]

    assert (opened["user"], opened["is_user_deleted"]) == ("U0PM", False)
    assert (described["user"], described["is_user_deleted"], described["is_im"]) == ("U0PM", True, True)


async def test_joining_makes_a_member_once_and_only_of_public_channels(client: AsyncWebClient, slack: Sandbox) -> None:
    slack.workspace.add(
        Channel(id="C0OPEN", name="open"), Channel(id="C0SEC", name="secret", is_private=True, members={BOT.bot_user})
    )

    first = await client.conversations_join(channel="C0OPEN")
    second = await client.conversations_join(channel="C0OPEN")

    assert slack.workspace.channels["C0OPEN"].members == {BOT.bot_user}
    assert (first.get("warning"), second.get("warning")) == (None, "already_in_channel")
    assert await error_of(client, "conversations.join", channel="C0SEC") == "method_not_supported_for_channel_type"


async def test_a_person_is_known_also_after_they_left(client: AsyncWebClient, slack: Sandbox) -> None:
    slack.workspace.add(User(id="U0GUEST", name="Guest", is_restricted=True))
    fields = ("real_name", "tz", "deleted", "is_bot", "is_restricted")

    people = [(await client.users_info(user=one))["user"] for one in ("U0PM", "U0GONE", "U0GUEST", BOT.bot_user)]

    assert [[one[name] for name in fields] for one in people] == [
        ["Ana Lima", "America/Lima", False, False, False],
        ["Gone", "Europe/Berlin", True, False, False],
        ["Guest", "Europe/Berlin", False, False, True],
        ["Muster", "Europe/Berlin", False, True, False],
    ]
    assert await error_of(client, "users.info", user="U0NONE") == "user_not_found"


async def test_a_bot_learns_who_it_is(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    found = await asyncio.gather(*(a_client(slack, session, one).auth_test() for one in (BOT, FORGER)))

    assert [(one["user_id"], one["bot_id"], one["team_id"]) for one in found] == [
        (BOT.bot_user, BOT.bot_id, "T01SANDBOX"),
        (FORGER.bot_user, FORGER.bot_id, "T01SANDBOX"),
    ]


@given(data=st.data(), replies=st.lists(st.booleans(), max_size=25), limit=st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_all_pages_together_are_all_messages_each_once(data: st.DataObject, replies: list[bool], limit: int) -> None:
    workspace = Workspace(SystemClock())
    workspace.install(BOT)
    workspace.add(Channel(id=TEAM, name="team", members={BOT.bot_user}))
    parent = workspace.say(TEAM, "U0PM", "parent")["ts"]
    stored = [workspace.say(TEAM, "U0PM", "x", thread_ts=parent if one else None)["ts"] for one in replies]
    oldest = data.draw(st.sampled_from(["0", parent, *stored]))

    history = _all(workspace, "conversations.history", {"limit": limit, "oldest": oldest})
    thread = _all(workspace, "conversations.replies", {"limit": limit, "oldest": oldest, "ts": parent})

    everything = [(parent, False), *zip(stored, replies, strict=True)]
    assert history == [ts for ts, is_reply in reversed(everything) if not is_reply and ts > oldest]
    assert thread == [ts for ts, is_reply in everything if (is_reply or ts == parent) and ts > oldest]


def _all(workspace: Workspace, method: str, asked: dict[str, Any]) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        page = answer(workspace, BOT.token, method, {"channel": TEAM, "cursor": cursor, **asked})
        found += [message["ts"] for message in page["messages"]]
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        assert page["has_more"] == bool(cursor)
        if not cursor:
            return found


async def _ids(method: Callable[..., Awaitable[Any]], key: str, **asked: Any) -> list[str]:
    """The ids of all pages of a list, each page of one."""
    found: list[str] = []
    cursor: str | None = None
    while cursor != "":
        page = await method(limit=1, cursor=cursor, **asked)
        found += [one if isinstance(one, str) else one["id"] for one in page[key]]
        cursor = page["response_metadata"]["next_cursor"]
    return found
