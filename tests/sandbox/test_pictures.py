"""Pictures in blocks: only files of the app itself, whole and finished; else Slack's `invalid_blocks`."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from tests.sandbox.places import FORGER, TEAM, a_client, error_of

PIXELS = b"\x89PNG, so to speak"
NOT_SHOWN = ["invalid slack file [json-pointer:/blocks/0/slack_file]"]


async def announced(client: AsyncWebClient, session: aiohttp.ClientSession, *, name: str = "chart.png") -> str:
    found = await client.files_getUploadURLExternal(filename=name, length=len(PIXELS), alt_txt="82 %")
    async with session.post(found["upload_url"], data=PIXELS) as answer:
        assert answer.status == 200
    return str(found["file_id"])


async def finished(client: AsyncWebClient, session: aiohttp.ClientSession, *, name: str = "chart.png") -> str:
    file_id = await announced(client, session, name=name)
    await client.files_completeUploadExternal(files=[{"id": file_id}])
    return file_id


async def show(client: AsyncWebClient, **file: str) -> None:
    block = {"type": "image", "slack_file": file, "alt_text": "82 %"}
    await client.chat_postMessage(channel=TEAM, text="Accuracy", blocks=[block])


async def refusal(client: AsyncWebClient, **file: str) -> list[str]:
    with pytest.raises(SlackApiError) as refused:
        await show(client, **file)
    assert refused.value.response["error"] == "invalid_blocks"
    return list(refused.value.response["errors"])


async def test_a_file_that_was_shared_with_nobody_is_shown_by_id_and_by_address(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    file_id = await finished(client, session)
    (file,) = slack.files()
    await show(client, id=file_id)
    await show(client, url=file.url)
    await show(client, url=file.permalink)

    assert (file.channel, file.message_ts, file.alt) == (None, None, "82 %")
    assert [one["blocks"][0]["slack_file"] for one in slack.messages()] == [
        {"id": file_id},
        {"url": file.url},
        {"url": file.permalink},
    ]


async def test_what_is_not_finished_unknown_of_another_app_or_no_picture_is_refused(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    slack.workspace.install(FORGER)
    unfinished = await announced(client, session)
    theirs = await finished(a_client(slack, session, FORGER), session)
    table = await finished(client, session, name="a.csv")

    for file_id in ("F404", "muster:health", unfinished, theirs, table):
        assert await refusal(client, id=file_id) == NOT_SHOWN
    assert slack.messages() == []


async def test_slack_may_need_a_moment_before_it_shows_a_file(
    client: AsyncWebClient, slack: Sandbox, session: aiohttp.ClientSession
) -> None:
    file_id = await finished(client, session)
    slack.workspace.uploads.unready = 1

    assert await refusal(client, id=file_id) == NOT_SHOWN
    await show(client, id=file_id)


async def test_home_shows_only_files_of_the_app_too(client: AsyncWebClient) -> None:
    block = {"type": "image", "slack_file": {"id": "F404"}, "alt_text": "82 %"}

    home = {"type": "home", "blocks": [block]}
    assert await error_of(client, "views.publish", user_id="U0PM", view=home) == "invalid_arguments"
