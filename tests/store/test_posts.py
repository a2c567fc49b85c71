"""The outbox's steps: only whoever holds the latest claim may take one."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.delivery import TRANSITIONS, Patience, PostState, Receipt, StoredPost
from bot.store import posts, settling
from bot.store.session import Database
from tests.support.builders import MONDAY, a_post

PATIENCE = Patience()


def claimed(session: Session, *, minutes: int = 0) -> StoredPost:
    now = MONDAY + timedelta(minutes=minutes)
    (post,) = posts.claim(session, "local", now=now, patience=PATIENCE, limit=1)
    return post


def claimed_again(session: Session) -> StoredPost:
    """The same post in other hands: its first lease ended, it was not found, and another replica took it."""
    posts.expire(session, "local", now=MONDAY + timedelta(minutes=2), patience=PATIENCE)
    (unknown,) = posts.unknown(session, "local", now=MONDAY + timedelta(minutes=3), limit=1)
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
        assert not settling.retry(session, post)
        assert not settling.drop(session, post, "no")


def test_nothing_leaves_a_final_state_and_every_state_is_in_the_table() -> None:
    final = {state for state, following in TRANSITIONS.items() if not following}

    assert final == {PostState.SENT, PostState.DROPPED}
    assert set(TRANSITIONS) == set(PostState)
    assert PostState.SENT not in TRANSITIONS[PostState.PENDING], "nothing arrives that was not claimed"


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
        posts.unknown(session, "local", now=MONDAY, limit=5)
        posts.oldest_open(session, "local")

    assert any("ix_posts_open" in plan for plan in plans)
    assert not any(plan == "SCAN posts" for plan in plans), plans
