"""The checks as the runner runs them: predictions are measured, compared with targets, and the channel hears of it."""

import asyncio
from datetime import datetime, timedelta

from bot import wiring
from bot.clock import SetClock
from bot.domain.delivery import PostState
from bot.domain.planning import At, Period
from bot.domain.product import Product, Stage
from bot.domain.sourcing import OpenSource, Source, SourceSpec
from bot.errors import UserError
from bot.schedule.errands import Errands
from bot.schedule.runner import Runner
from bot.store import posts, readings, schedules
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.health_check.checks import standing_card
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.reviews import load

DUE = MONDAY - timedelta(minutes=30)
"""Monday 08:30 in Berlin."""

DAY = timedelta(days=1)


def ticked(database: Database, at: datetime, open_source: OpenSource | None = None) -> list[str]:
    """Let the runner do what is due at *at*; the keys of all posts there are then."""
    clock = SetClock(at)
    errands = Errands(database=database, open_source=open_source or wiring.source_opener(database))
    runner = Runner(database=database, registry=wiring.registry(), moment=lambda _session: clock.now(), errands=errands)
    asyncio.run(runner.tick())
    errands.close()
    with database.reading() as session:
        return [post.key for post in posts.everything(session, LOCAL_WORKSPACE, PostState)]


def broken(_spec: SourceSpec) -> Source:
    """A source that is not there any more."""
    raise UserError("The file is not there.")


def a_checked_product(database: Database) -> Product:
    """A product with sixty answers, half of them wrong, whose quality is checked every day from Monday on."""
    product = database.do(a_product)
    load(
        database,
        product,
        [a_prediction(occurred_at=MONDAY - timedelta(hours=n + 1), correct=n % 2 == 0) for n in range(60)],
    )
    at = At.parse("daily 08:30")
    database.do(lambda session: schedules.put(session, product, "health_daily", at=at, next_due=DUE, options={}))
    return product


def test_two_days_of_wrong_answers_are_said_once_and_a_source_that_failed_is_said_on_the_card(
    database: Database,
) -> None:
    product = a_checked_product(database)
    card = "copilot/health/daily/2026-11-17T08:30"

    assert ticked(database, DUE) == []
    assert ticked(database, DUE + DAY) == [card]
    assert ticked(database, DUE + 2 * DAY, broken) == [card]

    with database.reading() as session:
        told = standing_card(session, product)
        known = readings.of_product(session, product.id, metrics=["accuracy"], since=MONDAY - DAY)
    assert [(one.value, one.read_at) for one in known] == [(0.5, DUE), (0.5, DUE + DAY)]
    assert "New: Accuracy missed its target." in told
    assert "*FAIL*  Accuracy 50 %" in told
    assert "Not everything could be looked at: The file is not there." in told


def test_each_layer_is_checked_at_its_own_pace_from_market_fit_on() -> None:
    rituals = {one.name: one for one in wiring.registry().rituals}
    told = [(rituals[f"health_{period}"].default_at, rituals[f"health_{period}"].from_stage) for period in Period]

    assert told == [
        ("daily 08:30", Stage.MARKET_FIT),
        ("mon 08:30", Stage.MARKET_FIT),
        ("monthly 1 08:30", Stage.MARKET_FIT),
    ]
