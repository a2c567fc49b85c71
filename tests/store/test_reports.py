"""Reports on both databases: grouped by the answer they are about, in the order in which a review takes them."""

import threading
from dataclasses import replace

from sqlmodel import Session

from bot.domain.truth import Origin
from bot.store import held, incidents, products, reports, truths
from bot.store.session import Database
from bot.store.tables import PredictionRow
from tests.support.builders import MONDAY, a_product
from tests.support.incidents import a_kept_incident
from tests.support.office import ML, OTHER, PM, TEAM
from tests.support.truth import a_seated_report, a_voice

TS = "1795000000.000100"


def names(session: Session) -> list[tuple[str, list[str]]]:
    """The message of each report that waits, with those who reported it."""
    rows = [(session.get_one(PredictionRow, one.prediction_row_id), one) for one in reports.waiting(session, 1)]
    return [(row.prediction_id.rpartition("/")[2][9:10], [voice.user for voice in one.voices]) for row, one in rows]


def test_the_most_voices_come_first_then_the_oldest(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        for user, ts, hour in ((PM, "3", 7), (PM, "1", 9), (PM, "2", 8), (ML, "2", 10), (OTHER, "4", 6)):
            a_voice(session, product, user, ts=f"179500000{ts}.000000", hour=hour)

        assert names(session) == [("2", [PM, ML]), ("4", [OTHER]), ("3", [PM]), ("1", [PM])]


def test_a_seated_report_waits_no_more_and_a_new_voice_does(database: Database) -> None:
    with database.unit_of_work() as session:
        review_id = a_seated_report(session)
        seated = names(session)
        a_voice(session, products.named(session, "copilot"), PM)
        joined = names(session)
        reports.unseat(session, review_id)

        assert (seated, joined, names(session)) == ([], [("0", [PM])], [("0", [ML, PM])])


def test_an_answer_that_is_something_else_as_well_stays_when_its_report_goes(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        alone, proposed = a_voice(session, product), a_voice(session, product, ts="1795000001.000100")
        truths.propose(
            session,
            product_id=product.id,
            prediction_row_id=proposed.prediction_row_id,
            origin=Origin.REVIEW,
            proposal="right",
            by=PM,
            now=MONDAY,
        )
        gone = [reports.withdraw(session, one) for one in (alone, proposed, alone)]

        assert gone == [True, True, False]
        assert held.called(session, product.id, f"slack/{TEAM}/{TS}") is None
        assert held.called(session, product.id, f"slack/{TEAM}/1795000001.000100") is not None


def test_an_answer_that_belongs_to_an_incident_stays_when_its_report_is_withdrawn(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        voice = a_voice(session, product)
        over = a_kept_incident(session, product)
        incidents.attach(session, over.id, [voice.prediction_row_id], by=PM, now=MONDAY)

        assert reports.withdraw(session, voice) is True
        assert incidents.predictions_of(session, over.id) == [voice.prediction_row_id]
        assert held.called(session, product.id, f"slack/{TEAM}/1795000000.000100") is not None


def test_a_report_that_was_seated_meanwhile_is_not_withdrawn(database: Database) -> None:
    with database.unit_of_work() as session:
        a_seated_report(session)
        seated = reports.with_id(session, 1)
        assert seated is not None

        assert reports.withdraw(session, replace(seated, item_id=None)) is False
        assert reports.with_id(session, 1) == seated


def test_two_people_who_report_at_once_are_two_voices_of_one_report(database: Database, database_url: str) -> None:
    product = database.do(a_product)
    together = threading.Barrier(2)

    def report(user: str) -> None:
        own = Database(database_url)
        together.wait(10)
        for _ in range(5):
            own.do(lambda session: a_voice(session, product, user))
        own.close()

    reporters = [threading.Thread(target=report, args=(user,)) for user in (PM, ML)]
    for one in reporters:
        one.start()
    for one in reporters:
        one.join()

    with database.reading() as session:
        (found,) = names(session)
    assert sorted(found[1]) == sorted([PM, ML])
