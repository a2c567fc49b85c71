"""What Slack sends is read into `Incoming`, and whatever is not what Slack sends is refused, never stumbled over."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incoming import Incoming, Kind
from bot.slack import gestures
from bot.slack.gestures import UnreadableError

Body = dict[str, Any]

PLAIN: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)

COMMAND: Body = {
    "user_id": "U1",
    "team_id": "T1",
    "text": "product show",
    "channel_id": "C1",
    "response_url": "https://hooks.slack.com/commands/1",
    "trigger_id": "13.37",
}
CLICK: Body = {
    "type": "block_actions",
    "user": {"id": "U1", "team_id": "T1"},
    "trigger_id": "13.37",
    "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1"},
    "channel": {"id": "C1"},
    "message": {"ts": "1.1", "thread_ts": "1.0"},
    "view": {"private_metadata": '{"product": "1"}'},
    "actions": [{"action_id": "products.undo:2", "block_id": "b", "value": "7", "action_ts": "1.2"}],
    "response_url": "https://hooks.slack.com/actions/1",
}
SUBMISSION: Body = {
    "type": "view_submission",
    "user": {"id": "U1", "team_id": "T1"},
    "view": {
        "id": "V1",
        "hash": "1.h",
        "callback_id": "products.edit",
        "private_metadata": '{"product": "1", "channel": "C1", "thread": "1.0"}',
        "state": {"values": {"name": {"name": {"type": "plain_text_input", "value": "Copilot"}}}},
    },
}
SHORTCUT: Body = {
    "type": "shortcut",
    "user": {"id": "U1", "team_id": "T1"},
    "callback_id": "desk.me",
    "trigger_id": "13.37",
    "channel": {"id": "C1"},
    "message": {"ts": "1.1"},
}
EVENT: Body = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev1",
    "authorizations": [{"user_id": "UBOT"}],
    "event": {
        "type": "app_mention",
        "user": "U1",
        "text": "<@UBOT|muster> product show",
        "ts": "1.1",
        "channel": "C1",
        "team": "T1",
    },
}


def mention(body: Body) -> Incoming:
    return gestures.mention(body["event"], body)


READERS: dict[str, tuple[Callable[[Body], Incoming], Body]] = {
    "command": (gestures.command, COMMAND),
    "click": (gestures.click, CLICK),
    "submission": (gestures.submission, SUBMISSION),
    "shortcut": (gestures.shortcut, SHORTCUT),
    "event": (gestures.event, EVENT),
    "mention": (mention, EVENT),
}
KINDS = sorted(READERS)


def places(part: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where in a body something stands, however deep."""
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, value in inside:
        yield (*path, name)
        yield from places(value, (*path, name))


def with_other(part: Any, path: tuple[str | int, ...], other: Any) -> Any:
    """*part* with something else at *path*."""
    if not path:
        return other
    copied = part.copy()
    copied[path[0]] = with_other(part[path[0]], path[1:], other)
    return copied


def assert_read_or_refused(read: Callable[[Body], Incoming], body: Body) -> None:
    """It becomes words and nothing but words, or it is refused in words."""
    try:
        incoming = read(body)
    except UnreadableError:
        return
    one_word = ("key", "user", "name", "text", "value")
    maybe = ("team", "channel", "thread", "message", "answer_to", "trigger")
    assert all(isinstance(getattr(incoming, name), str) for name in one_word)
    assert all(isinstance(getattr(incoming, name), str | None) for name in maybe)
    assert all(isinstance(value, str) for value in incoming.carries.values())
    assert all(isinstance(chosen, str) for value in incoming.values.values() for chosen in value)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), other=ANYTHING)
def test_b9_whatever_stands_anywhere_in_a_body_is_read_as_words_or_refused(
    kind: str, data: st.DataObject, other: Any
) -> None:
    read, body = READERS[kind]
    path = data.draw(st.sampled_from([one for one in places(body) if one != ("event",) or kind != "mention"]))

    assert_read_or_refused(read, with_other(body, path, other))


@pytest.mark.parametrize("kind", KINDS)
@given(body=st.dictionaries(st.sampled_from(sorted({*COMMAND, *CLICK, *SUBMISSION, *EVENT})), ANYTHING))
def test_b9_a_body_of_anything_at_all_is_read_as_words_or_refused(kind: str, body: Body) -> None:
    read = gestures.event if kind == "mention" else READERS[kind][0]

    assert_read_or_refused(read, body)


@given(event=st.dictionaries(st.sampled_from(sorted(EVENT["event"])), ANYTHING), body=ANYTHING)
def test_b9_an_event_of_anything_at_all_is_read_as_words_or_refused(event: Body, body: Any) -> None:
    assert_read_or_refused(lambda told: gestures.mention(event, told), body if isinstance(body, dict) else {})


@given(text=st.text() | ANYTHING.map(json.dumps))
def test_b9_a_forms_memory_may_hold_anything_and_becomes_words_or_is_refused(text: str) -> None:
    assert_read_or_refused(gestures.submission, with_other(SUBMISSION, ("view", "private_metadata"), text))


@pytest.mark.parametrize("memory", ["[" * 100_000, "not JSON", "[]", "7", '"x"', "{", "NaN", "9" * 5000])
def test_b9_a_memory_that_is_no_object_is_refused(memory: str) -> None:
    with pytest.raises(UnreadableError):
        gestures.submission(with_other(SUBMISSION, ("view", "private_metadata"), memory))


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("command", ("trigger_id",)),
        ("command", ("user_id",)),
        ("click", ("user",)),
        ("click", ("actions",)),
        ("click", ("trigger_id",)),
        ("submission", ("view",)),
        ("shortcut", ("callback_id",)),
        ("event", ("event_id",)),
    ],
)
def test_b9_without_who_what_and_which_nothing_is_read(kind: str, missing: tuple[str]) -> None:
    read, body = READERS[kind]

    with pytest.raises(UnreadableError):
        read({name: value for name, value in body.items() if name not in missing})


def test_a_command_is_read() -> None:
    assert gestures.command(COMMAND) == Incoming(
        kind=Kind.COMMAND,
        key="command/13.37",
        user="U1",
        team="T1",
        text="product show",
        channel="C1",
        answer_to="https://hooks.slack.com/commands/1",
        trigger="13.37",
    )


def test_a_click_is_read_without_the_number_that_keeps_its_id_unique() -> None:
    assert gestures.click(CLICK) == Incoming(
        kind=Kind.CLICK,
        key="click/13.37/1.2",
        user="U1",
        team="T1",
        name="products.undo",
        value="7",
        carries={"product": "1"},
        channel="C1",
        thread="1.0",
        message="1.1",
        answer_to="https://hooks.slack.com/actions/1",
        trigger="13.37",
    )


def test_a_form_is_read_with_the_place_it_was_asked_for_in() -> None:
    assert gestures.submission(SUBMISSION) == Incoming(
        kind=Kind.SUBMISSION,
        key="submission/V1/1.h",
        user="U1",
        team="T1",
        name="products.edit",
        values={"name": ("Copilot",)},
        carries={"product": "1", "channel": "C1", "thread": "1.0"},
        channel="C1",
        thread="1.0",
    )


def test_a_mention_is_read_without_the_address_and_answered_in_its_thread() -> None:
    assert mention(EVENT) == Incoming(
        kind=Kind.MENTION,
        key="said/C1/1.1",
        user="U1",
        team="T1",
        text=" product show",
        channel="C1",
        thread="1.1",
    )


def test_b2_a_mention_and_the_message_it_stands_in_have_one_key() -> None:
    told_as_message = {**EVENT["event"], "type": "message", "channel_type": "channel"}
    other = {**EVENT, "event_id": "Ev2", "event": told_as_message}

    assert gestures.mention(told_as_message, other).key == mention(EVENT).key
