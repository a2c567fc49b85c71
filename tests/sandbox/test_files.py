"""Files: announced with a name and a size, posted to an address, shared once; strictly as Slack's reference has it."""

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.control import RemoteSandbox
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import Channel
from tests.sandbox.places import BOT, FORGER, TEAM, a_client, error_of

CONTENT = b"\x00\xff,1\n"


async def announced(client: AsyncWebClient, *, name: str = "a.csv", length: int = len(CONTENT)) -> dict[str, Any]:
    answer = await client.files_getUploadURLExternal(filename=name, length=length)
    return {part: answer[part] for part in ("upload_url", "file_id")}


async def posted(session: aiohttp.ClientSession, address: str, content: bytes = CONTENT) -> tuple[int, str]:
    async with session.post(address, data=content) as answer:
        return answer.status, await answer.text()


async def uploaded(client: AsyncWebClient, session: aiohttp.ClientSession) -> str:
    """The id of a file whose bytes came."""
    found = await announced(client)
    assert await posted(session, found["upload_url"]) == (200, f"OK - {len(CONTENT)}")
    return str(found["file_id"])


async def test_slacks_own_client_uploads_a_file(client: AsyncWebClient, slack: Sandbox) -> None:
    await client.files_upload_v2(
        content=CONTENT, filename="a.csv", title="All of it", channel=TEAM, initial_comment="Here"
    )

    (file,), (message,) = slack.files(), slack.messages()
    assert (file.name, file.title, file.content, file.comment) == ("a.csv", "All of it", CONTENT, "Here")
    assert (file.channel, file.message_ts) == (TEAM, message["ts"])
    assert (message["text"], message["bot_id"]) == ("Here", BOT.bot_id)
    assert message["files"] == [
        {
            "id": file.id,
            "name": "a.csv",
            "title": "All of it",
            "size": len(CONTENT),
            "mode": "hosted",
            "url_private": f"https://files.sandbox.slack.com/files-pri/{file.id}/a.csv",
            "permalink": f"https://sandbox.slack.com/files/{file.id}/a.csv",
        }
    ]


async def test_a_file_joins_a_thread_and_is_titled_by_its_name(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    head = slack.workspace.say(TEAM, "U0PM", "head")["ts"]

    await client.files_completeUploadExternal(
        files=[{"id": await uploaded(client, session)}], channel_id=TEAM, thread_ts=head
    )

    assert [(one.get("thread_ts"), one["text"]) for one in slack.messages()] == [(None, "head"), (head, "")]
    assert slack.files()[0].title == "a.csv"


async def test_a_file_that_is_shared_with_nobody_is_in_no_channel(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    await client.files_completeUploadExternal(files=[{"id": await uploaded(client, session)}])

    assert [(one.channel, one.message_ts) for one in slack.files()] == [(None, None)]
    assert slack.messages() == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "a.csv"}, "invalid_arguments"),
        ({"length": "5"}, "invalid_arguments"),
        ({"filename": "a.csv", "length": "many"}, "invalid_arguments"),
        ({"filename": "a.csv", "length": "-1"}, "invalid_arguments"),
        ({"filename": "a.csv", "length": "0"}, "missing_argument"),
        ({"filename": "a.csv", "length": "1000000001"}, "file_upload_size_restricted"),
        ({"filename": "a" * 256, "length": "5"}, "invalid_arguments"),
    ],
)
async def test_a_name_and_a_size_are_needed(client: AsyncWebClient, arguments: dict[str, str], error: str) -> None:
    assert await error_of(client, "files.getUploadURLExternal", **arguments) == error


async def test_only_as_many_bytes_as_were_announced_are_taken_and_only_at_their_address(
    client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    found = await announced(client)

    for wrong in (CONTENT + b"x", CONTENT[:-1], b""):
        assert await posted(session, found["upload_url"], wrong) == (400, "wrong size")
    assert (await posted(session, found["upload_url"] + "x"))[0] == 404
    wanted = json.dumps([{"id": found["file_id"]}])
    assert await error_of(client, "files.completeUploadExternal", files=wanted) == "file_not_found"


async def test_a_file_is_shared_once_by_its_own_app(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    wanted: list[dict[str, str | None]] = [{"id": await uploaded(client, session)}]

    assert await error_of(a_client(slack, session, FORGER), "files.completeUploadExternal", files=wanted) == (
        "file_not_found"
    )
    await client.files_completeUploadExternal(files=wanted, channel_id=TEAM)
    assert await error_of(client, "files.completeUploadExternal", files=wanted, channel_id=TEAM) == "file_not_found"
    assert len(slack.messages()) == 1


@pytest.mark.parametrize("files", ["", "no JSON", "{}", "[]", "[1]", '[{"title": "x"}]'])
async def test_what_is_no_list_of_files_is_refused(client: AsyncWebClient, files: str) -> None:
    assert await error_of(client, "files.completeUploadExternal", files=files) == "invalid_arguments"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel_id": "C0NONE"}, "channel_not_found"),
        ({"channel_id": "C0SECRET"}, "channel_not_found"),
        ({"channel_id": "U0PM"}, "channel_not_found"),
        ({"channel_id": "C0OPEN"}, "not_in_channel"),
        ({"channel_id": "C0OLD"}, "is_archived"),
        ({"channel_id": TEAM, "thread_ts": "1.000000"}, "thread_not_found"),
        ({"channel_id": TEAM, "initial_comment": "x" * 40_001}, "msg_too_long"),
    ],
)
async def test_where_it_cannot_be_shared_it_is_refused_and_may_be_shared_elsewhere(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession, arguments: dict[str, str], error: str
) -> None:
    slack.workspace.add(
        Channel(id="C0SECRET", name="secret", is_private=True),
        Channel(id="C0OPEN", name="open"),
        Channel(id="C0OLD", name="old", members={BOT.bot_user}, is_archived=True),
    )
    wanted: list[dict[str, str | None]] = [{"id": await uploaded(client, session)}]

    assert await error_of(client, "files.completeUploadExternal", files=wanted, **arguments) == error
    assert slack.files() == []
    await client.files_completeUploadExternal(files=wanted, channel_id=TEAM)


async def test_another_process_sees_the_same_files(client: AsyncWebClient, slack: Sandbox) -> None:
    await client.files_upload_v2(content=CONTENT, filename="a.csv", channel=TEAM)

    assert RemoteSandbox(slack.url).files() == slack.files()


@pytest.mark.parametrize("stores", [False, True])
async def test_the_posting_of_bytes_can_go_wrong_too(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession, stores: bool
) -> None:
    found = await announced(client)
    slack.faults.add(Fault(method="upload", answer=Answer.CLOSE, stores=stores))

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await posted(session, found["upload_url"])

    assert (slack.workspace.uploads.of(BOT.app_id, found["file_id"]) is not None) is stores
    assert [method for method, _ in slack.calls] == ["files.getUploadURLExternal", "upload"]
