"""What Slack is asked about people, channels, groups and messages, against the sandbox, over real HTTP."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from bot.domain.incoming import Quoted
from bot.domain.people import Group, Person, Standing
from bot.errors import PermanentError, TransientError
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import EVERY_SCOPE, App, Channel, User
from bot.sandbox.workspace import Group as UserGroup
from bot.slack import looking
from bot.slack.client import SlackSender, connected
from bot.slack.scopes import OPTIONAL

BOT = App(token="xoxb-1")
TEAM = "C0TEAM"


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(
            User(id="U0PM", name="Ana"),
            User(id="U0ML", name="Raj", tz="Asia/Kolkata"),
            User(id="U0GONE", name="Gone", deleted=True),
            Channel(id=TEAM, name="team", members={"U0PM", "U0ML", BOT.bot_user}),
            UserGroup(id="S0CALL", handle="on-call", name="On call", members=["U0ML", "U0PM"]),
            UserGroup(id="S0OLD", handle="old", name="Old", members=["U0PM"], is_disabled=True),
        )
        yield sandbox


@pytest.fixture
async def sender(slack: Sandbox) -> AsyncIterator[SlackSender]:
    async with connected(token=BOT.token, base_url=slack.url) as opened:
        yield opened


def without(slack: Sandbox, *scopes: str) -> None:
    slack.workspace.install(replace(BOT, scopes=EVERY_SCOPE - set(scopes)))


async def test_people_are_as_slack_describes_them_and_who_was_never_there_is_gone(sender: SlackSender) -> None:
    assert await sender.people(["U0PM", "U0GONE", "U0NEVER", "U0PM"]) == {
        "U0PM": Person(user="U0PM", name="Ana", standing=Standing.MEMBER, timezone="Europe/Berlin"),
        "U0GONE": Person(user="U0GONE", name="Gone", standing=Standing.GONE, timezone="Europe/Berlin"),
        "U0NEVER": Person(user="U0NEVER", name="U0NEVER", standing=Standing.GONE),
    }


async def test_of_nobody_nothing_is_asked(slack: Sandbox, sender: SlackSender) -> None:
    assert await sender.people([]) == {}
    assert slack.calls == []


@pytest.mark.parametrize("fault", [(Answer.RATE_LIMITED, ""), (Answer.HTML, ""), (Answer.ERROR, "internal_error")])
async def test_nobody_is_taken_for_gone_because_slack_could_not_say(
    slack: Sandbox, sender: SlackSender, fault: tuple[Answer, str]
) -> None:
    slack.faults.add(Fault(method="users.info", answer=fault[0], value=fault[1]))

    with pytest.raises(TransientError):
        await sender.people(["U0PM"])


async def test_the_members_of_a_channel_are_those_of_all_pages(
    slack: Sandbox, sender: SlackSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "PAGE", 2)

    assert await sender.members(TEAM) == {"U0PM", "U0ML", BOT.bot_user}
    assert [method for method, _ in slack.calls] == ["conversations.members"] * 2


async def test_a_group_has_its_members_in_slacks_order_and_a_disabled_one_none(sender: SlackSender) -> None:
    assert await sender.group("S0CALL") == Group(
        id="S0CALL", handle="on-call", name="On call", members=("U0ML", "U0PM")
    )
    assert await sender.group("S0OLD") == Group(id="S0OLD", handle="old", name="Old")


async def test_several_groups_are_read_at_once_and_those_that_are_not_there_are_left_out(
    slack: Sandbox, sender: SlackSender
) -> None:
    assert await sender.user_groups({"S0CALL", "S0OLD", "S0NEVER"}) == {
        "S0CALL": Group(id="S0CALL", handle="on-call", name="On call", members=("U0ML", "U0PM")),
        "S0OLD": Group(id="S0OLD", handle="old", name="Old"),
    }
    assert [method for method, _ in slack.calls] == ["usergroups.list"]


async def test_a_group_that_is_not_there_or_not_to_be_seen_is_refused_in_words(
    slack: Sandbox, sender: SlackSender
) -> None:
    with pytest.raises(PermanentError, match="There is no such user group"):
        await sender.group("S0NEVER")
    without(slack, "usergroups:read")
    with pytest.raises(PermanentError, match="lacks the scope usergroups:read"):
        await sender.group("S0CALL")


async def test_a_message_is_quoted_with_its_author_and_link(slack: Sandbox, sender: SlackSender) -> None:
    parent = slack.workspace.say(TEAM, "U0PM", "Is it &lt;b&gt;?")["ts"]
    reply = slack.workspace.say(TEAM, "U0ML", "It is.", thread_ts=parent)["ts"]
    digits = reply.replace(".", "")

    assert await sender.quote(TEAM, parent) == Quoted(
        author="U0PM",
        text="Is it &lt;b&gt;?",
        ts=parent,
        permalink=f"https://sandbox.slack.com/archives/{TEAM}/p{parent.replace('.', '')}",
    )
    assert await sender.quote(TEAM, reply) == Quoted(
        author="U0ML",
        text="It is.",
        ts=reply,
        permalink=f"https://sandbox.slack.com/archives/{TEAM}/p{digits}?thread_ts={parent}&cid={TEAM}",
        thread=parent,
    )


async def test_a_message_that_was_taken_back_is_gone_though_its_thread_is_there(
    slack: Sandbox, sender: SlackSender
) -> None:
    parent = slack.workspace.say(TEAM, "U0PM", "Is it?")
    slack.workspace.say(TEAM, "U0ML", "It is.", thread_ts=parent["ts"])
    slack.workspace.channels[TEAM].messages.remove(parent)

    with pytest.raises(PermanentError, match="The message is gone"):
        await sender.quote(TEAM, parent["ts"])


async def test_a_message_that_cannot_be_seen_is_refused_in_words(slack: Sandbox, sender: SlackSender) -> None:
    slack.workspace.add(Channel(id="C0AWAY", name="away", members={"U0PM"}))
    elsewhere = slack.workspace.say("C0AWAY", "U0PM", "Hello")["ts"]

    with pytest.raises(PermanentError, match="gone"):
        await sender.quote(TEAM, "1700000000.000100")
    with pytest.raises(PermanentError, match="invite me"):
        await sender.quote("C0AWAY", elsewhere)


async def test_a_topic_is_set_and_cut_to_what_slack_takes(slack: Sandbox, sender: SlackSender) -> None:
    await sender.set_topic(TEAM, "Incident 7 " + "🔥" * 200)

    topic = slack.workspace.channels[TEAM].topic
    assert topic.startswith("Incident 7 🔥🔥")
    assert len(topic.encode("utf-16-le")) // 2 <= 250
    assert await sender.topic(TEAM) == topic


async def test_a_channel_without_a_topic_has_an_empty_one(sender: SlackSender) -> None:
    assert await sender.topic(TEAM) == ""


async def test_a_topic_that_muster_may_not_set_is_refused_in_words(slack: Sandbox, sender: SlackSender) -> None:
    slack.workspace.add(Channel(id="C0SECRET", name="secret", is_private=True, members={BOT.bot_user}))
    without(slack, "groups:write.topic")

    await sender.set_topic(TEAM, "Public: may")
    with pytest.raises(PermanentError, match=r"lacks the scope groups:write\.topic"):
        await sender.set_topic("C0SECRET", "Private: may not")


def test_the_sandbox_grants_what_is_optional_too() -> None:
    assert set(OPTIONAL) <= EVERY_SCOPE
