"""Pointing at a message, from Slack's menu to what people then see: quoted, handed over as a file, edited in place."""

import time
from typing import Any

import pytest

from bot.kit.asking import Ask
from bot.kit.command import Effect, Errand, Outside, Shortcut
from bot.kit.post import Post
from bot.kit.reply import Next, Reply
from bot.store import posts
from bot.store.products import LOCAL_WORKSPACE
from tests.support.builders import a_post
from tests.support.office import ML, PM, TEAM, Office, read


def quote(ask: Ask) -> Reply:
    return Reply(text=f"{ask.incoming.author} said: {ask.incoming.quoted}")


def as_file(ask: Ask) -> Reply:
    return Reply(text="You get it as a file.", then=Next(errand="probe.file", value=ask.incoming.quoted or ""))


def hand_over(asked: tuple[str, str], outside: Outside) -> None:
    user, text = asked
    outside.hand_over(user, name="said.txt", content=text.encode(), comment="What was said")


FILE: Errand[Any, Any] = Errand(
    name="probe.file",
    ask=lambda ask: (ask.incoming.user, ask.incoming.value),
    fetch=hand_over,
    keep=lambda _ask, _asked, _done: Reply(posts=[Post(key="done", to=TEAM, text="It is with you.")]),
)


def offer(office: Office, monkeypatch: pytest.MonkeyPatch, run: Any) -> None:
    """Let Slack's menu of a message have an entry that does this."""
    registry = office.app.inbox._house.registry
    entry = Shortcut(
        name="probe.use", label="Use", description="Uses it", run=run, effect=Effect.CHANGE, on_message=True
    )
    monkeypatch.setitem(registry.shortcuts, "probe.use", entry)
    monkeypatch.setitem(registry.errands, "probe.file", FILE)


def test_a_shortcut_on_a_message_is_answered_beside_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(office, monkeypatch, quote)
    ts = office.slack.workspace.say(TEAM, ML, "It is 30 days.")["ts"]

    assert office.slack.shortcut(PM, "probe.use", channel=TEAM, ts=ts).ok
    office.settle()

    assert [(one["shown_to"], read(one)) for one in office.slack.ephemerals()] == [(PM, f"{ML} said: It is 30 days.")]


def test_what_was_pointed_at_comes_as_a_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(office, monkeypatch, as_file)
    ts = office.slack.workspace.say(TEAM, ML, "It is 30 days.")["ts"]

    assert office.slack.shortcut(PM, "probe.use", channel=TEAM, ts=ts).ok
    office.settle()

    (file,) = office.slack.files()
    direct = office.slack.workspace.open_direct("U00BOT", PM)
    assert direct is not None
    assert (file.name, file.content, file.channel) == ("said.txt", b"It is 30 days.", direct.id)
    assert [one["text"] for one in office.slack.messages(TEAM)] == ["It is 30 days.", "It is with you."]


def test_a_message_that_muster_revises_is_edited_in_place_soon(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def revise(ask: Ask) -> Reply:
        posts.revise(ask.session, LOCAL_WORKSPACE, "card", text="1 of 5 discussed", blocks=[])
        return Reply(text="Noted.")

    offer(office, monkeypatch, revise)
    office.database.do(lambda session: a_post(session, "card", recipient=TEAM))
    office.settle()
    (card,) = office.slack.messages(TEAM)
    began = time.monotonic()

    assert office.slack.shortcut(PM, "probe.use", channel=TEAM, ts=card["ts"]).ok
    while office.slack.messages(TEAM)[0]["text"] != "1 of 5 discussed" and time.monotonic() - began < 10:
        time.sleep(0.01)

    assert [(one["ts"], one["text"]) for one in office.slack.messages(TEAM)] == [(card["ts"], "1 of 5 discussed")]
    assert time.monotonic() - began < 3
    office.settle()
