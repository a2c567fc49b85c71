"""What people do to a message: a shortcut used on it, a menu chosen in it, as the sandbox sends them and as anybody might."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incoming import Incoming, Kind
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from bot.slack import gestures
from bot.slack.gestures import UnreadableError
from bot.slack.quoting import words_of
from tests.sandbox.listening import ListeningApp, listening, options, plain

BOT = App(token="xoxb-1", signing_secret="s" * 32)
Body = dict[str, Any]

USED: Body = {
    "type": "message_action",
    "callback_id": "verified.use",
    "trigger_id": "13.37",
    "response_url": "https://hooks.slack.com/app/1",
    "user": {"id": "U1", "team_id": "T1"},
    "team": {"id": "T1"},
    "channel": {"id": "C1", "name": "team"},
    "message_ts": "1.1",
    "message": {"type": "message", "ts": "1.1", "thread_ts": "1.0", "user": "U2", "text": "It is 30 days &amp; free."},
}


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(
            User(id="U0PM", name="Ana"), Channel(id="C0TEAM", name="team", members={"U0PM", BOT.bot_user})
        )
        yield sandbox


@pytest.fixture
async def app(slack: Sandbox) -> AsyncIterator[ListeningApp]:
    async with listening(slack, BOT) as opened:
        yield opened


def test_a_shortcut_on_a_message_is_read_with_what_it_says_and_who_said_it() -> None:
    assert gestures.shortcut(USED) == Incoming(
        kind=Kind.SHORTCUT,
        key="shortcut/13.37",
        user="U1",
        team="T1",
        name="verified.use",
        channel="C1",
        thread="1.0",
        message="1.1",
        quoted="It is 30 days &amp; free.",
        author="U2",
        answer_to="https://hooks.slack.com/app/1",
        trigger="13.37",
    )


def test_a_shortcut_on_nothing_quotes_nothing() -> None:
    everywhere = {name: USED[name] for name in ("callback_id", "trigger_id", "user", "team")}

    found = gestures.shortcut(everywhere | {"type": "shortcut"})

    assert (found.quoted, found.message, found.thread, found.author, found.channel) == (None,) * 5


def test_two_uses_on_one_message_are_two() -> None:
    assert gestures.shortcut(USED).key != gestures.shortcut(USED | {"trigger_id": "13.38"}).key


def test_a_message_of_an_app_without_a_person_is_the_bots() -> None:
    message = {"ts": "1.1", "bot_id": "B1", "subtype": "bot_message", "text": "x"}

    assert gestures.shortcut(USED | {"message": message}).author == "B1"


BLOCKS: list[Body] = [
    {"type": "header", "text": plain("Worst of the week")},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Asked*"}, "fields": [plain("a"), plain("b")]},
    {"type": "section", "text": plain("said"), "accessory": {"type": "button", "text": plain("Not read")}},
    {"type": "actions", "elements": [{"type": "button", "text": plain("Nor this"), "action_id": "x"}]},
    {"type": "context", "elements": [plain("small"), {"type": "image", "image_url": "https://x", "alt_text": "x"}]},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Ask "},
                    {"type": "user", "user_id": "U2"},
                    {"type": "text", "text": " at "},
                    {"type": "link", "url": "https://example.com"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
            },
        ],
    },
    {"type": "divider"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]},
    {"type": "markdown", "text": "**bold**"},
]


def test_a_message_without_text_is_quoted_from_its_blocks_as_people_read_them() -> None:
    expected = "Worst of the week\n*Asked*\na\nb\nsaid\nsmall\nAsk <@U2> at https://example.com\none\ncell\n**bold**"

    assert words_of({"text": " ", "blocks": BLOCKS}) == expected
    assert words_of({"text": "its own", "blocks": BLOCKS}) == "its own"
    assert words_of({"blocks": None}) == ""


ANYTHING = st.recursive(
    st.sampled_from([None, True, 7, "", "a", "\0", "\ud800", "section", "rich_text_section", "raw_text", "mrkdwn"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "blocks", "rows", "ts", "user"]), inner)
    ),
)


@given(message=st.dictionaries(st.sampled_from(["text", "blocks", "ts", "user", "bot_id", "thread_ts"]), ANYTHING))
def test_a_message_of_anything_at_all_is_quoted_in_storable_words_or_refused(message: Body) -> None:
    try:
        found = gestures.shortcut(USED | {"message": message})
    except UnreadableError:
        return
    words = (found.quoted, found.message, found.thread, found.author)
    assert all(one is None or ("\0" not in one and one.encode()) or one == "" for one in words)


def test_blocks_nested_without_end_are_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(UnreadableError):
        gestures.shortcut(USED | {"message": {"ts": "1.1", "blocks": deep}})


async def test_the_sandbox_sends_a_shortcut_on_a_reply_of_a_person_as_slack_does(
    slack: Sandbox, app: ListeningApp
) -> None:
    head = slack.workspace.say("C0TEAM", "U0PM", "why?")["ts"]
    reply = slack.workspace.say("C0TEAM", "U0PM", "because", thread_ts=head)["ts"]

    outcome = await asyncio.to_thread(slack.shortcut, "U0PM", "verified.use", channel="C0TEAM", ts=reply)

    assert outcome.ok
    found = gestures.shortcut(app.seen[0])
    assert (found.name, found.quoted, found.author, found.thread) == ("verified.use", "because", "U0PM", head)
    assert (found.message, found.channel, found.user, found.team) == (reply, "C0TEAM", "U0PM", "T01SANDBOX")
    assert {"callback_id", "trigger_id", "response_url", "action_ts", "message_ts"} <= app.seen[0].keys()


async def test_the_sandbox_sends_a_shortcut_on_a_message_of_a_bot_with_its_blocks(
    slack: Sandbox, app: ListeningApp
) -> None:
    blocks = [{"type": "section", "text": plain("only blocks")}]
    ts = posted(slack, "", blocks)

    await asyncio.to_thread(slack.shortcut, "U0PM", "verified.use", channel="C0TEAM", ts=ts)

    found = gestures.shortcut(app.seen[0])
    assert (found.quoted, found.author) == ("only blocks", BOT.bot_user)
    assert app.seen[0]["message"]["bot_id"] == BOT.bot_id


def posted(slack: Sandbox, text: str, blocks: list[Body]) -> str:
    """A message of the bot; its ts."""
    ours = {"user": BOT.bot_user, "bot_id": BOT.bot_id, "app_id": BOT.app_id}
    return str(slack.workspace.keep(slack.workspace.channels["C0TEAM"], {"text": text, "blocks": blocks} | ours)["ts"])


MENUS: list[tuple[Body, Any, str]] = [
    ({"type": "static_select", "options": options("data", "prompt")}, "prompt", "prompt"),
    ({"type": "users_select"}, "U0PM", "U0PM"),
    ({"type": "datepicker"}, "2026-11-30", "2026-11-30"),
    ({"type": "datepicker", "initial_date": "2026-11-30"}, None, ""),
    ({"type": "overflow", "options": options("data", "prompt")}, "data", "data"),
]


@pytest.mark.parametrize(("menu", "choice", "value"), MENUS, ids=lambda one: str(one)[:30])
async def test_what_is_chosen_in_a_message_arrives_as_the_value_of_a_click(
    slack: Sandbox, app: ListeningApp, menu: Body, choice: Any, value: str
) -> None:
    element = {**menu, "action_id": "items.set:3"}
    blocks = [{"type": "actions", "block_id": "b", "elements": [element]}]
    ts = posted(slack, "choose", blocks)

    await asyncio.to_thread(slack.click, "U0PM", "C0TEAM", ts, "items.set:3", choice)

    found = gestures.click(app.seen[0])
    assert (found.kind, found.name, found.value, found.message) == (Kind.CLICK, "items.set", value, ts)
