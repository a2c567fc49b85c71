"""Follow-ups of incidents: they wait, become fixes of a review once, and are then as the fix is."""

import threading
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session, select

from bot.domain.fixes import FixKind, FixState
from bot.domain.follow_ups import FollowUp, NewFollowUp
from bot.domain.product import Product
from bot.domain.ranking import Ranking
from bot.domain.truth import Origin, TruthState
from bot.domain.window import Window
from bot.kit import following_up
from bot.store import fixes, follow_ups, golden, incident_answers, incidents, reviews, truths
from bot.store.fixes import Change, FixEvent
from bot.store.session import Database
from bot.store.tables import InboxRow
from tests.support.builders import MONDAY, a_product
from tests.support.incidents import TUESDAY, a_kept_incident, run_through
from tests.support.office import ML, PM
from tests.support.truth import a_held

BLOCK = NewFollowUp(title="Block them", kind=FixKind.GUARDRAIL, owner=ML, due=date(2026, 12, 4))


def a_follow_up(session: Session, product: Product, new: NewFollowUp = BLOCK) -> FollowUp:
    over = run_through(session, a_kept_incident(session, product))
    return follow_ups.add(session, over.id, new, by=PM, now=TUESDAY)


def a_review(session: Session, product: Product, *, weeks: int = 0) -> int:
    end = MONDAY + timedelta(weeks=weeks)
    window = Window(end - timedelta(weeks=1), end)
    return reviews.keep(session, product.id, window=window, ranking=Ranking.SCORE, seats=[], now=end)


def test_without_a_review_a_follow_up_waits_and_joins_the_next_one_once(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        made = a_follow_up(session, product)
        before = following_up.join(session, product, TUESDAY)
        waiting = follow_ups.of_incidents(session, [made.incident_id])
        a_review(session, product)
        review_id = a_review(session, product, weeks=1)

        told = following_up.join(session, product, TUESDAY)
        again = following_up.join(session, product, TUESDAY)

        (fix,) = fixes.of_review(session, review_id)
        (after,) = follow_ups.of_incidents(session, [made.incident_id])
        reminders = [row.key for row in session.exec(select(InboxRow))]
    assert (before, waiting, again) == ([], [made], [])
    assert (fix.title, fix.kind, fix.owner, fix.due) == (BLOCK.title, BLOCK.kind, BLOCK.owner, BLOCK.due)
    assert fix.state is FixState.DECIDED
    assert after == replace(made, fix_id=fix.id, state=FixState.DECIDED)
    assert [(post.to, post.key) for post in told] == [(ML, f"fix/{fix.id}/owner/{ML}")]
    assert reminders == [f"later/fixing.due/{fix.id}/2026-12-04"]


def test_two_who_let_it_join_at_once_make_one_fix(database: Database) -> None:
    def begun(session: Session) -> Product:
        product = a_product(session)
        a_follow_up(session, product)
        a_review(session, product)
        return product

    product, start = database.do(begun), threading.Barrier(2)

    def join() -> None:
        start.wait(10)
        database.do(lambda session: following_up.join(session, product, TUESDAY))

    both = [threading.Thread(target=join) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(20)

    made = database.do(lambda session: fixes.of_product(session, product.id))
    assert [fix.title for fix in made] == ["Block them"]


def test_a_fix_that_came_of_an_incident_says_so(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        a_review(session, product)
        made = a_follow_up(session, product)

        following_up.join(session, product, TUESDAY)

        (fix,) = fixes.of_product(session, product.id)
        history = fixes.history(session, fix.id)
    detail = {"title": [None, "Block them"], "owner": [None, ML], "reason": f"from incident {made.incident_id}"}
    assert history == [FixEvent(at=TUESDAY, user=PM, what="added", detail=detail)]


def test_a_follow_up_is_as_its_fix_is_now_and_other_products_have_their_own(database: Database) -> None:
    with database.trying() as session:
        product, other = a_product(session), a_product(session, key="other")
        made, theirs = a_follow_up(session, product), a_follow_up(session, other)
        a_review(session, product)
        following_up.join(session, product, TUESDAY)
        (fix,) = fixes.of_product(session, product.id)
        shipped = replace(fix, title="Blocked", owner=PM, state=FixState.SHIPPED, shipped_at=TUESDAY)
        fixes.save(session, shipped, Change(user=PM, at=TUESDAY, what="shipped"))

        found = follow_ups.of_incidents(session, [made.incident_id, theirs.incident_id])
    assert [(one.title, one.owner, one.is_done, one.is_open) for one in found] == [
        ("Blocked", PM, True, False),
        ("Block them", ML, False, True),
    ]


def test_only_what_is_no_fix_yet_is_taken_back(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        waits = a_follow_up(session, product)
        taken = follow_ups.take_back(session, waits.id), follow_ups.take_back(session, waits.id)
        gone = follow_ups.with_id(session, waits.id)
        a_review(session, product)
        joined = a_follow_up(session, product)
        following_up.join(session, product, TUESDAY)

        assert (taken, gone, follow_ups.take_back(session, joined.id)) == ((True, False), None, False)


def test_what_needs_the_right_answer_is_what_nobody_proposed_one_for(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        rows = {
            name: a_held(session, product, id=name)[0] for name in ("new", "proposed", "rejected", "golden", "open")
        }
        first, second = (run_through(session, a_kept_incident(session, product)) for _ in range(2))
        still = a_kept_incident(session, product)
        for one, names in ((first, ("new", "proposed")), (second, ("new", "rejected", "golden")), (still, ("open",))):
            incidents.attach(session, one.id, [rows[name] for name in names], by=PM, now=TUESDAY)
        for name in ("proposed", "rejected"):
            _propose(session, product, rows[name], TruthState.REJECTED if name == "rejected" else None)
        golden.put(session, product, rows["golden"], answer="good", truth_id=None, by=PM, now=TUESDAY)

        found = incident_answers.unanswered(session, product.id, limit=9)
        count = incident_answers.count_unanswered(session, product.id)
        limited = incident_answers.unanswered(session, product.id, limit=1)
        attached = incidents.attached(session, first.id)
    assert [(one.incident_id, one.held.prediction.id) for one in found] == [(second.id, "new"), (second.id, "rejected")]
    assert (limited, count) == (found[:1], 2)
    assert [(one.row_id, one.by) for one in attached] == [(rows["new"], PM), (rows["proposed"], PM)]


def _propose(session: Session, product: Product, row_id: int, state: TruthState | None) -> None:
    truth = truths.propose(
        session,
        product_id=product.id,
        prediction_row_id=row_id,
        origin=Origin.INCIDENT,
        proposal="x",
        by=PM,
        now=TUESDAY,
    )
    if state is not None:
        truths.decide(session, truth, state, answer=None, by=ML, reason="no", now=TUESDAY)
