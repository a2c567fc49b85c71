"""Pictures against the sandbox over real HTTP: uploaded for nobody, then shown in posts and in private answers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.charts import NoChartsError
from bot.domain.charts import Chart
from bot.domain.delivery import Handed, PostState, StoredPost
from bot.domain.incoming import Incoming, Kind
from bot.errors import PermanentError, TransientError
from bot.kit import pictures
from bot.outbox.sender import PictureNotReadyError, RefusedBlocksError
from bot.sandbox.dialogs import AnswerAddress
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import EVERY_SCOPE, App, Channel, User
from bot.slack import answers as answers_module
from bot.slack import client as client_module
from bot.slack import files as files_module
from bot.slack.answers import Answers
from bot.slack.client import SlackSender, connected
from bot.wiring.outside import Outside
from tests.support.builders import MONDAY
from tests.support.charting import ALT, SAID, a_chart, drawn

BOT = App(token="xoxb-1")
TEAM, PM = "C0TEAM", "U0PM"
COMPLETE = "files.completeUploadExternal"
IMAGE = {"type": "image", "slack_file": {"id": "F0001FILE"}, "alt_text": ALT}


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(User(id=PM, name="Ana"), Channel(id=TEAM, name="team", members={PM, BOT.bot_user}))
        yield sandbox


@pytest.fixture
async def sender(slack: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackSender]:
    monkeypatch.setattr(client_module, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(files_module, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(answers_module, "PICTURE_PAUSES_S", (0.01, 0.01, 0.01))
    async with connected(token=BOT.token, base_url=slack.url) as opened:
        yield opened


def outside(sender: SlackSender, draw: Any = drawn) -> Outside:
    nothing, parts = cast("Any", None), cast("Any", SimpleNamespace(draw=draw))
    return Outside(open_source=nothing, parts=parts, sender=sender, loop=asyncio.get_running_loop())


async def test_a_picture_is_uploaded_for_nobody_and_shown_by_its_id(slack: Sandbox, sender: SlackSender) -> None:
    handed = await sender.upload("chart.png", b"PNG", ALT)

    (file,) = slack.files()
    assert (file.content, file.channel, file.message_ts, file.alt) == (b"PNG", None, None, ALT)
    assert handed == Handed(file.id, file.permalink)
    assert sender.image_of(handed) == {"slack_file": {"id": file.id}}
    assert slack.messages() == []


async def test_a_sender_told_to_shows_pictures_by_their_address(slack: Sandbox) -> None:
    async with connected(token=BOT.token, base_url=slack.url, by_address=True) as sender:
        assert sender.image_of(Handed("F1", "https://files.example/F1")) == {"image_url": "https://files.example/F1"}


@pytest.mark.parametrize("stores", [False, True])
@pytest.mark.parametrize("answer", [Answer.RESET, Answer.SILENCE, Answer.HTML])
async def test_a_lost_answer_to_the_last_step_may_simply_be_tried_again(
    slack: Sandbox, sender: SlackSender, answer: Answer, stores: bool
) -> None:
    slack.faults.add(Fault(method=COMPLETE, answer=answer, stores=stores))

    with pytest.raises(TransientError):
        await sender.upload("chart.png", b"PNG", ALT)
    handed = await sender.upload("chart.png", b"PNG", ALT)

    assert handed.file_id == slack.files()[-1].id
    assert slack.messages() == []


async def test_without_the_scope_it_never_will_be_uploaded(slack: Sandbox) -> None:
    bare = App(token="xoxb-3", scopes=EVERY_SCOPE - {"files:write"})
    slack.workspace.install(bare)
    async with connected(token=bare.token, base_url=slack.url) as sender:
        with pytest.raises(PermanentError, match="files:write"):
            await sender.upload("chart.png", b"PNG", ALT)


async def test_a_file_that_is_not_ready_is_told_from_a_layout_that_is_refused(
    slack: Sandbox, sender: SlackSender
) -> None:
    post = StoredPost(
        id=1,
        workspace="local",
        key="health",
        delivery_key="0" * 32,
        recipient=TEAM,
        text="Health",
        blocks=(IMAGE,),
        state=PostState.SENDING,
        created_at=MONDAY,
    )
    await sender.upload("chart.png", b"PNG", ALT)
    slack.workspace.uploads.unready = 1
    with pytest.raises(PictureNotReadyError):
        await sender.send(post)
    slack.faults.add(Fault(method="chat.postMessage", answer=Answer.ERROR, value="invalid_blocks"))
    with pytest.raises(RefusedBlocksError):
        await sender.send(post)

    await sender.send(post)
    assert [one["blocks"] for one in slack.messages()] == [[IMAGE]]


async def test_a_handler_on_a_thread_of_its_own_gets_the_block_that_shows_a_chart(
    slack: Sandbox, sender: SlackSender
) -> None:
    block = await asyncio.to_thread(outside(sender).picture, a_chart())

    assert (block, [one.content for one in slack.files()]) == (IMAGE, [b"PNG of Accuracy"])


async def test_an_answer_that_cannot_show_its_chart_says_it_in_words(slack: Sandbox, sender: SlackSender) -> None:
    def undrawn(_chart: Chart) -> bytes:
        raise NoChartsError

    with pytest.raises(NoChartsError, match="extra “charts”"):
        await asyncio.to_thread(outside(sender, undrawn).picture, a_chart())
    assert await asyncio.to_thread(pictures.drawn, outside(sender, undrawn), a_chart()) == SAID
    slack.faults.add(Fault(method="files.getUploadURLExternal", answer=Answer.ERROR, value="file_uploads_disabled"))
    assert await asyncio.to_thread(pictures.drawn, outside(sender), a_chart()) == SAID
    assert await asyncio.to_thread(pictures.drawn, outside(sender), a_chart()) == IMAGE


@pytest.mark.parametrize("at_address", [True, False])
@pytest.mark.parametrize(("unready", "seen"), [(2, IMAGE), (3, SAID)])
async def test_a_private_answer_waits_until_slack_shows_its_picture_or_says_it_in_words(
    slack: Sandbox, sender: SlackSender, at_address: bool, unready: int, seen: dict[str, Any]
) -> None:
    await sender.upload("chart.png", b"PNG", ALT)
    slack.workspace.uploads.unready = unready
    asked = Incoming(
        kind=Kind.COMMAND, key="k", user=PM, channel=TEAM, answer_to=an_address(slack) if at_address else None
    )
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=BOT.token, base_url=slack.url, session=session, retry_handlers=[])
        await Answers(client, session).tell(asked, {"text": "Accuracy", "blocks": [IMAGE]})

    assert [one["blocks"] for one in slack.ephemerals()] == [[seen]]


def an_address(slack: Sandbox) -> str:
    path, now = "/commands/answer", slack.workspace.clock.now()
    slack.workspace.dialogs.addresses[path] = AnswerAddress(app_id=BOT.app_id, user=PM, channel=TEAM, at=now)
    return slack.workspace.base_url + path
