"""The outbox's steps: only whoever holds the latest claim may take one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, select

from bot.domain.delivery import TRANSITIONS, Patience, PostState, Receipt, StoredPost
from bot.store import edits, posts, settling
from bot.store.session import Database
from bot.store.tables import PostRow
from tests.support.builders import MONDAY, a_post

PATIENCE = Patience()


def claimed(session: Session, *, minutes: int = 0) -> StoredPost:
    now = MONDAY + timedelta(minutes=minutes)
    (post,) = posts.claim(session, "local", now=now, patience=PATIENCE, limit=1)
    return post


def claimed_again(session: Session) -> StoredPost:
    """The same post in other hands: its first lease ended, it was not found, and another replica took it."""
    posts.expire(session, "local", now=MONDAY + timedelta(minutes=2), patience=PATIENCE)
    (unknown,) = posts.claim_unknown(session, "local", now=MONDAY + timedelta(minutes=3), patience=PATIENCE, limit=1)
    settling.put_back(session, unknown, not_before=MONDAY + timedelta(minutes=3), reason="not there")
    return claimed(session, minutes=4)


def test_an_answer_that_carries_an_older_fence_changes_nothing(database: Database) -> None:
    database.do(a_post)
    first = database.do(claimed)
    second = database.do(claimed_again)
    assert (first.fence, second.fence) == (1, 2)

    with database.unit_of_work() as session:
        steps = [
            settling.put_back(session, first, not_before=MONDAY, reason="late"),
            settling.park(session, first, "late"),
            settling.doubt(session, first, look_at=MONDAY, reason="late"),
            settling.plain(session, first, "late"),
            settling.arrived(session, first, Receipt("C0TEAM", "1.0"), MONDAY),
        ]
        now_there = posts.named(session, "local", "post")

    assert steps == [False] * 5
    assert now_there == second


def test_who_holds_the_claim_settles_it_once(database: Database) -> None:
    database.do(a_post)
    post = database.do(claimed)

    with database.unit_of_work() as session:
        assert settling.arrived(session, post, Receipt("C0TEAM", "1.0"), MONDAY)
        assert not settling.arrived(session, post, Receipt("C0TEAM", "2.0"), MONDAY)
        assert not settling.send_again(session, post)
        assert not settling.drop(session, post, "no")


STEPS: dict[str, Callable[[Session, StoredPost], object]] = {
    "arrived": lambda session, post: settling.arrived(session, post, Receipt("C0TEAM", "1.0"), MONDAY),
    "put back": lambda session, post: settling.put_back(session, post, not_before=MONDAY, reason=""),
    "doubt": lambda session, post: settling.doubt(session, post, look_at=MONDAY, reason=""),
    "look again": lambda session, post: settling.look_again(session, post, look_at=MONDAY, reason=""),
    "hold": lambda session, post: settling.hold(session, post, ""),
    "park": lambda session, post: settling.park(session, post, ""),
    "plain": lambda session, post: settling.plain(session, post, ""),
    "send again": settling.send_again,
    "drop": lambda session, post: settling.drop(session, post, ""),
    "claim": lambda session, _post: posts.claim(session, "local", now=MONDAY, patience=PATIENCE, limit=1),
    "expire": lambda session, _post: posts.expire(session, "local", now=MONDAY, patience=PATIENCE),
    "look up": lambda session, _post: posts.claim_unknown(session, "local", now=MONDAY, patience=PATIENCE, limit=1),
}


def test_the_steps_that_can_be_taken_are_those_of_the_table(database: Database) -> None:
    database.do(a_post)
    taken: dict[PostState, set[PostState]] = {state: set() for state in PostState}
    for before in PostState:
        for step in STEPS.values():
            with database.trying() as session:
                lease_over = MONDAY - timedelta(seconds=1)
                session.execute(
                    update(PostRow).values(state=before, fence=1, not_before=lease_over, lease_until=lease_over)
                )
                step(session, the_post(session))
                taken[before].add(the_post(session).state)

    assert {state: following - {state} for state, following in taken.items()} == TRANSITIONS


def the_post(session: Session, key: str = "post") -> StoredPost:
    found = posts.named(session, "local", key)
    assert found is not None
    return found


def test_nothing_arrives_that_was_never_sent(database: Database) -> None:
    database.do(a_post)

    with database.unit_of_work() as session:
        assert not settling.arrived(session, the_post(session), Receipt("C0TEAM", "1.0"), MONDAY)


def test_a_post_that_is_being_referred_to_is_claimed_all_the_same(database: Database) -> None:
    if database.is_sqlite:
        return
    database.do(a_post)

    with database.unit_of_work() as session:
        a_post(session, "report", recipient="U0PM", about_key="post")
        assert [post.key for post in [database.do(claimed)]] == ["post"]


def test_a_post_is_looked_up_by_one_replica_at_a_time_and_again_when_that_one_died(database: Database) -> None:
    database.do(a_post)
    post = database.do(claimed)
    database.do(lambda session: settling.doubt(session, post, look_at=MONDAY, reason=""))

    def look_up(minutes: int) -> list[str]:
        now = MONDAY + timedelta(minutes=minutes)
        found = database.do(lambda session: posts.claim_unknown(session, "local", now=now, patience=PATIENCE, limit=1))
        return [one.key for one in found]

    assert [look_up(0), look_up(0), look_up(2)] == [["post"], [], ["post"]]


def test_the_claim_reads_the_index_of_what_is_on_its_way(database: Database) -> None:
    """slack.md C14: however much was sent, a claim looks only at what is open."""
    if not database.is_sqlite:
        return
    plans: list[str] = []
    with database.reading() as session:
        connection = session.connection()
        from sqlalchemy import event

        def explain(_c: object, cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
            if statement.startswith("SELECT") and "EXPLAIN" not in statement:
                raw = connection.connection.cursor()
                plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

        event.listen(connection, "before_cursor_execute", explain)
        posts.claim_unknown(session, "local", now=MONDAY, patience=PATIENCE, limit=5)
        posts.oldest_open(session, "local")

    assert any("ix_posts_open" in plan for plan in plans)
    assert not any(plan == "SCAN posts" for plan in plans), plans


def test_what_is_stale_is_found_by_its_index(database: Database) -> None:
    """slack.md C14: however much was sent, an edit looks only at what shows something old."""
    if not database.is_sqlite:
        return
    plans: list[str] = []
    with database.reading() as session:
        from sqlalchemy import event

        connection = session.connection()

        def explain(_c: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
            raw = connection.connection.cursor()
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

        event.listen(connection, "before_cursor_execute", explain)
        edits.claim(session, "local", now=MONDAY, patience=PATIENCE, limit=5)
        edits.are_open(session, "local", MONDAY)

    assert sum("ix_posts_stale" in plan for plan in plans) == 2, plans


def test_a_post_that_was_read_before_is_revised_from_how_it_is_by_now(database: Database) -> None:
    database.do(a_post)

    def reading_first(session: Session) -> None:
        held = session.exec(select(PostRow)).one()
        session.connection().execute(update(PostRow).values(revision=7))
        posts.revise(session, "local", "post", text="new", blocks=[])
        assert held.revision == 8

    database.do(reading_first)

    assert database.do(the_post).revision == 8
