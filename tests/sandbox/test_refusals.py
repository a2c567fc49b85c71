"""What Slack refuses before a method does anything: tokens, scopes, arguments, bodies."""

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.content import LARGEST_METADATA
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import EVERY_SCOPE, App, Channel
from tests.sandbox.places import BOT, TEAM, a_client, error_of, refusal


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "token_expired"])
async def test_a_token_that_was_withdrawn(client: AsyncWebClient, slack: Sandbox, error: str) -> None:
    slack.workspace.refuse(BOT.token, error)

    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response["error"] == error
    assert "x-oauth-scopes" not in caught.value.response.headers
    assert await error_of(client, "chat.postMessage", channel=TEAM, text="x") == error
    assert slack.messages() == []


async def test_a_token_that_nobody_knows_or_none_at_all(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    stranger = a_client(slack, session, App(token="xoxb-stranger"))

    assert await error_of(stranger, "auth.test") == "invalid_auth"
    async with session.post(slack.url + "auth.test") as response:
        assert await response.json() == {"ok": False, "error": "not_authed"}
    async with session.post(slack.url + "auth.test", json={"token": BOT.token}) as response:
        assert (await response.json())["error"] == "not_authed"
    async with session.post(slack.url + "auth.test", data={"token": BOT.token}) as response:
        assert (await response.json())["user_id"] == BOT.bot_user


NEEDED = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "users.info": "users:read",
    "users.list": "users:read",
    "conversations.history": "channels:history,groups:history,im:history,mpim:history",
    "conversations.replies": "channels:history,groups:history,im:history,mpim:history",
    "conversations.info": "channels:read,groups:read,im:read,mpim:read",
    "conversations.members": "channels:read,groups:read,im:read,mpim:read",
    "conversations.list": "channels:read,groups:read,im:read,mpim:read",
}


@pytest.mark.parametrize("method", NEEDED)
async def test_a_method_says_which_scope_it_misses(slack: Sandbox, session: aiohttp.ClientSession, method: str) -> None:
    bare = App(token="xoxb-5", scopes=frozenset({"team:read", "files:read"}))
    slack.workspace.install(bare)

    assert await refusal(a_client(slack, session, bare), method, channel=TEAM) == {
        "ok": False,
        "error": "missing_scope",
        "needed": NEEDED[method],
        "provided": "files:read,team:read",
    }


async def test_the_scope_must_fit_the_kind_of_conversation(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    public_only = App(token="xoxb-6", scopes=EVERY_SCOPE - {"groups:history", "im:read"})
    slack.workspace.install(public_only)
    slack.workspace.add(Channel(id="C0SEC", name="secret", is_private=True, members={public_only.bot_user}))
    client = a_client(slack, session, public_only)

    assert (await client.conversations_history(channel=TEAM))["messages"] == []
    assert (await refusal(client, "conversations.history", channel="C0SEC"))["needed"] == "groups:history"
    assert (await refusal(client, "conversations.list", types="im"))["needed"] == "im:read"


async def test_every_answer_to_a_known_token_names_its_scopes(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    good = await client.auth_test()
    async with session.post(slack.url + "auth.test") as response:
        assert "x-oauth-scopes" not in response.headers
    async with session.post(slack.url + "no.such", headers={"authorization": f"Bearer {BOT.token}"}) as response:
        assert (await response.json())["error"] == "unknown_method"
        assert response.headers["x-oauth-scopes"] == good.headers["x-oauth-scopes"] == ",".join(sorted(EVERY_SCOPE))
        assert response.headers["date"] == "Mon, 16 Nov 2026 08:00:00 GMT"


async def test_an_argument_that_is_missing_is_named(client: AsyncWebClient) -> None:
    assert await refusal(client, "conversations.replies", channel="") == {
        "ok": False,
        "error": "invalid_arguments",
        "errors": ["missing required field: channel", "missing required field: ts"],
        "response_metadata": {
            "messages": ["[ERROR] missing required field: channel", "[ERROR] missing required field: ts"]
        },
    }


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[" * 100_000, "invalid_json"),
        ("application/json", b"[1]", "json_not_object"),
        ("application/json; charset=utf-8", b'{"channel": "\xff"}', "invalid_charset"),
        ("text/plain", b"channel=C0TEAM", "invalid_post_type"),
        ("multipart/form-data; boundary=x", b"--x--", "invalid_post_type"),
    ],
)
async def test_a_body_that_is_no_arguments(
    slack: Sandbox, session: aiohttp.ClientSession, kind: str, body: bytes, error: str
) -> None:
    async with session.post(slack.url + "api.test", data=body, headers={"content-type": kind}) as response:
        assert (response.status, await response.json()) == (200, {"ok": False, "error": error})


async def test_a_form_and_a_query_say_the_same_as_json(client: AsyncWebClient, slack: Sandbox) -> None:
    blocks, metadata = [{"type": "divider"}], {"event_type": "e", "event_payload": {}}
    said: dict[str, Any] = {"channel": TEAM, "text": "ü & x", "blocks": blocks, "metadata": metadata}
    plain = {**said, "blocks": json.dumps(blocks), "metadata": json.dumps(metadata)}

    await client.api_call("chat.postMessage", json=said)
    await client.api_call("chat.postMessage", data=plain)
    await client.api_call("chat.postMessage", params=plain)

    stored = [{name: one[name] for name in said} for one in slack.messages()]
    assert stored == [said, said, said]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, "no_text"),
        ({"text": " \n"}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "😀" * 20_001}, "msg_too_long"),
        ({"text": "x", "blocks": "["}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "blocks": ["divider"]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"text": "x", "attachments": [{"blocks": [{"type": "alert"}]}]}, "invalid_attachments"),
        ({"text": "x", "attachments": "nothing"}, "invalid_attachments"),
        ({"text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": [1]}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "", "event_payload": {}}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "e", "event_payload": "k"}}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "e", "event_payload": {"k": "x" * LARGEST_METADATA}}},
            "metadata_too_large",
        ),
    ],
    ids=str,
)
async def test_a_message_that_slack_does_not_take_is_not_stored(
    client: AsyncWebClient, slack: Sandbox, said: dict[str, Any], error: str
) -> None:
    assert await error_of(client, "chat.postMessage", channel=TEAM, **said) == error
    assert slack.messages() == []


async def test_a_text_of_40000_passes_and_an_update_of_4000(client: AsyncWebClient, slack: Sandbox) -> None:
    ts = (await client.chat_postMessage(channel=TEAM, text="x" * 40_000))["ts"]

    await client.chat_update(channel=TEAM, ts=ts, text="y" * 4_000)

    assert await error_of(client, "chat.update", channel=TEAM, ts=ts, text="z" * 4_001) == "msg_too_long"
    assert await error_of(client, "chat.update", channel=TEAM, ts=ts, text="") == "no_text"
    assert [one["text"] for one in slack.messages()] == ["y" * 4_000]


async def test_a_refused_layout_says_where_it_is_wrong(client: AsyncWebClient) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}] * 51

    answer = await refusal(client, "chat.postMessage", channel=TEAM, text="x", blocks=blocks)

    assert answer["errors"][:2] == [
        "no more than 50 items allowed [json-pointer:/blocks]",
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {one}" for one in answer["errors"]]


async def test_blocks_that_pass_one_by_one_may_be_too_long_together(client: AsyncWebClient) -> None:
    section = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}}

    await client.chat_postMessage(channel=TEAM, text="x", blocks=[section] * 4)

    said: dict[str, Any] = {"text": "x", "blocks": [section] * 5}
    assert await error_of(client, "chat.postMessage", channel=TEAM, **said) == "msg_blocks_too_long"


async def test_two_tables_are_one_too_many(client: AsyncWebClient) -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    blocks = [table, {"type": "container", "title": {"type": "plain_text", "text": "x"}, "child_blocks": [table]}]

    answer = await refusal(client, "chat.postMessage", channel=TEAM, text="x", blocks=blocks)

    assert (answer["error"], answer["errors"]) == ("invalid_attachments", ["only_one_table_allowed"])


async def test_a_direct_conversation_needs_one_person(client: AsyncWebClient) -> None:
    assert await error_of(client, "conversations.open", users="") == "users_list_not_supplied"
    assert await error_of(client, "conversations.open", users="U0NONE") == "user_not_found"
    assert (await refusal(client, "conversations.open", users="U0PM,U0GONE"))["needed"] == "mpim:write"


async def test_api_test_answers_anybody_with_what_they_said(slack: Sandbox, session: aiohttp.ClientSession) -> None:
    async with session.get(slack.url + "api.test?foo=bar") as response:
        assert await response.json() == {"ok": True, "args": {"foo": "bar"}}
    async with session.post(slack.url + "api.test", data={"error": "my_error"}) as response:
        assert (await response.json())["error"] == "my_error"
    async with session.get(slack.url.replace("/api/", "/elsewhere")) as response:
        assert response.status == 404
