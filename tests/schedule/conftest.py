"""A runner on a clock that is set, with a ritual that says hello, and what it left behind."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from bot.clock import SetClock
from bot.domain.delivery import PostState
from bot.domain.planning import At
from bot.domain.product import Product
from bot.domain.sourcing import OpenSource, Source, SourceSpec
from bot.errors import UserError
from bot.kit.feature import Feature, Registry
from bot.kit.post import Post
from bot.kit.ritual import Chore, Ritual, Turn
from bot.schedule.errands import Errands
from bot.schedule.runner import Runner
from bot.store import posts, schedules, slots
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product

WEEKLY = At.parse("mon 09:00")


def say_hello(turn: Turn) -> list[Post]:
    text = "hello, late" if turn.late else "hello"
    return [Post(key=f"{turn.product.key}/{turn.slot.nominal:%Y-%m-%dT%H:%M}", to="C0TEAM", text=text)]


def no_source(_spec: SourceSpec) -> Source:
    raise UserError("no source here")


@pytest.fixture
def clock() -> SetClock:
    return SetClock(MONDAY)


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


RunnerOf = Callable[..., Runner]


@pytest.fixture
def runner_of(database: Database, clock: SetClock) -> Iterator[RunnerOf]:
    opened: list[Errands] = []

    def make(*rituals: Ritual, open_source: OpenSource = no_source, admins: tuple[str, ...] = ()) -> Runner:
        errands = Errands(database=database, open_source=open_source)
        opened.append(errands)
        registry = Registry((Feature(name="test", summary="test", rituals=rituals),))
        return Runner(
            database=database, registry=registry, moment=lambda _session: clock.now(), errands=errands, admins=admins
        )

    yield make
    for errands in opened:
        errands.close()


def a_ritual(run: Callable[[Turn], list[Post]] = say_hello, *chores: Chore[str, str]) -> Ritual:
    return Ritual(name="hello", summary="Say hello", default_at=str(WEEKLY), run=run, chores=chores)


def scheduled(database: Database, product: Product, *, next_due: datetime = MONDAY) -> None:
    database.do(lambda session: schedules.put(session, product, "hello", at=WEEKLY, next_due=next_due, options={}))


def said(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(post.key, post.text) for post in posts.everything(session, "local", PostState)]


def settled(database: Database, product: Product) -> list[tuple[str, slots.SlotState, bool]]:
    with database.reading() as session:
        return slots.settled(session, schedules.named(session, product, "hello").id)


def a_chore(
    fetch: Callable[[str, OpenSource], str], kept: list[str], *, limit: timedelta = timedelta(seconds=5)
) -> Chore[str, str]:
    return Chore(
        name="fetch",
        ask=lambda turn: turn.product.key,
        fetch=fetch,
        keep=lambda _turn, ask, answer: kept.append(f"{ask}: {answer}"),
        limit=limit,
    )
