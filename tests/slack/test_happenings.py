"""What happened without being said to Muster: written down, done once for each who listens, told to nobody."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.domain.incoming import Incoming, Kind
from bot.errors import TransientError
from bot.kit.asking import Ask
from bot.kit.command import Errand
from bot.kit.happening import Happening
from bot.kit.post import Post
from bot.kit.reply import Next, Reply
from bot.sandbox.workspace import Group
from bot.store import directory, inbox
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.store.tables import InboxRow
from tests.support.office import ML, PM, TEAM, Office

OWN = "U00BOT"


@dataclass
class Heard:
    """What the happenings of a test were told, each as (name, user, channel, message, value)."""

    told: list[tuple[str, str, str | None, str | None, str]] = field(default_factory=list)

    def note(self, ask: Ask) -> Reply:
        one = ask.incoming
        self.told.append((one.name, one.user, one.channel, one.message, one.value))
        return Reply(text="Nobody is told this.", posts=[Post(key=one.key, to=TEAM, text=f"{one.name} was heard")])


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def listen(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let something be done when this event comes."""
    # A fact of the whole process: other features' happenings are not what this is about.
    happenings: dict[str, Happening] = {}
    monkeypatch.setitem(vars(office.app.inbox._house.registry), "happenings", happenings)

    def listening(name: str, event: str, run: Callable[[Ask], Reply]) -> None:
        happenings[name] = Happening(name=name, event=event, run=run)

    return listening


def keys(database: Database) -> list[str]:
    """Of everything that was ever written down."""
    with database.reading() as session:
        return list(session.exec(select(InboxRow.key)))


def said(office: Office) -> list[str]:
    return [one["text"] for one in office.slack.messages(TEAM)]


def test_somebody_who_leaves_slack_is_known_to_be_gone_before_anybody_acts_on_it(
    office: Office, listen: Callable[..., None]
) -> None:
    gone: list[set[str]] = []

    def look(ask: Ask) -> Reply:
        gone.append(directory.gone(ask.session, LOCAL_WORKSPACE, [ask.user, PM]))
        return Reply()

    listen("probe.left", "user_change", look)
    office.changes(ML, deleted=True)

    assert gone == [{ML}]
    assert office.slack.home(ML) is None


def test_a_status_that_somebody_sets_is_no_news_and_what_concerns_us_is(
    office: Office, listen: Callable[..., None], heard: Heard
) -> None:
    listen("probe.changed", "user_change", heard.note)

    for changes in ({}, {}, {"tz": "Asia/Tokyo"}, {}, {"deleted": True}, {}, {"deleted": False}):
        office.changes(ML, **changes)

    # Of somebody never seen before the first is news too, and whoever is gone is heard of however often.
    assert heard.told == [("probe.changed", ML, None, None, "")] * 5


def test_whoever_joins_and_leaves_a_channel_is_named_with_it(
    office: Office, listen: Callable[..., None], heard: Heard
) -> None:
    listen("probe.left", "member_left_channel", heard.note)
    listen("probe.joined", "member_joined_channel", heard.note)

    office.leaves(ML)
    office.joins(ML)

    assert heard.told == [("probe.left", ML, TEAM, None, ""), ("probe.joined", ML, TEAM, None, "")]
    assert said(office) == ["probe.left was heard", "probe.joined was heard"]
    assert office.slack.ephemerals() == []


def test_a_reaction_names_who_where_on_what_and_which(
    office: Office, listen: Callable[..., None], heard: Heard
) -> None:
    listen("probe.marked", "reaction_added", heard.note)
    ts = office.slack.workspace.say(TEAM, ML, "The answers come from last year.")["ts"]

    office.reacts("pushpin", ts=ts)

    assert heard.told == [("probe.marked", PM, TEAM, ts, "pushpin")]
    assert office.slack.ephemerals() == []


def test_a_group_that_changed_is_named_and_happened_to_nobody(
    office: Office, listen: Callable[..., None], heard: Heard
) -> None:
    office.slack.workspace.add(Group(id="S0CALL", handle="on-call", name="On call", members=[PM]))
    listen("probe.changed", "subteam_members_changed", heard.note)

    office.regroups("S0CALL", ML)

    assert heard.told == [("probe.changed", "", None, None, "S0CALL")]


def test_what_slack_tells_twice_is_done_once_for_each_who_listens(
    office: Office, listen: Callable[..., None], heard: Heard
) -> None:
    listen("one.left", "member_left_channel", heard.note)
    listen("two.left", "member_left_channel", heard.note)

    (name,) = office.slack.leave(ML, TEAM).ids
    assert office.slack.redeliver(name, retry=1).ok
    office.settle()
    assert office.slack.redeliver(name, retry=2).ok
    office.settle()

    assert sorted(name for name, *_ in heard.told) == ["one.left", "two.left"]


def test_what_breaks_stops_nobody_else_and_is_told_to_nobody(
    office: Office, listen: Callable[..., None], heard: Heard
) -> None:
    def broken(_ask: Ask) -> Reply:
        raise RuntimeError

    listen("one.left", "member_left_channel", broken)
    listen("two.left", "member_left_channel", heard.note)

    office.leaves(ML)

    assert [name for name, *_ in heard.told] == ["two.left"]
    assert (said(office), office.slack.ephemerals()) == (["two.left was heard"], [])
    assert not any(one.is_im for one in office.slack.workspace.channels.values())


def test_nothing_is_written_down_of_what_nobody_listens_to(
    office: Office, database: Database, listen: Callable[..., None], heard: Heard
) -> None:
    listen("probe.joined", "member_joined_channel", heard.note)

    office.leaves(ML)
    office.changes(PM, name="Ana Maria")

    assert [one for one in keys(database) if one.startswith("event/")] == []
    assert heard.told == []


def test_what_could_not_be_written_down_is_not_acknowledged_and_slack_sends_it_again(
    office: Office, listen: Callable[..., None], heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, failures = inbox.write, [TransientError("The database is away.")]

    def failing_once(session: Session, workspace: str, incoming: Incoming, *rest: Any, **more: Any) -> bool:
        # What comes each day is written down at any time.
        if failures and incoming.kind is Kind.EVENT:
            raise failures.pop()
        return write(session, workspace, incoming, *rest, **more)

    listen("probe.left", "member_left_channel", heard.note)
    monkeypatch.setattr(inbox, "write", failing_once)

    assert not office.slack.leave(ML, TEAM).ok
    assert office.slack.settle()
    office.settle()

    assert heard.told == [("probe.left", ML, TEAM, None, "")]


def test_an_errand_goes_on_for_somebody_who_may_not_act_any_more(
    office: Office, listen: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    errand: Errand[str, frozenset[str]] = Errand(
        name="probe.look",
        ask=lambda ask: ask.value,
        fetch=lambda channel, outside: outside.members(channel),
        keep=lambda ask, _channel, found: Reply(
            text="Nobody is told this.",
            posts=[Post(key="found", to=TEAM, text=f"{ask.user} in it: {ask.user in found}, Muster: {OWN in found}")],
        ),
    )
    monkeypatch.setitem(office.app.inbox._house.registry.errands, "probe.look", errand)
    listen("probe.left", "user_change", lambda _ask: Reply(then=Next(errand="probe.look", value=TEAM)))

    office.changes(ML, deleted=True)

    assert said(office) == [f"{ML} in it: True, Muster: True"]
    assert office.slack.ephemerals() == []


def test_an_errand_of_what_happened_to_nobody_that_fails_is_told_to_nobody(
    office: Office, listen: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    office.slack.workspace.add(Group(id="S0CALL", handle="on-call", name="On call"))
    errand: Errand[str, Any] = Errand(
        name="probe.look",
        ask=lambda ask: ask.value,
        fetch=lambda group, outside: outside.group(group),
        keep=lambda *_: Reply(),
    )
    monkeypatch.setitem(office.app.inbox._house.registry.errands, "probe.look", errand)
    listen("probe.changed", "subteam_members_changed", lambda _ask: Reply(then=Next(errand="probe.look", value="S0X")))

    office.regroups("S0CALL", ML)

    assert (said(office), office.slack.ephemerals()) == ([], [])
