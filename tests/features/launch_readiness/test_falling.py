"""A sign-off falls when its ground is lost: whatever is taken away, once, and whoever signed hears why."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.domain.defences import Defence
from bot.domain.failure_modes import Layer, Level
from bot.domain.incidents import NewIncident, Origin, Severity
from bot.domain.launch import Signatory, Thing
from bot.domain.metrics import Direction, Target
from bot.domain.people import Person, Role, Standing
from bot.domain.product import Never, Product, Risk
from bot.domain.ranking import Ranking
from bot.features.launch_readiness.falling import LOOK
from bot.store import (
    defences,
    directory,
    failure_modes,
    golden,
    incidents,
    launch_items,
    products,
    reviews,
    sign_offs,
    watches,
)
from bot.store.products import LOCAL_WORKSPACE
from bot.store.reviews import Seat
from bot.store.session import Database
from bot.store.tables import GoldenRow, PredictionRow
from bot.wiring import registry
from tests.features.launch_readiness.ready import (
    WEEK,
    a_ready_product,
    add_golden,
    daily_look,
    know,
    own,
    read,
    signed_by_all,
    unown,
    untick,
)
from tests.support.builders import MONDAY
from tests.support.dialogue import answer, shown
from tests.support.office import ML, OTHER, PM
from tests.support.office import read as seen

Change = Callable[[Session, Product], object]
NEXT_DAY = MONDAY + timedelta(days=1)


def recorded(**known: Any) -> Change:
    """The product's record says something else."""
    return lambda session, product: products.save(session, replace(product, record=replace(product.record, **known)))


def broken_bar(session: Session, product: Product) -> None:
    """An error of the review broke a never."""
    row_id = session.exec(select(PredictionRow.id).where(PredictionRow.product_id == product.id)).first()
    seats = [Seat(rank=1, prediction_row_id=row_id or 0, breaches=("promise a price",))]
    reviews.keep(session, product.id, window=WEEK, ranking=Ranking.SCORE, seats=seats, now=MONDAY)


def incident(session: Session, product: Product, severity: Severity = Severity.HIGH) -> None:
    """Something happens."""
    known: Mapping[str, Any] = {"kind": "other", "seen": "it insults", "origin": Origin.COMMAND, "owner": ML}
    incidents.declare(session, NewIncident(product_id=product.id, severity=severity, declared_by=PM, **known), MONDAY)


def lost_row(session: Session, product: Product) -> None:
    """A row of the golden set is taken out."""
    number = session.exec(select(GoldenRow.id).where(GoldenRow.product_id == product.id)).first()
    golden.drop(session, number or 0, by=PM, now=MONDAY)


def retargeted(session: Session, product: Product) -> None:
    """Another target for accuracy, which is met as well."""
    one = watches.of_product(session, product.id)["accuracy"]
    watches.save(session, product.id, replace(one, target=Target(direction=Direction.AT_LEAST, value=0.6)))


def remade(key: str, **known: Any) -> Change:
    """Something else is said of a failure mode."""

    def change(session: Session, product: Product) -> None:
        mode = next(one for one in failure_modes.of_product(session, product) if one.key == key)
        failure_modes.save(session, product.id, replace(mode, **known), by=PM, now=MONDAY)

    return change


def undefended(session: Session, product: Product) -> None:
    """Nobody looks at answers any more."""
    defences.save(session, product.id, Defence(layer=Layer.HUMAN_REVIEW, in_place=False, version=1), by=PM, now=MONDAY)


def gone(session: Session, product: Product) -> None:
    """Who answered for the rollback left Slack."""
    left = Person(user="U0LEFT", name="Lee", standing=Standing.GONE)
    directory.keep(session, LOCAL_WORKSPACE, left, MONDAY)
    item = launch_items.of_product(session, product.id)[Thing.SUPPORT]
    launch_items.save(session, replace(item, owner="U0LEFT"))


WORSE: Mapping[str, Change] = {
    "Rollback: open. It was: ticked Mon 16 Nov 2026.": untick,
    "Support: ticked Mon 16 Nov 2026, and nobody answers for it. It was: ticked Mon 16 Nov 2026.": gone,
    "Retrain or roll back: nobody answers for it. It was: owned since Mon 16 Nov 2026.": unown,
    "Accuracy: 81 %, target at least 85 %, read Mon 16 Nov 2026.": lambda s, p: read(s, p, "accuracy", 0.81),
    "Accuracy: the target was “at least 85 %”, is “at least 60 %”.": retargeted,
    "Golden set: 199 of 200 rows, last added to Mon 16 Nov 2026.": lost_row,
    "Hallucination: recovery was “Escalate to a person”, is “It stays”.": remade("hallucination", recovery="It stays"),
    "Model outage: fallback to people was “The human queue”, is empty.": remade("model_outage", fallback=""),
    "Latency spike: severity was “medium”, is “high”.": remade("latency_spike", severity=Level.HIGH),
    "Human review: not in place. It was: in place.": undefended,
    "Error 1 of the review of Mon 16 Nov 2026: breaks “promise a price”; no shipped fix covers it.": broken_bar,
    "Incident 1: severity 2, open since Mon 16 Nov 2026. It was not there before.": incident,
    "Risk: high. It was: low.": recorded(risk=Risk.HIGH),
    "Hallucination: whether it blocks was “blocks a launch”, is “acceptable”.": recorded(blocking_failures=()),
}


def named_owner(session: Session, user: str) -> None:
    """Somebody who is there answers for UX."""
    know(session, user)
    answer(session, f"launch owner ux <@{user}>")


BETTER: Mapping[str, Change] = {
    "a value that moved and is met": lambda s, p: read(s, p, "accuracy", 0.99),
    "more golden rows": lambda s, p: add_golden(s, p, 3),
    "another who accepted": lambda s, p: own(s, p, "model_cost", ML),
    "a never more": recorded(nevers=(Never(name="promise a date"),)),
    "an owner who is there": lambda s, _p: named_owner(s, OTHER),
    "a note": lambda s, _p: answer(s, "launch tick ux looked at it again"),
    "a small incident": lambda s, p: incident(s, p, Severity.LOW),
    "nothing at all": lambda _s, _p: None,
}


@pytest.fixture
def signed(database: Database) -> Database:
    """A database with a ready product for which everybody signed."""

    def meeting(session: Session) -> None:
        a_ready_product(session)
        signed_by_all(session)

    database.do(meeting)
    return database


def the_product(session: Session) -> Product:
    return products.everything(session)[0]


def test_whatever_gets_worse_fells_every_sign_off_once_and_says_why(signed: Database) -> None:
    for why, change in WORSE.items():
        with signed.trying() as session:
            product = the_product(session)
            change(session, product)
            told, again = daily_look(session), daily_look(session, NEXT_DAY)
            fallen = [one.fallen_why for one in sign_offs.of_product(session, product.id)]

            assert [why in one for one in fallen] == [True] * 3, (why, fallen)
            assert {post.to for post in told} == {PM, ML, OTHER}, why
            assert (sign_offs.standing(session, product.id), again) == ({}, []), why


def test_what_only_gets_better_fells_none(signed: Database) -> None:
    for name, change in BETTER.items():
        with signed.trying() as session:
            product = the_product(session)
            change(session, product)

            assert daily_look(session) == [], name
            assert len(sign_offs.standing(session, product.id)) == 3, name


def test_a_sign_off_does_not_come_back_by_itself(signed: Database) -> None:
    with signed.trying() as session:
        untick(session, the_product(session))
        daily_look(session)
        answer(session, "launch tick rollback", user=ML)
        page = seen(shown(answer(session, "launch")))

    assert "☐ Product: not signed; <@U0PM> may. That of <@U0PM> fell Mon 16 Nov 2026: Rollback: open." in page
    assert page.startswith("Not yet: Support Copilot\n• Not signed: Product, Research and ML engineering\n")


def test_the_page_shows_a_fallen_one_before_anybody_wrote_it_down(signed: Database) -> None:
    with signed.trying() as session:
        read(session, the_product(session), "accuracy", 0.81)
        page = seen(shown(answer(session, "launch")))
        written = sign_offs.of_product(session, the_product(session).id)

    fell = "That of <@U0PM> fell: Accuracy: 81 %, target at least 85 %, read Mon 16 Nov 2026."
    assert f"☐ Product: not signed; <@U0PM> may. {fell}" in page
    assert [one.fallen_at for one in written] == [None] * 3


def test_a_day_on_which_the_review_is_too_old_fells_them_too(signed: Database) -> None:
    with signed.trying() as session:
        (*_, post) = daily_look(session, MONDAY + timedelta(days=15))

    assert "Error review: the latest ended Mon 16 Nov 2026, too long ago to tell." in str(post.blocks)


def test_who_does_not_speak_for_a_function_any_more_has_not_signed_for_it(signed: Database) -> None:
    with signed.trying() as session:
        product = the_product(session)
        products.assign(session, product, Role.PM, ["U0NEW"])
        posts = daily_look(session)

        assert [(post.to, post.key) for post in posts] == [(PM, "copilot/launch/fallen/1")]


def test_who_left_is_not_written_to(signed: Database) -> None:
    with signed.trying() as session:
        left = Person(user=ML, name="Raj Patel", standing=Standing.GONE)
        directory.keep(session, LOCAL_WORKSPACE, left, MONDAY)
        posts = daily_look(session)

        assert posts == []
        assert set(sign_offs.standing(session, the_product(session).id)) == {Signatory.PRODUCT, Signatory.RESEARCH}


def test_a_no_go_stands_when_things_get_worse(signed: Database) -> None:
    with signed.trying() as session:
        answer(session, "launch sign no-go it guesses", user=ML)
        untick(session, the_product(session))
        daily_look(session)
        page = seen(shown(answer(session, "launch")))

    assert page.startswith("No-go: Support Copilot\n• ML engineering says no-go: it guesses\n• Open: Rollback\n")


def test_the_look_is_due_each_morning() -> None:
    assert f"{registry().laters[LOOK].daily}" == "08:45:00"
