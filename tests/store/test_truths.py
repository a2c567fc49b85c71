"""Proposed answers on both databases: nothing decided is lost, and of two deciders one is first."""

import threading
from dataclasses import replace

from sqlmodel import Session

from bot.domain.truth import Origin, Truth, TruthState
from bot.store import golden, predictions, products, truths
from bot.store.session import Database
from tests.support.builders import MONDAY, a_prediction, a_product

LATER = MONDAY.replace(hour=12)


def proposed(
    session: Session, proposal: str = "five days", *, by: str = "U0ML", origin: Origin = Origin.REVIEW
) -> Truth:
    """A proposal for the one prediction there is."""
    product = a_product(session) if truths.with_id(session, 1) is None else None
    product_id = product.id if product else 1
    if product:
        predictions.keep(session, product.id, [a_prediction(id="p1")], loaded=True)
    return truths.propose(
        session, product_id=product_id, prediction_row_id=1, origin=origin, proposal=proposal, by=by, now=MONDAY
    )


def accepted(session: Session, truth: Truth) -> Truth:
    after = truths.decide(session, truth, TruthState.ACCEPTED, answer=truth.proposal, by="U0DOC", reason="", now=LATER)
    assert after is not None
    return after


def test_a_proposal_comes_back_as_it_was_written(database: Database) -> None:
    truth = database.do(proposed)

    assert truth == Truth(
        id=1,
        product_id=1,
        prediction_row_id=1,
        origin=Origin.REVIEW,
        proposal="five days",
        proposed_by="U0ML",
        proposed_at=MONDAY,
    )
    with database.reading() as session:
        assert truths.waiting(session, 1, limit=9) == [truth]
        assert truths.waiting(session, 1, limit=9, after=1) == []
        assert truths.count_waiting(session, 1) == 1
        assert truths.count_waiting(session, 1, not_by="U0ML") == 0


def test_other_words_take_the_place_of_an_undecided_proposal_and_the_same_words_change_nothing(
    database: Database,
) -> None:
    with database.unit_of_work() as session:
        first, same, other = proposed(session), proposed(session), proposed(session, "six days")

    assert same == first
    assert (other.id, other.proposal, other.version) == (first.id, "six days", 2)


def test_each_origin_and_each_person_has_a_proposal_of_their_own(database: Database) -> None:
    with database.unit_of_work() as session:
        several = [
            proposed(session),
            proposed(session, by="U0PM"),
            proposed(session, origin=Origin.REPORT),
            proposed(session, origin=Origin.FEEDBACK),
        ]
        assert truths.of_prediction(session, 1) == several
        assert truths.count_waiting(session, 1, not_by="U0ML") == 2


def test_what_was_decided_waits_anew_only_for_other_words(database: Database) -> None:
    with database.unit_of_work() as session:
        done = accepted(session, proposed(session))
        same = proposed(session)
        other = proposed(session, "six days")

    assert (done.state, done.answer, done.decided_by, done.decided_at, done.version) == (
        "accepted",
        "five days",
        "U0DOC",
        LATER,
        2,
    )
    assert same == done
    assert other == replace(
        done, proposal="six days", state=TruthState.PROPOSED, answer=None, decided_by=None, decided_at=None, version=3
    )


def test_who_read_an_older_version_decides_nothing(database: Database) -> None:
    with database.unit_of_work() as session:
        seen = proposed(session)
        proposed(session, "six days")
        assert truths.decide(session, seen, TruthState.ACCEPTED, answer="x", by="U0DOC", reason="", now=LATER) is None
        assert truths.reopen(session, seen) is None


def test_what_is_in_the_golden_set_is_not_reopened_and_its_proposal_not_withdrawn(database: Database) -> None:
    with database.unit_of_work() as session:
        truth = accepted(session, proposed(session))
        product = products.named(session, "copilot")
        row = golden.put(session, product, 1, answer="five days", truth_id=truth.id, by="U0PM", now=LATER)
        kept = truths.reopen(session, truth)
        golden.drop(session, row.id, by="U0PM", now=LATER)
        reopened = truths.reopen(session, truth)
        truths.withdraw(session, prediction_row_id=1, origin=Origin.REVIEW, by="U0ML")

        assert kept is None
        assert reopened is not None
        assert (reopened.state, reopened.answer, reopened.version) == ("proposed", None, 3)
        assert truths.with_id(session, truth.id) == reopened


def test_only_what_is_undecided_is_withdrawn(database: Database) -> None:
    with database.unit_of_work() as session:
        accepted(session, proposed(session))
        proposed(session, by="U0PM")
        for user in ("U0ML", "U0PM"):
            truths.withdraw(session, prediction_row_id=1, origin=Origin.REVIEW, by=user)

        assert [one.proposed_by for one in truths.of_prediction(session, 1)] == ["U0ML"]


def test_of_two_experts_at_once_one_decides_and_the_other_learns_of_it(database: Database, database_url: str) -> None:
    seen = database.do(proposed)
    together = threading.Barrier(2)
    won: dict[str, Truth | None] = {}

    def decide(user: str) -> None:
        own = Database(database_url)
        together.wait(10)
        won[user] = own.do(
            lambda session: truths.decide(
                session, seen, TruthState.AMENDED, answer=f"by {user}", by=user, reason="", now=LATER
            )
        )
        own.close()

    experts = [threading.Thread(target=decide, args=(user,)) for user in ("U0DOC", "U0LAW")]
    for expert in experts:
        expert.start()
    for expert in experts:
        expert.join()

    (winner,) = [one for one in won.values() if one is not None]
    with database.reading() as session:
        assert truths.with_id(session, 1) == winner
    assert winner.answer == f"by {winner.decided_by}"
    assert len(won) == 2


def test_one_person_proposing_twice_at_once_has_one_proposal(database: Database, database_url: str) -> None:
    database.do(proposed)
    together = threading.Barrier(2)

    def again(words: str) -> None:
        own = Database(database_url)
        together.wait(10)
        own.do(lambda session: proposed(session, words, by="U0PM"))
        own.close()

    writers = [threading.Thread(target=again, args=(words,)) for words in ("six days", "seven days")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with database.reading() as session:
        (mine,) = [one for one in truths.of_prediction(session, 1) if one.proposed_by == "U0PM"]
    assert (mine.proposal in {"six days", "seven days"}, mine.version) == (True, 2)
