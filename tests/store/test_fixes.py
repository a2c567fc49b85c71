import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.fixes import OPEN, Fix, FixKind, FixState, Scores
from bot.store import fixes, meetings
from bot.store.fixes import Change, FixChangedError, FixedError, FixEvent, NewFix
from bot.store.session import Database
from tests.features.fixing.meeting import USUAL, a_review
from tests.support.builders import MONDAY, a_product

SCORES = Scores(impact=5, feasibility=4, risk=2, alignment=3)


def by(user: str = "U0PM", what: str = "changed", reason: str = "") -> Change:
    """That somebody changes something on Monday."""
    return Change(user=user, at=MONDAY, what=what, reason=reason)


def two_fixes(session: Session) -> list[Fix]:
    """A reviewed list with a fix for its first three items and one for the fourth."""
    product = a_product(session)
    review_id = a_review(session, product)
    ids = [item.id for item in meetings.items(session, review_id)]
    known = {"product_id": product.id, "review_id": review_id, "kind": FixKind.PROMPT}
    one = NewFix(**known, title="one", item_ids=tuple(ids[:3]))  # type: ignore[arg-type]  # two ids and a kind
    other = NewFix(**known, title="other", item_ids=(ids[3],))  # type: ignore[arg-type]  # two ids and a kind
    return [fixes.add(session, new, by(what="proposed")) for new in (one, other)]


def test_a_fix_is_saved_whole_and_every_change_is_told(database: Database) -> None:
    with database.unit_of_work() as session:
        fix = two_fixes(session)[0]
        changed = replace(
            fix,
            title="new",
            kind=FixKind.MODEL,
            scores=SCORES,
            this_week=True,
            owner="U0ML",
            due=date(2026, 11, 30),
            state=FixState.SHIPPED,
            shipped_at=MONDAY + timedelta(days=3),
        )

        saved = fixes.save(session, changed, by("U0ML", "shipped", "at last"))

        assert saved == replace(changed, version=2) == fixes.with_id(session, fix.id)
        assert fixes.history(session, fix.id) == [
            FixEvent(at=MONDAY, user="U0PM", what="proposed", detail={"title": [None, "one"]}),
            FixEvent(
                at=MONDAY,
                user="U0ML",
                what="shipped",
                detail={
                    "title": ["one", "new"],
                    "kind": ["prompt", "model"],
                    "impact": [None, 5],
                    "feasibility": [None, 4],
                    "risk": [None, 2],
                    "alignment": [None, 3],
                    "this_week": [False, True],
                    "owner": [None, "U0ML"],
                    "due": [None, "2026-11-30"],
                    "state": ["proposed", "shipped"],
                    "shipped_at": [None, "2026-11-19T08:00:00+00:00"],
                    "reason": "at last",
                },
            ),
        ]


def test_fixes_are_found_by_review_product_owner_and_state(database: Database) -> None:
    with database.unit_of_work() as session:
        one, other = two_fixes(session)
        mine = fixes.save(session, replace(one, owner="U0ML", state=FixState.DECIDED), by())
        over = fixes.save(session, replace(other, owner="U0ML", state=FixState.DROPPED), by())

        assert fixes.of_review(session, one.review_id) == [mine, over]
        assert fixes.of_product(session, one.product_id) == [mine]
        assert fixes.of_product(session, one.product_id, list(FixState)) == [mine, over]
        assert fixes.of_owner(session, "U0ML") == [mine]
        assert fixes.of_owner(session, "U0ML", {FixState.DROPPED}) == [over]
        assert fixes.of_owner(session, "U0PM") == []
        assert fixes.with_id(session, 99) is None


@pytest.mark.parametrize("what", ["save", "merge", "merge_into", "split", "move", "attach", "restore"])
def test_whoever_saw_an_older_fix_is_told_who_changed_it(database: Database, what: str) -> None:
    with database.unit_of_work() as session:
        stale, other = two_fixes(session)
        fixes.save(session, replace(stale, title="mine"), by("U0ML"))
        late: dict[str, Callable[[], Fix]] = {
            "save": lambda: fixes.save(session, replace(stale, title="yours"), by()),
            "merge": lambda: fixes.merge(session, stale, other, by()),
            "merge_into": lambda: fixes.merge(session, other, stale, by()),
            "split": lambda: fixes.split(session, stale, stale.item_ids[:1], "new", by()),
            "move": lambda: fixes.move_items(session, stale, other, stale.item_ids[:1], by()),
            "attach": lambda: fixes.attach(session, stale, [1], by()),
            "restore": lambda: fixes.restore(session, stale, stale.version, by()),
        }

        with pytest.raises(FixChangedError) as refused:
            late[what]()

        assert refused.value.user == "U0ML"
        now = fixes.with_id(session, stale.id)
        assert now is not None
        assert now.title == "mine"


def test_of_two_who_save_at_the_same_instant_one_wins_and_the_other_hears_who(database: Database) -> None:
    with database.unit_of_work() as session:
        fix = two_fixes(session)[0]
    start, told = threading.Barrier(2), list[str | None]()

    def save(user: str) -> None:
        start.wait(10)
        try:
            database.do(lambda session: fixes.save(session, replace(fix, title=user), by(user)))
        except FixChangedError as error:
            told.append(error.user)

    people = [threading.Thread(target=save, args=(user,)) for user in ("U0PM", "U0ML")]
    for person in people:
        person.start()
    for person in people:
        person.join(20)

    kept = database.do(lambda session: fixes.with_id(session, fix.id))
    assert kept is not None
    assert [kept.title] == told
    assert kept.version == 2


def test_two_who_merge_crosswise_do_not_wait_for_each_other_for_ever(database: Database) -> None:
    with database.unit_of_work() as session:
        one, other = two_fixes(session)
    start, told = threading.Barrier(2), list[str | None]()

    def merge(user: str, merged: Fix, into: Fix) -> None:
        start.wait(10)
        try:
            database.do(lambda session: fixes.merge(session, merged, into, by(user)))
        except FixChangedError as error:
            told.append(error.user)

    people = [
        threading.Thread(target=merge, args=("U0PM", one, other)),
        threading.Thread(target=merge, args=("U0ML", other, one)),
    ]
    for person in people:
        person.start()
    for person in people:
        person.join(20)

    assert len(told) == 1
    with database.reading() as session:
        both = fixes.of_review(session, one.review_id)
    assert sorted(fix.state for fix in both) == [FixState.DROPPED, FixState.PROPOSED]
    assert sorted(item for fix in both for item in fix.item_ids) == sorted(one.item_ids + other.item_ids)


def test_merged_fixes_are_one_that_has_all_items_and_one_that_is_dropped(database: Database) -> None:
    with database.unit_of_work() as session:
        one, other = two_fixes(session)

        into = fixes.merge(session, other, one, by())

        assert into == replace(one, item_ids=one.item_ids + other.item_ids, version=2)
        assert fixes.with_id(session, other.id) == replace(other, state=FixState.DROPPED, item_ids=(), version=2)
        assert [event.detail.get("reason") for event in fixes.history(session, other.id)] == [
            None,
            f"merged into {one.id}",
        ]


def test_a_split_fix_gives_some_items_to_a_new_one_with_the_same_owner_and_day(database: Database) -> None:
    with database.unit_of_work() as session:
        one, _ = two_fixes(session)
        one = fixes.save(session, replace(one, owner="U0ML", due=date(2026, 11, 30)), by())

        made = fixes.split(session, one, one.item_ids[:1], "new", by())

        assert made == replace(one, id=made.id, title="new", item_ids=one.item_ids[:1], version=1)
        assert fixes.with_id(session, one.id) == replace(one, item_ids=one.item_ids[1:], version=3)


def test_what_was_merged_and_split_can_be_brought_back_with_its_items(database: Database) -> None:
    with database.unit_of_work() as session:
        one, other = two_fixes(session)
        into = fixes.merge(session, other, one, by())

        fixes.restore(session, one, into.version, by())
        fixes.restore(session, other, 2, by())

        assert fixes.of_review(session, one.review_id) == [replace(one, version=3), replace(other, version=3)]


def test_every_error_of_a_fix_is_told_also_those_folded_into_its_items(database: Database) -> None:
    with database.unit_of_work() as session:
        one, other = two_fixes(session)
        shipped = fixes.save(session, replace(one, state=FixState.SHIPPED, shipped_at=MONDAY), by())
        items = {item.id: item for item in meetings.items(session, one.review_id)}

        told = fixes.errors_of(session, one.product_id)

        rows = [row for item_id in one.item_ids for row in (items[item_id].row_id, *items[item_id].alike_rows)]
        assert told == [
            *(
                FixedError(
                    fix_id=one.id, title="one", state=FixState.SHIPPED, shipped_at=shipped.shipped_at, row_id=row
                )
                for row in rows
            ),
            FixedError(
                fix_id=other.id,
                title="other",
                state=FixState.PROPOSED,
                shipped_at=None,
                row_id=items[other.item_ids[0]].row_id,
            ),
        ]
        assert len(rows) == 3 + USUAL[0].alike


moves = st.lists(st.tuples(st.sampled_from(["merge", "split", "move"]), st.randoms()), max_size=6)


@given(moves)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whatever_is_merged_split_and_moved_no_item_is_lost_or_in_two_fixes(
    database: Database, steps: list[tuple[str, object]]
) -> None:
    with database.trying() as session:
        review_id = two_fixes(session)[0].review_id
        before = _items(session, review_id)
        for step, chance in steps:
            _regroup(session, review_id, step, chance)
            assert _items(session, review_id) == before


def _items(session: Session, review_id: int) -> list[int]:
    return sorted(item for fix in fixes.of_review(session, review_id) for item in fix.item_ids)


def _regroup(session: Session, review_id: int, step: str, chance: object) -> None:
    there = [fix for fix in fixes.of_review(session, review_id) if fix.state is FixState.PROPOSED]
    one = chance.choice(there)  # type: ignore[attr-defined]  # a random.Random
    others = [fix for fix in there if fix != one]
    some = [item for item in one.item_ids if chance.random() < 0.5]  # type: ignore[attr-defined]  # a random.Random
    if step == "split":
        fixes.split(session, one, some, "part", by())
    elif others and step == "merge":
        fixes.merge(session, one, others[0], by())
    elif others:
        fixes.move_items(session, one, others[0], some, by())


def test_open_is_what_somebody_has_still_to_do() -> None:
    assert set(OPEN) == {FixState.DECIDED, FixState.TUNED, FixState.TESTED}
