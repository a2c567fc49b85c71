"""A product whose page has nothing open, so that only the sign-offs are missing; and what takes something away."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.defences import Defence
from bot.domain.failure_modes import Layer, Level
from bot.domain.golden import GOAL
from bot.domain.incoming import Incoming, Kind
from bot.domain.launch import Thing
from bot.domain.ownership import Did, Happened, Origin, assigned, nobody_yet
from bot.domain.people import Person, Role, Standing
from bot.domain.product import Product, ProductRecord
from bot.domain.ranking import Ranking
from bot.domain.responsibilities import FIVE, RETRAIN_OR_ROLL_BACK
from bot.domain.watching import Said
from bot.domain.window import Window
from bot.features.launch_readiness.falling import LOOK
from bot.kit.post import Post
from bot.slack.handling import House
from bot.store import (
    defences,
    directory,
    failure_modes,
    launch_items,
    ownerships,
    predictions,
    readings,
    reviews,
    watches,
)
from bot.store.products import LOCAL_WORKSPACE
from bot.store.tables import GoldenRow
from bot.wiring import registry
from tests.support.builders import MONDAY, a_prediction
from tests.support.dialogue import a_team, answer
from tests.support.office import ML, OTHER, PM
from tests.support.readings import new_reading

RESEARCHER, LAWYER = OTHER, "U0LAW"
METRICS = {"accuracy": 0.91, "hallucination_rate": 0.03, "csat": 4.2, "adoption_rate": 0.72, "deflection_rate": 0.43}
WEEK = Window(MONDAY - timedelta(days=7), MONDAY)
RECORD = ProductRecord(max_latency_s=5.0, min_confidence=0.6)
PEOPLE = {Role.PM: PM, Role.ML_LEAD: ML, Role.RESEARCH: RESEARCHER}


def a_ready_product(session: Session, *, now: datetime = MONDAY, **known: Any) -> Product:
    """A product that lacks nothing but sign-offs at *now*; everything was done by its PM."""
    defaults = {"record": RECORD, "people": PEOPLE, "now": now - timedelta(days=30)}
    product = a_team(session, **defaults | known)
    tick_all(session, product)
    for one in FIVE:
        own(session, product, one.key, PM)
    for name, value in METRICS.items():
        read(session, product, name, value, end=now)
        watches.save(session, product.id, Said(metric=name, agreed_by="Ana", agreed_on=date(2026, 10, 1)))
    add_golden(session, product, GOAL)
    fill_failure_modes(session, product)
    week = Window(now - timedelta(days=7), now)
    reviews.keep(session, product.id, window=week, ranking=Ranking.SCORE, seats=[], now=MONDAY)
    return product


def know(session: Session, *users: str) -> None:
    """Slack said of each of *users* that they are members."""
    for user in users:
        person = Person(user=user, name="Lee", standing=Standing.MEMBER)
        directory.keep(session, LOCAL_WORKSPACE, person, MONDAY)


def tick_all(session: Session, product: Product) -> None:
    """Every thing of the list, ticked by the PM, who owns rollback too."""
    for item in launch_items.of_product(session, product.id).values():
        launch_items.save(session, replace(item, ticked_by=PM, ticked_at=MONDAY))


def own(session: Session, product: Product, key: str, *owners: str) -> None:
    """Let *owners* answer for a responsibility, and accept it."""
    before = ownerships.one(session, product.id, key) or nobody_yet(product.id, key, MONDAY)
    after = replace(assigned(before, owners, None, by=PM, now=MONDAY), accepted=owners)
    ownerships.save(session, after, Happened(by=PM, at=MONDAY, what=Did.ASSIGNED, origin=Origin.COMMAND))


def read(session: Session, product: Product, metric: str, value: float, *, end: datetime = MONDAY) -> None:
    """A value of the day before *end*."""
    new = new_reading(metric, value, end=end, days=1)
    readings.keep_all(session, product.id, [new], by=PM, now=end)


def add_golden(session: Session, product: Product, count: int) -> None:
    """So many rows of the golden set."""
    ids = predictions.keep(session, product.id, [a_prediction() for _ in range(count)], loaded=True)
    for row_id in ids.values():
        row = GoldenRow(
            product_id=product.id,
            prediction_row_id=row_id,
            golden_id=str(row_id),
            answer="an answer",
            picked_by=PM,
            picked_at=MONDAY,
        )
        session.add(row)
    session.flush()


def fill_failure_modes(session: Session, product: Product) -> None:
    """All said of every way to fail, and every layer in place."""
    for mode in failure_modes.of_product(session, product):
        filled = replace(mode, likelihood=mode.likelihood or Level.LOW, fallback=mode.fallback or "A person answers")
        failure_modes.save(session, product.id, filled, by=PM, now=MONDAY)
    for layer in Layer:
        one = Defence(layer=layer, in_place=True, what="a check of ours")
        defences.save(session, product.id, one, by=PM, now=MONDAY)


def unown(session: Session, product: Product) -> None:
    """Nobody decides any more whether to retrain or roll back."""
    before = ownerships.one(session, product.id, RETRAIN_OR_ROLL_BACK)
    assert before is not None
    after = assigned(before, [], None, by=PM, now=MONDAY)
    ownerships.save(session, after, Happened(by=PM, at=MONDAY, what=Did.RETIRED, origin=Origin.COMMAND))


def untick(session: Session, product: Product, thing: Thing = Thing.ROLLBACK) -> None:
    """A thing of the list is open again."""
    item = launch_items.of_product(session, product.id)[thing]
    launch_items.save(session, replace(item, ticked_by=None, ticked_at=None))


def signed_by_all(session: Session) -> None:
    """Everybody who must sign says go."""
    for user in (PM, ML, RESEARCHER):
        told = answer(session, "launch sign go", user=user).text
        assert told.startswith("You signed *go*"), told


def daily_look(session: Session, now: datetime = MONDAY) -> list[Post]:
    """What the look of the morning has posted."""
    incoming = Incoming(kind=Kind.LATER, key="look", user="", name=LOOK)
    house = House(registry=registry(), moment=lambda _session: now, workspace=LOCAL_WORKSPACE)
    return list(house.meant(incoming).answer(house.ask(session, incoming)).posts)
