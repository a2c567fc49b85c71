"""Every message and form about fixes as Slack gets it, compared whole, and made of any text a fix may hold."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.fixes import FixKind, FixState, Scores
from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Standing
from bot.domain.product import Never, ProductRecord
from bot.domain.text import clean, clip, one_line
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.sandbox.blocks import problems
from bot.sandbox.showing import links_in, mentions_in
from bot.slack.handling import House
from bot.store import directory, fixes, meetings, posts, reviews
from bot.store.fixes import Change, NewFix
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.features.fixing.meeting import USUAL, Error, a_review
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, dead_ends, pressed, shown
from tests.support.form_rules import assert_form_accepted, without_confirmations
from tests.support.hostile import hostile_text
from tests.support.office import ML, PM
from tests.support.snapshots import Snapshots

SUNDAY = datetime(2026, 11, 15, 8, tzinfo=UTC)
CHANGE = Change(user=PM, at=MONDAY, what="changed")


def a_meeting(session: Session) -> None:
    """A reviewed list, gathered into three fixes of which one is scored, one is Ana's and one was dropped."""
    record = ProductRecord(nevers=(Never(name="promise a refund date"),))
    a_review(session, a_team(session, record=record, now=SUNDAY))
    ana = Person(user=PM, name="Ana Lima", standing=Standing.MEMBER)
    directory.keep(session, LOCAL_WORKSPACE, ana, MONDAY)
    _told(session, answer(session, "review finish"))
    one, other, third = fixes.of_review(session, 1)
    scored = Scores(impact=5, feasibility=4, risk=2, alignment=3)
    fixes.save(session, replace(one, scores=scored, owner=ML, this_week=True, due=date(2026, 11, 20)), CHANGE)
    fixes.save(session, replace(other, owner=PM), CHANGE)
    fixes.save(session, replace(third, state=FixState.DROPPED), replace(CHANGE, what="dropped", reason="not ours"))
    reviews.say_what_helps(session, 1, "Better labels: of *cards*")


def finished(session: Session) -> None:
    """The same, finished."""
    a_meeting(session)
    _told(session, pressed(session, "fixing.close", "1"))


def assert_takeable(message: dict[str, Any]) -> None:
    """Slack takes the message, all its buttons work, and it calls nobody but the people of the product."""
    sent = list(message["blocks"])
    assert problems(sent) == []
    assert_accepted(without_confirmations(sent))
    assert dead_ends(message) == []
    assert set(mentions_in(message)) <= {f"<@{PM}>", f"<@{ML}>", "<#C0TEAM>"}
    assert links_in({"blocks": sent}) == []


def test_what_is_posted(database: Database, snapshots: Snapshots) -> None:
    database.do(a_meeting)
    board = database.do(_board)
    close = database.do(lambda session: pressed(session, "fixing.close", "1"))
    share = database.do(lambda session: pressed(session, "fixing.share", "1"))
    told = {
        "board": board,
        "finished": shown(close),
        "outcome": _sent(close.posts[0]),
        "owner_told": _sent(close.posts[1]),
        "board_closed": database.do(_board),
        "shared": _sent(share.posts[0]),
        "due": _sent(database.do(_reminder).posts[0]),
    }

    for name, message in told.items():
        assert_takeable(message)
        snapshots.expect(f"blocks/fixing/{name}", message)


def test_what_nobody_reviewed_is_posted(database: Database, snapshots: Snapshots) -> None:
    def untouched(session: Session) -> None:
        a_review(session, a_team(session, now=SUNDAY), [Error(asked="one"), Error(asked="two")])

    database.do(untouched)
    board = database.do(lambda session: answer(session, "review finish")).posts[0]
    outcome = database.do(lambda session: pressed(session, "fixing.close", "1")).posts[0]

    for name, post in {"board_untouched": board, "outcome_untouched": outcome}.items():
        assert_takeable(_sent(post))
        snapshots.expect(f"blocks/fixing/{name}", _sent(post))


SAID = {
    "list": "fix",
    "list_all": "fix list all",
    "show": "fix show 1",
    "show_dropped": "fix show 3",
    "done": "fix done 1",
    "moved": "fix move 2 fri",
    "dropped": "fix drop 2 too dear",
    "reopened": "fix reopen 3 it is ours",
    "finished_before": "review finish",
    "waiting": "me",
}


@pytest.mark.parametrize("name", list(SAID))
def test_every_answer_about_fixes(database: Database, snapshots: Snapshots, name: str) -> None:
    database.do(finished)

    message = shown(database.do(lambda session: answer(session, SAID[name])))

    assert_takeable(message)
    snapshots.expect(f"blocks/fixing/{name}", message)


PRESSED = {
    "score": ("fixing.score", "1"),
    "score_bare": ("fixing.score", "2"),
    "merge": ("fixing.merge", "1"),
    "split": ("fixing.split", "1"),
    "drop": ("fixing.drop", "1"),
    "add": ("fixing.add", "1"),
    "line": ("fixing.line", "1"),
    "again": ("fixing.again", "3"),
}


@pytest.mark.parametrize("name", list(PRESSED))
def test_every_form_of_the_board(database: Database, snapshots: Snapshots, name: str) -> None:
    database.do(a_meeting)

    form = shown(database.do(lambda session: pressed(session, *PRESSED[name])))

    assert_form_accepted(form)
    snapshots.expect(f"views/fixing/{name}", form)


def test_what_would_help_most_has_a_form(database: Database, snapshots: Snapshots) -> None:
    database.do(lambda session: a_review(session, a_team(session, now=SUNDAY)))

    form = shown(database.do(lambda session: pressed(session, "fixing.helps", "1")))

    assert_form_accepted(form)
    snapshots.expect("views/fixing/helps", form)


def test_twenty_items_in_one_fix_can_be_split(database: Database) -> None:
    def many(session: Session) -> None:
        product = a_team(session, now=SUNDAY)
        a_review(session, product, [replace(USUAL[0], asked=f"question {number}") for number in range(20)])
        _told(session, answer(session, "review finish"))

    database.do(many)
    form = shown(database.do(lambda session: pressed(session, "fixing.split", "1")))

    assert_form_accepted(form)
    boxes = [one["element"]["options"] for one in form["blocks"] if one["element"]["type"] == "checkboxes"]
    assert [len(one) for one in boxes] == [10, 10]


titles = hostile_text.map(lambda text: clip(one_line(clean(text)), 150)).filter(bool)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(st.lists(titles, min_size=1, max_size=20), hostile_text)
def test_whatever_a_fix_is_called_it_stays_within_limits_and_calls_and_links_nothing(
    database: Database, names: list[str], reason: str
) -> None:
    with database.trying() as session:
        product = a_team(session, now=SUNDAY)
        review_id = a_review(session, product, [Error(asked=name) for name in names])
        known = {"product_id": product.id, "review_id": review_id, "kind": FixKind.PROMPT}
        for item, name in zip(meetings.items(session, review_id), names, strict=True):
            fixes.add(session, NewFix(**known, title=name, item_ids=(item.id,)), CHANGE)  # type: ignore[arg-type]  # two ids and a kind
        first = fixes.of_review(session, review_id)[0].id
        board = answer(session, "review finish").posts[0]
        messages = [
            _sent(board),
            shown(answer(session, f"fix show {first}")),
            shown(answer(session, f"fix drop {first} {clean(reason)} x")),
            _sent(pressed(session, "fixing.close", str(review_id)).posts[0]),
            shown(answer(session, "fix list all")),
        ]
        for form in ("score", "merge", "drop"):
            reply = pressed(session, f"fixing.{form}", str(first))
            if reply.view is not None:
                assert_form_accepted(shown(reply))

    for message in messages:
        assert_takeable(message)


def _told(session: Session, reply: Reply) -> None:
    """Put the posts of an answer into the outbox, as the desk does."""
    for post in reply.posts:
        new = NewPost(
            workspace=LOCAL_WORKSPACE,
            key=post.key,
            recipient=post.to,
            text=post.text,
            blocks=post.blocks,
            parent_key=post.thread_of,
        )
        posts.add(session, new, MONDAY)


def _board(session: Session) -> dict[str, Any]:
    """The board as it stands in the outbox, redrawn first."""
    pressed(session, "fixing.finish", "1")
    post = posts.named(session, LOCAL_WORKSPACE, "review/head/board")
    assert post is not None
    return {"text": post.text, "blocks": list(post.blocks)}


def _reminder(session: Session) -> Reply:
    incoming = Incoming(kind=Kind.LATER, key="due", user=ML, name="fixing.due", value="1 2026-11-20")
    house = House(registry=registry(), moment=lambda _session: MONDAY, workspace=LOCAL_WORKSPACE)
    return house.meant(incoming).answer(house.ask(session, incoming))


def _sent(post: Post) -> dict[str, Any]:
    return {"text": post.text, "blocks": list(post.blocks)}
