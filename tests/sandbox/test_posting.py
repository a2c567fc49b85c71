"""Posting, changing and taking back, as Slack's own client does it over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SetClock
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import EVERY_SCOPE, App, Channel
from tests.sandbox.places import BOT, FORGER, TEAM, a_client, error_of, texts

DIVIDER = {"type": "divider"}


async def test_a_post_is_stored_with_its_time_and_its_author(client: AsyncWebClient, slack: Sandbox) -> None:
    answer = await client.chat_postMessage(
        channel=TEAM, text="hello", blocks=[DIVIDER], metadata={"event_type": "e", "event_payload": {"k": "1"}}
    )

    assert slack.messages() == [
        {
            "type": "message",
            "ts": "1794816000.000000",
            "team": "T01SANDBOX",
            "channel": TEAM,
            "text": "hello",
            "blocks": [DIVIDER],
            "metadata": {"event_type": "e", "event_payload": {"k": "1"}},
            "user": BOT.bot_user,
            "bot_id": BOT.bot_id,
            "app_id": BOT.app_id,
        }
    ]
    assert (answer["channel"], answer["ts"]) == (TEAM, "1794816000.000000")
    assert {**answer["message"], "channel": TEAM} == slack.messages()[0]


async def test_what_is_posted_in_one_instant_or_after_the_clock_went_back_keeps_its_order(
    client: AsyncWebClient, slack: Sandbox, clock: SetClock
) -> None:
    for text in "ab":
        await client.chat_postMessage(channel=TEAM, text=text)
    clock.advance(timedelta(hours=-1))
    await client.chat_postMessage(channel=TEAM, text="c")
    clock.advance(timedelta(hours=2))
    await client.chat_postMessage(channel=TEAM, text="d")

    assert [(one["text"], one["ts"]) for one in slack.messages()] == [
        ("a", "1794816000.000000"),
        ("b", "1794816000.000100"),
        ("c", "1794816000.000200"),
        ("d", "1794819600.000000"),
    ]


async def test_a_time_is_not_given_again_when_its_message_is_gone(client: AsyncWebClient, slack: Sandbox) -> None:
    first = await client.chat_postMessage(channel=TEAM, text="a")
    await client.chat_delete(channel=TEAM, ts=first["ts"])
    await client.chat_postEphemeral(channel=TEAM, user="U0PM", text="b")
    third = await client.chat_postMessage(channel=TEAM, text="c")

    assert third["ts"] == "1794816000.000200"


async def test_many_clients_at_once_lose_nothing_and_share_no_time(client: AsyncWebClient, slack: Sandbox) -> None:
    await asyncio.gather(*(client.chat_postMessage(channel=TEAM, text=str(number)) for number in range(100)))

    assert sorted(texts(slack.messages()), key=int) == [str(number) for number in range(100)]
    assert len({one["ts"] for one in slack.messages()}) == 100


async def test_how_a_message_asks_to_be_shown_is_kept_but_not_given_back(
    client: AsyncWebClient, slack: Sandbox
) -> None:
    asked: dict[str, Any] = {
        "parse": "none",
        "mrkdwn": False,
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    answer = await client.chat_postMessage(channel=TEAM, text="x", **asked)

    assert asked.items() <= slack.messages()[0].items()
    assert not asked.keys() & answer["message"].keys()


async def test_a_reply_joins_its_thread_and_may_be_shown_in_the_channel_too(
    client: AsyncWebClient, slack: Sandbox
) -> None:
    parent = (await client.chat_postMessage(channel=TEAM, text="parent"))["ts"]
    await client.chat_postMessage(channel=TEAM, text="quiet", thread_ts=parent)
    await client.chat_postMessage(channel=TEAM, text="loud", thread_ts=parent, reply_broadcast=True)

    assert [(one.get("thread_ts"), one.get("subtype")) for one in slack.messages()] == [
        (None, None),
        (parent, None),
        (parent, "thread_broadcast"),
    ]
    assert texts((await client.conversations_history(channel=TEAM))["messages"]) == ["loud", "parent"]


async def test_a_thread_that_is_not_there_takes_no_reply(client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel=TEAM, text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel=TEAM, text="reply", thread_ts=parent))["ts"]
    lone = (await client.chat_postMessage(channel=TEAM, text="lone"))["ts"]
    await client.chat_delete(channel=TEAM, ts=lone)

    assert await error_of(client, "chat.postMessage", channel=TEAM, text="x", thread_ts="1.0") == "thread_not_found"
    assert await error_of(client, "chat.postMessage", channel=TEAM, text="x", thread_ts=lone) == "thread_not_found"
    assert (
        await error_of(client, "chat.postMessage", channel=TEAM, text="x", thread_ts=reply) == "cannot_reply_to_message"
    )


async def test_a_post_to_a_person_opens_one_conversation_with_them(client: AsyncWebClient, slack: Sandbox) -> None:
    first = await client.chat_postMessage(channel="U0PM", text="a")
    opened = await client.conversations_open(users="U0PM")
    second = await client.chat_postMessage(channel=opened["channel"]["id"], text="b")

    assert first["channel"] == second["channel"] == opened["channel"]["id"]
    assert texts(slack.messages(first["channel"])) == ["a", "b"]


async def test_an_update_changes_what_it_names_and_keeps_the_rest(client: AsyncWebClient, slack: Sandbox) -> None:
    """Blocks and metadata stay unless they are sent; how the text is parsed falls back to Slack's default."""
    metadata = {"event_type": "e", "event_payload": {}}
    ts = (await client.chat_postMessage(channel=TEAM, text="a", blocks=[DIVIDER], metadata=metadata, parse="none"))[
        "ts"
    ]
    await client.chat_update(channel=TEAM, ts=ts, text="b")

    (message,) = slack.messages()
    assert (message["ts"], message["text"], message["blocks"]) == (ts, "b", [DIVIDER])
    assert message["metadata"] == metadata
    assert message["edited"]["user"] == BOT.bot_user
    assert "parse" not in message

    await client.chat_update(channel=TEAM, ts=ts, text="c", blocks=[], metadata={})
    (message,) = slack.messages()
    assert message["blocks"] == []
    assert "metadata" not in message


async def test_only_the_app_that_posted_may_change_or_take_back(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    forger = a_client(slack, session, FORGER)
    ts = (await forger.chat_postMessage(channel=TEAM, text="forged"))["ts"]
    said = slack.workspace.say(TEAM, "U0PM", "by a person")["ts"]

    for one in (ts, said):
        assert await error_of(client, "chat.update", channel=TEAM, ts=one, text="x") == "cant_update_message"
        assert await error_of(client, "chat.delete", channel=TEAM, ts=one) == "cant_delete_message"
    assert texts(slack.messages()) == ["forged", "by a person"]
    assert [one.get("app_id") for one in slack.messages()] == [FORGER.app_id, None]


async def test_what_was_taken_back_is_gone_for_people_and_remembered_by_the_oracle(
    client: AsyncWebClient, slack: Sandbox
) -> None:
    ts = (await client.chat_postMessage(channel=TEAM, text="oops"))["ts"]
    await client.chat_delete(channel=TEAM, ts=ts)

    assert slack.messages() == []
    assert [(one["text"], one["deleted"]) for one in slack.messages(removed=True)] == [("oops", True)]
    for method, arguments in (("chat.update", {"text": "x"}), ("chat.delete", {})):
        assert await error_of(client, method, channel=TEAM, ts=ts, **arguments) == "message_not_found"


async def test_an_ephemeral_message_is_shown_to_one_member_and_in_no_history(
    client: AsyncWebClient, slack: Sandbox
) -> None:
    answer = await client.chat_postEphemeral(channel=TEAM, user="U0PM", text="psst")

    (shown,) = slack.ephemerals(TEAM)
    assert (shown["text"], shown["shown_to"], shown["ts"]) == ("psst", "U0PM", answer["message_ts"])
    assert slack.messages() == []
    assert (await client.conversations_history(channel=TEAM))["messages"] == []
    assert await error_of(client, "chat.postEphemeral", channel=TEAM, user="U0GONE", text="x") == "user_not_in_channel"


async def test_a_permalink_names_the_message_and_its_thread(client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel=TEAM, text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel=TEAM, text="reply", thread_ts=parent))["ts"]
    base = f"https://sandbox.slack.com/archives/{TEAM}"

    links = [(await client.chat_getPermalink(channel=TEAM, message_ts=ts))["permalink"] for ts in (parent, reply)]

    assert links == [
        f"{base}/p1794816000000000",
        f"{base}/p1794816000000100?thread_ts={parent}&cid={TEAM}",
    ]
    assert await error_of(client, "chat.getPermalink", channel=TEAM, message_ts="1.0") == "message_not_found"


@pytest.mark.parametrize("is_private", [True, False])
async def test_a_channel_that_the_bot_is_not_in(client: AsyncWebClient, slack: Sandbox, is_private: bool) -> None:
    slack.workspace.add(Channel(id="C0OTHER", name="other", is_private=is_private))
    unseen = "channel_not_found" if is_private else "not_in_channel"

    assert await error_of(client, "chat.postMessage", channel="C0OTHER", text="x") == unseen
    assert await error_of(client, "conversations.history", channel="C0OTHER") == unseen
    assert await error_of(client, "chat.postMessage", channel="C0NONE", text="x") == "channel_not_found"


async def test_with_the_scope_for_it_a_bot_posts_to_public_channels_without_joining(
    slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    loud = App(token="xoxb-3", scopes=EVERY_SCOPE | {"chat:write.public"}, bot_user="U03BOT")
    slack.workspace.install(loud)
    slack.workspace.add(
        Channel(id="C0OPEN", name="open"), Channel(id="C0SHUT", name="shut", is_private=True, members={"U0PM"})
    )
    client = a_client(slack, session, loud)

    await client.chat_postMessage(channel="C0OPEN", text="x")

    assert texts(slack.messages("C0OPEN")) == ["x"]
    assert await error_of(client, "chat.postMessage", channel="C0SHUT", text="x") == "channel_not_found"


async def test_an_archived_channel_takes_nothing(client: AsyncWebClient, slack: Sandbox) -> None:
    ts = (await client.chat_postMessage(channel=TEAM, text="x"))["ts"]
    slack.workspace.channels[TEAM].is_archived = True

    assert await error_of(client, "chat.postMessage", channel=TEAM, text="x") == "is_archived"
    assert await error_of(client, "chat.postEphemeral", channel=TEAM, user="U0PM", text="x") == "is_archived"
    assert await error_of(client, "conversations.join", channel=TEAM) == "is_archived"
    assert await error_of(client, "chat.update", channel=TEAM, ts=ts, text="y") == "is_inactive"
    assert await error_of(client, "chat.delete", channel=TEAM, ts=ts) == "is_inactive"


async def test_to_a_bot_nobody_writes_and_to_one_who_left_only_in_the_old_conversation(
    client: AsyncWebClient, slack: Sandbox
) -> None:
    await client.chat_postMessage(channel="U0PM", text="while here")
    slack.workspace.users["U0PM"].deleted = True

    await client.chat_postMessage(channel="U0PM", text="too late")

    assert texts(slack.messages()) == ["while here", "too late"]
    assert await error_of(client, "conversations.open", users="U0PM") == "user_disabled"
    assert await error_of(client, "chat.postMessage", channel="U0GONE", text="x") == "channel_not_found"
    assert await error_of(client, "chat.postMessage", channel=FORGER.bot_user, text="x") == "cannot_dm_bot"
    assert await error_of(client, "conversations.open", users=FORGER.bot_user) == "cannot_dm_bot"
