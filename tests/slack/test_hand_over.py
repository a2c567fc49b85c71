"""A file for a person, against the sandbox over real HTTP: where it arrives, how often, and what each fault means."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import pytest

from bot.errors import PermanentError, TransientError
from bot.outbox.sender import NotConnectedError, RateLimitedError
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import EVERY_SCOPE, App, Channel, User
from bot.slack import client as client_module
from bot.slack import files as files_module
from bot.slack.client import SlackSender, connected
from bot.wiring.outside import Outside

BOT = App(token="xoxb-1")
CONTENT = bytes(range(256)) * 40
ANNOUNCE, POST, COMPLETE = "files.getUploadURLExternal", "upload", "files.completeUploadExternal"
LOST = [Answer.RESET, Answer.HALF, Answer.SILENCE, Answer.HTML]


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(
            User(id="U0PM", name="Ana"),
            User(id="U0GONE", name="Gone", deleted=True),
            Channel(id="C0TEAM", name="team", members={"U0PM", BOT.bot_user}),
        )
        yield sandbox


@pytest.fixture
async def sender(slack: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackSender]:
    monkeypatch.setattr(client_module, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(files_module, "TIMEOUT_S", 0.5)
    async with connected(token=BOT.token, base_url=slack.url) as opened:
        yield opened


async def hand_over(sender: SlackSender, user: str = "U0PM", content: bytes = CONTENT) -> None:
    await sender.hand_over(user, name="fixes.csv", content=content, comment="Here are the *40* fixes.")


async def test_a_person_finds_the_file_in_their_direct_conversation_with_our_words(
    slack: Sandbox, sender: SlackSender
) -> None:
    await hand_over(sender)

    (file,) = slack.files()
    (message,) = slack.messages()
    direct = slack.workspace.open_direct(BOT.bot_user, "U0PM")
    assert direct is not None
    assert (file.name, file.title, file.content) == ("fixes.csv", "fixes.csv", CONTENT)
    assert (file.channel, file.message_ts) == (direct.id, message["ts"])
    assert (message["text"], [one["id"] for one in message["files"]]) == ("Here are the *40* fixes.", [file.id])


async def test_the_bots_token_is_not_sent_to_the_address_that_takes_the_bytes(
    slack: Sandbox, sender: SlackSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.sandbox.wire import Line, Request

    seen: list[Request] = []
    original = Line.request

    async def watched(line: Line) -> Request | None:
        found = await original(line)
        seen.extend([found] if found and "/upload/" in found.path else [])
        return found

    monkeypatch.setattr(Line, "request", watched)
    await hand_over(sender)

    (request,) = seen
    assert "authorization" not in request.headers
    assert (request.headers["content-type"], request.body) == ("application/octet-stream", CONTENT)


async def test_somebody_who_left_and_somebody_unknown_get_nothing(slack: Sandbox, sender: SlackSender) -> None:
    with pytest.raises(PermanentError, match="no longer in the workspace"):
        await hand_over(sender, "U0GONE")
    with pytest.raises(PermanentError, match="no such person"):
        await hand_over(sender, "U0NOBODY")

    assert slack.files() == []


async def test_an_empty_file_is_refused_before_anything_is_sent(slack: Sandbox, sender: SlackSender) -> None:
    with pytest.raises(PermanentError, match="empty"):
        await hand_over(sender, content=b"")

    assert "files.getUploadURLExternal" not in [method for method, _ in slack.calls]


async def test_a_missing_scope_is_named(slack: Sandbox) -> None:
    bare = App(token="xoxb-3", scopes=EVERY_SCOPE - {"files:write"})
    slack.workspace.install(bare)
    async with connected(token=bare.token, base_url=slack.url) as sender:
        with pytest.raises(PermanentError, match="files:write"):
            await hand_over(sender)


@pytest.mark.parametrize("stores", [False, True])
@pytest.mark.parametrize(
    ("method", "answer"), [*((ANNOUNCE, answer) for answer in LOST), (POST, Answer.RESET), (POST, Answer.SILENCE)]
)
async def test_what_is_lost_before_the_file_is_shared_may_all_be_done_again(
    slack: Sandbox, sender: SlackSender, method: str, answer: Answer, stores: bool
) -> None:
    """slack.md A19."""
    slack.faults.add(Fault(method=method, answer=answer, stores=stores))

    with pytest.raises(TransientError):
        await hand_over(sender)
    assert slack.files() == []
    await hand_over(sender)

    assert [one.content for one in slack.files()] == [CONTENT]


@pytest.mark.parametrize("stores", [False, True])
@pytest.mark.parametrize("answer", LOST)
async def test_a_lost_answer_to_the_sharing_leaves_one_file(
    slack: Sandbox, sender: SlackSender, answer: Answer, stores: bool
) -> None:
    """slack.md A19: Slack shares a file once, so it can simply be asked again."""
    slack.faults.add(Fault(method=COMPLETE, answer=answer, stores=stores))

    await hand_over(sender)

    assert ([one.content for one in slack.files()], len(slack.messages())) == ([CONTENT], 1)


async def test_two_lost_answers_to_the_sharing_may_be_tried_again(slack: Sandbox, sender: SlackSender) -> None:
    slack.faults.add(Fault(method=COMPLETE, answer=Answer.STATUS, value="503", times=2))

    with pytest.raises(TransientError):
        await hand_over(sender)


@pytest.mark.parametrize(
    ("status", "error"), [("500", TransientError), ("429", TransientError), ("403", PermanentError)]
)
async def test_an_address_that_does_not_take_the_bytes_says_whether_it_ever_will(
    slack: Sandbox, sender: SlackSender, status: str, error: type[Exception]
) -> None:
    slack.faults.add(Fault(method=POST, answer=Answer.STATUS, value=status))

    with pytest.raises(error, match=status):
        await hand_over(sender)

    assert slack.files() == []


async def test_limits_tokens_and_rules_of_the_workspace_are_known(slack: Sandbox, sender: SlackSender) -> None:
    slack.faults.add(Fault(method=ANNOUNCE, answer=Answer.RATE_LIMITED, value="7"))
    with pytest.raises(RateLimitedError):
        await hand_over(sender)
    slack.faults.add(Fault(method=ANNOUNCE, answer=Answer.ERROR, value="token_revoked"))
    with pytest.raises(NotConnectedError):
        await hand_over(sender)
    slack.faults.add(Fault(method=ANNOUNCE, answer=Answer.ERROR, value="file_uploads_disabled"))
    with pytest.raises(PermanentError, match="lets nobody upload"):
        await hand_over(sender)
    assert slack.files() == []


async def test_a_handler_on_a_thread_of_its_own_hands_over_what_the_sender_does(
    slack: Sandbox, sender: SlackSender
) -> None:
    nothing = cast("Any", None)
    outside = Outside(open_source=nothing, parts=nothing, sender=sender, loop=asyncio.get_running_loop())

    await asyncio.to_thread(outside.hand_over, "U0PM", name="fixes.csv", content=CONTENT, comment="Here")
    with pytest.raises(PermanentError, match="empty"):
        await asyncio.to_thread(outside.hand_over, "U0PM", name="none.csv", content=b"", comment="Here")

    assert [(one.name, one.content, one.comment) for one in slack.files()] == [("fixes.csv", CONTENT, "Here")]
