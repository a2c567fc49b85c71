"""After an incident: the week's update tells of it in plain words, and its follow-ups join the review and are promised."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from bot.domain.fixes import FixKind
from bot.domain.follow_ups import NewFollowUp
from bot.domain.incidents import Decision
from bot.domain.product import Product
from bot.domain.ranking import Ranking
from bot.domain.updates import Part
from bot.domain.window import Window
from bot.kit import following_up
from bot.kit.materials import material_of
from bot.store import fixes, follow_ups, products, reviews
from bot.store.session import Database
from tests.features.stakeholder_update.weeks import THURSDAY, a_week, latest, press, ritual
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.incidents import TUESDAY, a_kept_incident, reopen, resolve, run_through
from tests.support.office import ML, PM, read
from tests.support.reviews import load, reviewed

WEEK = timedelta(weeks=1)
BLOCK = NewFollowUp(title="Show where each answer comes from", kind=FixKind.PRODUCT, owner=ML, due=date(2026, 12, 4))


def test_the_update_tells_of_the_incident_and_promises_its_follow_ups(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        done = [Decision.PEOPLE_TAKE_OVER, Decision.ROLL_BACK]
        over = run_through(session, a_kept_incident(session, product), decided=done)
        follow_ups.add(session, over.id, BLOCK, by=PM, now=TUESDAY)
        window = Window(MONDAY - WEEK, MONDAY)
        reviews.keep(session, product.id, window=window, ranking=Ranking.SCORE, seats=[], now=MONDAY)
        following_up.join(session, product, TUESDAY)

        ritual(session, product, "update_draft", now=THURSDAY)

        body = latest(session, product).body
    assert body.headline.startswith("one serious incident; ")
    assert body.parts[Part.SAFETY] == (
        "One incident on Tuesday: made-up facts in its answers for 2 h 10 min. People took over; the model was rolled"
        " back. Solved. Nobody watches yet for what it must never do."
    )
    assert "Show where each answer comes from: Raj Patel, until 4 December." in body.parts[Part.NEXT]


def test_who_approves_hears_of_what_began_after_the_draft(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        run_through(session, a_kept_incident(session, product))
        ritual(session, product, "update_draft", now=THURSDAY)
        before = form(session, product)
        a_kept_incident(session, product, now=THURSDAY + timedelta(hours=9))

        after = form(session, product)
    assert "Since this was drafted" not in before
    assert (
        "Since this was drafted, incident 2 (Hallucination) began: the text does not speak of it. Edit it if readers"
        " should." in after
    )


def form(session: Session, product: Product) -> str:
    """The form that approves the update, as it reads."""
    draft = latest(session, product)
    return read(
        {"blocks": list(press(session, "stakeholder_update.approve", f"{draft.id} {draft.version}").view.blocks)}
    )


@pytest.mark.every_database
def test_it_is_told_from_the_week_in_which_it_began_to_the_one_in_which_it_ended(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        one = a_kept_incident(session, product)
        told = [ended(session, product, weeks=weeks) for weeks in (-1, 0, 1)]
        once = run_through(session, one, minutes=8 * 24 * 60)
        told += [ended(session, product, weeks=weeks) for weeks in (1, 2)]
        again = reopen(session, once, at=TUESDAY + 5 * WEEK)
        told += [ended(session, product, weeks=weeks) for weeks in (4, 5)]
        resolve(session, again, at=TUESDAY + 5 * WEEK + timedelta(hours=1))
        told += [ended(session, product, weeks=weeks) for weeks in (5, 6)]

    assert told == [[], [False], [False], [True], [], [], [False], [True], []]


def ended(session: Session, product: Product, *, weeks: int) -> list[bool]:
    """Whether the incidents that the update of a later week tells of are over, as it is known now."""
    as_of = THURSDAY + weeks * WEEK
    material = material_of(session, product, Window(as_of - WEEK, as_of), as_of=as_of, previous=None)
    return [one.ended is not None for one in material.incidents]


def test_follow_ups_that_waited_join_the_next_weekly_review(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, [a_prediction(input="refund")])

    def waits(session: Session) -> None:
        over = run_through(session, a_kept_incident(session, product, now=MONDAY - timedelta(days=2)))
        follow_ups.add(session, over.id, BLOCK, by=PM, now=MONDAY - timedelta(days=1))

    database.do(waits)
    posts = asyncio.run(reviewed(database, database.do(lambda session: products.with_id(session, product.id))))

    (fix,) = database.do(lambda session: fixes.of_product(session, product.id))
    assert (fix.title, fix.owner) == (BLOCK.title, ML)
    assert [post.recipient for post in posts][-1] == ML
