"""Editing a message against the sandbox, over real HTTP: what it shows then, and what each fault means."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.delivery import PostState, StoredPost
from bot.errors import OutcomeUnknownError, PermanentError
from bot.kit import blocks
from bot.outbox.sender import NotConnectedError, RateLimitedError, RefusedBlocksError
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from bot.slack import client as client_module
from bot.slack.client import SlackSender, connected

BOT = App(token="xoxb-1")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
POST = StoredPost(
    id=1,
    workspace="local",
    key="post",
    delivery_key="a" * 32,
    recipient="C0TEAM",
    text="hello",
    blocks=(blocks.plain_section("hello"),),
    state=PostState.SENT,
    created_at=LONG_AGO,
)


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(
            User(id="U0PM", name="Ana"), Channel(id="C0TEAM", name="team", members={"U0PM", BOT.bot_user})
        )
        yield sandbox


@pytest.fixture
async def sender(slack: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackSender]:
    monkeypatch.setattr(client_module, "TIMEOUT_S", 0.5)
    async with connected(token=BOT.token, base_url=slack.url) as opened:
        yield opened


async def sent(sender: SlackSender, **known: Any) -> StoredPost:
    """A post that has arrived."""
    post = replace(POST, **known)
    receipt = await sender.send(post)
    return replace(post, channel=receipt.channel, ts=receipt.ts)


async def test_an_edited_message_shows_what_is_new_is_protected_as_before_and_is_still_found(
    slack: Sandbox, sender: SlackSender
) -> None:
    post = await sent(sender)
    new = blocks.plain_section("new <@U0PM>")

    await sender.edit(replace(post, text="new <@U0PM>", blocks=(new,)))

    (message,) = slack.messages("C0TEAM")
    assert (message["text"], message["blocks"], message["ts"]) == ("new <@U0PM>", [new], post.ts)
    assert message["metadata"] == {"event_type": "muster_delivery", "event_payload": {"k": "a" * 32}}
    assert (message["parse"], message["link_names"], message["unfurl_links"]) == ("none", False, False)
    assert [receipt.ts for receipt in await sender.find(post, since=LONG_AGO)] == [post.ts]


async def test_a_message_that_is_to_have_no_blocks_any_more_has_none(slack: Sandbox, sender: SlackSender) -> None:
    post = await sent(sender)

    await sender.edit(replace(post, text="words alone", blocks=()))

    assert [(one["text"], one["blocks"]) for one in slack.messages("C0TEAM")] == [("words alone", [])]


async def test_what_was_sent_as_text_alone_is_edited_as_text_alone_and_long_text_is_cut(
    slack: Sandbox, sender: SlackSender
) -> None:
    post = await sent(sender, text_only=True)

    await sender.edit(replace(post, text="x" * 5_000))

    (message,) = slack.messages("C0TEAM")
    assert (len(message["text"]), message["text"][-2:], message["blocks"]) == (4_000, "x…", [])


async def test_a_direct_message_is_edited_where_it_arrived(slack: Sandbox, sender: SlackSender) -> None:
    post = await sent(sender, recipient="U0PM")

    await sender.edit(replace(post, text="new"))

    assert [one["text"] for one in slack.messages(str(post.channel))] == ["new"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("message_not_found", "The message is gone"),
        ("cant_update_message", "not mine to change"),
        ("edit_window_closed", "change a message this old"),
        ("is_inactive", "archived"),
        ("channel_not_found", "I cannot see this channel"),
    ],
)
async def test_what_slack_will_never_change_is_said_in_words(
    slack: Sandbox, sender: SlackSender, error: str, words: str
) -> None:
    post = await sent(sender)
    slack.faults.add(Fault(method="chat.update", answer=Answer.ERROR, value=error))

    with pytest.raises(PermanentError, match=words):
        await sender.edit(post)


async def test_a_message_in_an_archived_channel_and_one_that_was_deleted_cannot_be_edited(
    slack: Sandbox, sender: SlackSender
) -> None:
    post, gone = await sent(sender), await sent(sender, delivery_key="b" * 32)
    slack.workspace.channels["C0TEAM"].messages.pop()

    with pytest.raises(PermanentError, match="gone"):
        await sender.edit(gone)
    slack.workspace.channels["C0TEAM"].is_archived = True
    with pytest.raises(PermanentError, match="archived"):
        await sender.edit(post)


async def test_nothing_new_is_shown_in_a_channel_that_another_company_reads_by_now(
    slack: Sandbox, sender: SlackSender
) -> None:
    post = await sent(sender)
    slack.workspace.channels["C0TEAM"].is_ext_shared = True

    with pytest.raises(PermanentError, match="shared with another company"):
        await sender.edit(replace(post, text="inside"))

    assert [one["text"] for one in slack.messages("C0TEAM")] == ["hello"]


async def test_an_edit_joins_no_channel_and_looks_at_it_once_a_minute(slack: Sandbox, sender: SlackSender) -> None:
    post = await sent(sender)
    slack.workspace.channels["C0TEAM"].members.discard(BOT.bot_user)
    before = len(slack.calls)

    await sender.edit(post)
    await sender.edit(post)

    assert [method for method, _ in slack.calls[before:]] == ["conversations.info", "chat.update", "chat.update"]


async def test_blocks_over_a_limit_are_a_refused_layout_and_the_message_stays_as_it_is(
    slack: Sandbox, sender: SlackSender
) -> None:
    post = await sent(sender)

    with pytest.raises(RefusedBlocksError):
        await sender.edit(replace(post, text="new", blocks=(blocks.divider(),) * 51))

    assert [one["text"] for one in slack.messages("C0TEAM")] == ["hello"]


async def test_a_rate_limit_and_a_refused_token_are_known(slack: Sandbox, sender: SlackSender) -> None:
    post = await sent(sender)
    slack.faults.add(Fault(method="chat.update", answer=Answer.RATE_LIMITED, value="7"))
    with pytest.raises(RateLimitedError) as caught:
        await sender.edit(post)
    assert caught.value.after == timedelta(seconds=7)

    slack.faults.add(Fault(method="chat.update", answer=Answer.ERROR, value="token_revoked"))
    with pytest.raises(NotConnectedError):
        await sender.edit(post)


@pytest.mark.parametrize("stores", [False, True])
@pytest.mark.parametrize("answer", [Answer.RESET, Answer.HALF, Answer.SILENCE, Answer.HTML])
async def test_an_edit_whose_answer_is_lost_is_unknown_and_made_but_once(
    slack: Sandbox, sender: SlackSender, answer: Answer, stores: bool
) -> None:
    post = await sent(sender)
    slack.faults.add(Fault(method="chat.update", answer=answer, stores=stores))

    with pytest.raises(OutcomeUnknownError):
        await sender.edit(replace(post, text="new"))

    assert [method for method, _ in slack.calls].count("chat.update") == 1
    assert [one["text"] for one in slack.messages("C0TEAM")] == ["new" if stores else "hello"]
