"""Who has a fix hears of it once on the day it is due, and only if it still matters."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.domain.fixes import Fix, FixState
from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Standing
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.slack.handling import House
from bot.store import directory, fixes, inbox, products
from bot.store.fixes import Change
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.features.fixing.test_fix_commands import decided
from tests.support.builders import MONDAY
from tests.support.dialogue import answer
from tests.support.office import ML, OTHER, PM

DUE = date(2026, 11, 20)
NINE_IN_BERLIN = datetime(2026, 11, 20, 8, tzinfo=UTC)


def laid_by(database: Database, at: datetime) -> list[Incoming]:
    """What is to be looked at again by then."""
    return [one.incoming for one in database.do(lambda session: inbox.claim(session, "local", at, limit=10))]


def reminded(session: Session, incoming: Incoming) -> Reply:
    """What comes of it when the time has come."""
    house = House(registry=registry(), moment=lambda _session: NINE_IN_BERLIN, workspace=LOCAL_WORKSPACE)
    return house.meant(incoming).answer(house.ask(session, incoming))


def moved(session: Session, words: str = "2026-11-20") -> Reply:
    """Somebody of the team gives the fix this day."""
    return answer(session, f"fix move 1 {words}")


def test_the_owner_is_reminded_at_nine_where_the_product_is(database: Database) -> None:
    database.do(decided)
    database.do(moved)

    assert laid_by(database, NINE_IN_BERLIN - timedelta(seconds=1)) == []
    (incoming,) = laid_by(database, NINE_IN_BERLIN)
    assert (incoming.kind, incoming.name, incoming.value, incoming.user) == (
        Kind.LATER,
        "fixing.due",
        "1 2026-11-20",
        ML,
    )
    (post,) = database.do(lambda session: reminded(session, incoming)).posts
    assert (post.key, post.to, post.text) == (
        "fix/1/due/2026-11-20",
        ML,
        "Due today: “Collect cards” (fix 1 of Support Copilot). Is it shipped?",
    )
    assert [one["text"]["text"] for one in post.blocks[-1]["elements"]] == ["Done", "Move a week", "Drop"]


def test_the_same_day_again_is_no_second_reminder(database: Database) -> None:
    database.do(decided)
    database.do(moved)
    database.do(lambda session: moved(session, "2026-11-27"))
    database.do(moved)

    laid = [one.value for one in laid_by(database, NINE_IN_BERLIN + timedelta(weeks=1))]
    assert laid == ["1 2026-11-20", "1 2026-11-27"]


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"state": FixState.SHIPPED},
        {"state": FixState.DROPPED},
        {"state": FixState.PROPOSED},
        {"due": date(2026, 11, 27)},
        {"owner": None},
    ],
)
def test_what_does_not_matter_any_more_is_not_reminded_of(database: Database, meanwhile: dict[str, object]) -> None:
    database.do(decided)
    database.do(moved)
    (incoming,) = laid_by(database, NINE_IN_BERLIN)
    database.do(lambda session: changed(session, **meanwhile))

    assert database.do(lambda session: reminded(session, incoming)) == Reply()


def changed(session: Session, **meanwhile: object) -> Fix:
    """The fix as it became meanwhile."""
    fix = fixes.with_id(session, 1)
    assert fix is not None
    changed_fix = replace(fix, **meanwhile)  # type: ignore[arg-type]  # whatever a test names
    return fixes.save(session, changed_fix, Change(user=ML, at=MONDAY, what="changed"))


def test_whoever_has_it_then_is_reminded_not_who_had_it_before(database: Database) -> None:
    database.do(decided)
    database.do(moved)
    (incoming,) = laid_by(database, NINE_IN_BERLIN)
    database.do(lambda session: changed(session, owner=OTHER))

    posts = database.do(lambda session: reminded(session, incoming)).posts

    assert [post.to for post in posts] == [OTHER]


def test_where_the_owner_has_left_the_next_of_the_team_is_asked_who_takes_it(database: Database) -> None:
    database.do(decided)
    database.do(moved)
    (incoming,) = laid_by(database, NINE_IN_BERLIN)
    left = Person(user=ML, name="Raj Patel", standing=Standing.GONE)
    database.do(lambda session: directory.keep(session, LOCAL_WORKSPACE, left, MONDAY))

    (post,) = database.do(lambda session: reminded(session, incoming)).posts

    assert (post.to, post.text.partition(". ")[2]) == (PM, "Whoever had it has left: who takes it?")
    assert [one["text"]["text"] for one in post.blocks[-1]["elements"]] == ["Done", "Move a week", "Change", "Drop"]


def test_a_product_that_was_put_away_reminds_nobody(database: Database) -> None:
    database.do(decided)
    database.do(moved)
    (incoming,) = laid_by(database, NINE_IN_BERLIN)
    database.do(lambda session: products.archive(session, 1, MONDAY))

    assert database.do(lambda session: reminded(session, incoming)) == Reply()


def test_what_is_due_today_after_nine_is_not_reminded_of(database: Database) -> None:
    database.do(decided)
    database.do(lambda session: answer(session, "fix move 1 today", now=MONDAY + timedelta(hours=2)))

    assert laid_by(database, MONDAY + timedelta(days=30)) == []


@pytest.mark.parametrize("value", ["", "x", "1", "99 2026-11-20"])
def test_a_reminder_that_names_nothing_says_nothing(database: Database, value: str) -> None:
    database.do(decided)
    incoming = Incoming(kind=Kind.LATER, key="k", user=ML, name="fixing.due", value=value)

    assert database.do(lambda session: reminded(session, incoming)) == Reply()


def test_a_new_owner_is_told_in_the_same_breath(database: Database) -> None:
    database.do(decided)

    posts = database.do(lambda session: moved(session, f"<@{OTHER}>")).posts

    assert [(type(post), post.key, post.to) for post in posts] == [(Post, f"fix/1/owner/{OTHER}", OTHER)]
