"""The sender against the sandbox, over real HTTP: what it delivers, what it refuses, and what each fault means to it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.delivery import PostState, Receipt, StoredPost
from bot.errors import OutcomeUnknownError, PermanentError, TransientError
from bot.kit import blocks
from bot.outbox.sender import CannotLookError, NotConnectedError, RateLimitedError, RefusedBlocksError
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import EVERY_SCOPE, App, Channel, User
from bot.slack import client as client_module
from bot.slack.client import SlackSender, connected

BOT = App(token="xoxb-1")
FORGER = App(token="xoxb-2", app_id="A02", bot_id="B02", bot_user="U02BOT")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT, FORGER) as sandbox:
        sandbox.workspace.add(
            User(id="U0PM", name="Ana"),
            User(id="U0GONE", name="Gone", deleted=True),
            Channel(id="C0TEAM", name="team", members={"U0PM", BOT.bot_user, FORGER.bot_user}),
        )
        yield sandbox


@pytest.fixture
async def sender(slack: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackSender]:
    monkeypatch.setattr(client_module, "TIMEOUT_S", 0.5)
    async with connected(token=BOT.token, base_url=slack.url) as opened:
        yield opened


def a_post(**known: Any) -> StoredPost:
    defaults: dict[str, Any] = {
        "id": 1,
        "workspace": "local",
        "key": "post",
        "delivery_key": "a" * 32,
        "recipient": "C0TEAM",
        "text": "hello",
        "blocks": (blocks.plain_section("hello"),),
        "state": PostState.SENDING,
        "created_at": LONG_AGO,
    }
    return StoredPost(**defaults | known)


async def test_a_post_arrives_with_its_key_and_asks_for_no_link_or_mention(slack: Sandbox, sender: SlackSender) -> None:
    receipt = await sender.send(a_post())

    (message,) = slack.messages("C0TEAM")
    assert receipt == Receipt(channel="C0TEAM", ts=message["ts"])
    assert message["metadata"] == {"event_type": "muster_delivery", "event_payload": {"k": "a" * 32}}
    showing = {name: message[name] for name in ("parse", "link_names", "unfurl_links", "unfurl_media", "mrkdwn")}
    assert showing == {
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
    }


async def test_a_reply_joins_its_thread(slack: Sandbox, sender: SlackSender) -> None:
    parent = await sender.send(a_post())
    await sender.send(a_post(parent_ts=parent.ts, delivery_key="b" * 32))

    assert [message.get("thread_ts") for message in slack.messages("C0TEAM")] == [None, parent.ts]


async def test_a_person_gets_a_direct_message_and_one_who_left_is_refused(slack: Sandbox, sender: SlackSender) -> None:
    receipt = await sender.send(a_post(recipient="U0PM"))

    assert [message["text"] for message in slack.messages(receipt.channel)] == ["hello"]
    with pytest.raises(PermanentError, match="no longer in the workspace"):
        await sender.send(a_post(recipient="U0GONE"))


async def test_a_channel_shared_with_another_company_is_refused_before_anything_is_sent(
    slack: Sandbox, sender: SlackSender
) -> None:
    slack.workspace.add(
        Channel(id="C0EXT", name="ext", members={BOT.bot_user}, is_ext_shared=True),
        Channel(id="C0SOON", name="soon", members={BOT.bot_user}, is_pending_ext_shared=True),
    )

    for channel in ("C0EXT", "C0SOON"):
        with pytest.raises(PermanentError, match="shared with another company"):
            await sender.send(a_post(recipient=channel))
        with pytest.raises(PermanentError, match="shared with another company"):
            await sender.require_own(channel)
    assert slack.messages() == []


async def test_a_public_channel_is_joined_and_a_private_one_must_invite(slack: Sandbox, sender: SlackSender) -> None:
    """slack.md A7."""
    slack.workspace.add(Channel(id="C0OPEN", name="open"), Channel(id="C0SECRET", name="secret", is_private=True))

    await sender.send(a_post(recipient="C0OPEN"))
    with pytest.raises(PermanentError, match="I must be invited"):
        await sender.send(a_post(recipient="C0SECRET"))

    assert len(slack.messages("C0OPEN")) == 1


async def test_an_archived_channel_and_a_lost_thread_are_refused_for_good(slack: Sandbox, sender: SlackSender) -> None:
    """slack.md A8, A17."""
    with pytest.raises(PermanentError, match="joins is gone"):
        await sender.send(a_post(parent_ts="1.000000"))
    slack.workspace.channels["C0TEAM"].is_archived = True
    with pytest.raises(PermanentError, match="archived"):
        await sender.send(a_post())


async def test_blocks_over_a_limit_are_a_refused_layout_and_the_text_alone_passes(
    slack: Sandbox, sender: SlackSender
) -> None:
    """slack.md A10."""
    too_many = (blocks.divider(),) * 51

    with pytest.raises(RefusedBlocksError):
        await sender.send(a_post(blocks=too_many))
    await sender.send(a_post(blocks=too_many, text_only=True))

    assert [message["blocks"] for message in slack.messages("C0TEAM")] == [[]]


@pytest.mark.parametrize(
    ("header", "pause_s"), [("30", 30), ("", 30), ("abc", 30), ("0", 30), ("86400", 900), ("7", 7)]
)
async def test_a_rate_limit_says_how_long_to_pause(
    slack: Sandbox, sender: SlackSender, header: str, pause_s: int
) -> None:
    """slack.md A1, A2."""
    slack.faults.add(Fault(method="chat.postMessage", answer=Answer.RATE_LIMITED, value=header))

    with pytest.raises(RateLimitedError) as caught:
        await sender.send(a_post())

    assert caught.value.after == timedelta(seconds=pause_s)
    assert slack.messages() == []


AMBIGUOUS = [
    Fault(method="chat.postMessage", answer=Answer.STATUS, value="500"),
    Fault(method="chat.postMessage", answer=Answer.STATUS, value="502"),
    Fault(method="chat.postMessage", answer=Answer.STATUS, value="503"),
    Fault(method="chat.postMessage", answer=Answer.STATUS, value="504"),
    Fault(method="chat.postMessage", answer=Answer.HTML),
    Fault(method="chat.postMessage", answer=Answer.EMPTY),
    Fault(method="chat.postMessage", answer=Answer.ERROR, value="fatal_error"),
    Fault(method="chat.postMessage", answer=Answer.ERROR, value="internal_error"),
    Fault(method="chat.postMessage", answer=Answer.RESET),
    Fault(method="chat.postMessage", answer=Answer.CLOSE),
    Fault(method="chat.postMessage", answer=Answer.HALF),
    Fault(method="chat.postMessage", answer=Answer.SILENCE),
]


@pytest.mark.parametrize("stores", [False, True])
@pytest.mark.parametrize("fault", AMBIGUOUS, ids=lambda fault: f"{fault.answer}{fault.value}")
async def test_an_answer_that_tells_nothing_is_unknown_and_the_look_up_knows(
    slack: Sandbox, sender: SlackSender, fault: Fault, stores: bool
) -> None:
    """slack.md A3, A4, A5: whatever the client saw, one call was made, and history says what became of it."""
    from dataclasses import replace

    slack.faults.add(replace(fault, stores=stores))

    with pytest.raises(OutcomeUnknownError):
        await sender.send(a_post())

    assert [method for method, _ in slack.calls].count("chat.postMessage") == 1
    found = await sender.find(a_post(), since=LONG_AGO)
    assert [receipt.ts for receipt in found] == [message["ts"] for message in slack.messages("C0TEAM")]
    assert len(found) == int(stores)


async def test_a_slack_that_cannot_be_reached_certainly_did_not_take_it(sender: SlackSender) -> None:
    async with connected(token="xoxb-1", base_url="http://127.0.0.1:9/api/") as nowhere:
        with pytest.raises(TransientError, match="could not be reached"):
            await nowhere.send(a_post())


async def test_trouble_before_the_post_is_worth_another_try(slack: Sandbox, sender: SlackSender) -> None:
    slack.faults.add(Fault(method="conversations.info", answer=Answer.STATUS, value="500"))

    with pytest.raises(TransientError):
        await sender.send(a_post())

    assert slack.messages() == []


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_token_that_is_refused_is_no_fault_of_the_post(slack: Sandbox, sender: SlackSender, error: str) -> None:
    """slack.md A12."""
    slack.faults.add(Fault(method="conversations.info", answer=Answer.ERROR, value=error))

    with pytest.raises(NotConnectedError, match="SLACK_BOT_TOKEN"):
        await sender.send(a_post())


async def test_without_the_history_scope_nobody_can_say(slack: Sandbox) -> None:
    """slack.md A14."""
    blind = App(token="xoxb-3", scopes=EVERY_SCOPE - {"channels:history", "groups:history", "im:history"})
    slack.workspace.install(blind)
    async with connected(token=blind.token, base_url=slack.url) as sender:
        with pytest.raises(CannotLookError, match="channels:history"):
            await sender.find(a_post(), since=LONG_AGO)


async def test_a_message_with_our_key_from_another_app_is_not_ours(slack: Sandbox, sender: SlackSender) -> None:
    """slack.md A16."""
    async with connected(token=FORGER.token, base_url=slack.url) as forger:
        await forger.send(a_post())

    assert await sender.find(a_post(), since=LONG_AGO) == []


async def test_a_post_is_found_on_any_page_of_the_history_and_in_its_thread(
    slack: Sandbox, sender: SlackSender
) -> None:
    parent = await sender.send(a_post())
    reply = await sender.send(a_post(parent_ts=parent.ts, delivery_key="b" * 32))
    for number in range(250):
        slack.workspace.channels["C0TEAM"].messages.append(
            {"type": "message", "ts": f"{float(parent.ts) + 10 + number:.6f}", "text": "noise", "user": "U0PM"}
        )

    assert await sender.find(a_post(), since=LONG_AGO) == [parent]
    assert await sender.find(a_post(parent_ts=parent.ts, delivery_key="b" * 32), since=LONG_AGO) == [reply]


async def test_two_copies_are_found_earliest_first_and_the_other_can_be_taken_back(
    slack: Sandbox, sender: SlackSender
) -> None:
    """slack.md A6."""
    first, second = await sender.send(a_post()), await sender.send(a_post())

    assert await sender.find(a_post(), since=LONG_AGO) == [first, second]
    await sender.remove(second)

    assert [message["ts"] for message in slack.messages("C0TEAM")] == [first.ts]


async def test_what_slack_accepts_after_the_client_gave_up_is_found(slack: Sandbox, sender: SlackSender) -> None:
    """slack.md A5: accepted late, but before the settle time is over."""
    slack.faults.add(Fault(method="chat.postMessage", answer=Answer.SILENCE, stores=True, delay_s=0.8))

    with pytest.raises(OutcomeUnknownError):
        await sender.send(a_post())
    assert slack.messages() == []
    await asyncio.sleep(0.6)

    assert len(await sender.find(a_post(), since=LONG_AGO)) == 1


async def test_a_place_is_looked_at_once_a_minute_and_anew_after_a_refusal(slack: Sandbox, sender: SlackSender) -> None:
    await sender.send(a_post())
    await sender.send(a_post())
    before = [method for method, _ in slack.calls]
    assert before == ["conversations.info", "chat.postMessage", "chat.postMessage"]

    slack.faults.add(Fault(method="chat.postMessage", answer=Answer.ERROR, value="restricted_action"))
    with pytest.raises(PermanentError):
        await sender.send(a_post())
    await sender.send(a_post())
    after = [method for method, _ in slack.calls][len(before) :]
    assert after == ["chat.postMessage", "conversations.info", "chat.postMessage"]


async def test_a_place_is_looked_at_again_after_its_minute(
    slack: Sandbox, sender: SlackSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "VERDICT_HOLDS_S", 0)

    await sender.send(a_post())
    slack.workspace.channels["C0TEAM"].is_ext_shared = True

    with pytest.raises(PermanentError, match="shared with another company"):
        await sender.send(a_post())
