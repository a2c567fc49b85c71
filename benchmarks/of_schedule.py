"""E1 and E3: what a due ritual costs, and what it costs when none is due."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from typing import Any

import psycopg

from benchmarks import plans, timing
from benchmarks.timing import Result, Work
from bot.schedule.runner import Runner
from bot.store.session import Database, now_in

WEEK = timedelta(days=7)
FEW, MANY = 1_000, 100_000
IDLE_TICKS = 100
ROUNDS = 3
"""A round takes seconds, and each settles a week of every schedule."""


def e1(count: int) -> Iterator[Result]:
    """Everything that is done for a due ritual against writing one row, each in a transaction of its own."""
    due = 10_000 if count >= plans.FULL else 500
    for name, goal in (("SQLite", 1.5), ("Postgres", 2.0)):
        with _database(name) as database, _bare(database, due) as floor:
            plans.fill(database, due)
            measured = timing.against_floor(floor, {"settle": _weeks(database, due)}, rounds=ROUNDS)
        ratio, took, base = measured["settle"]
        what = f"{name}, {due:,} due, against bare transactions"
        yield Result(row="E1", name=what, ratio=ratio, goal=goal, took=took, floor=base)


def e3(_: int) -> Iterator[Result]:
    """A tick that finds nothing due, among many schedules against among few."""
    for name in plans.BOTH:
        with ExitStack() as stack:
            few, many = (stack.enter_context(_idle(name, count)) for count in (FEW, MANY))
            ratio, took, base = timing.against_floor(few, {"idle": many}, repeat=IDLE_TICKS)["idle"]
        what = f"{name}, idle tick, {MANY:,} against {FEW:,}"
        yield Result(row="E3", name=what, ratio=ratio, goal=2.0, took=took, floor=base)


@contextmanager
def _database(name: str) -> Iterator[Database]:
    with plans.BOTH[name]() as url:
        database = Database(url)
        yield database
        database.close()


def _weeks(database: Database, due: int) -> Work:
    """Each call settles the next week of all schedules."""
    with database.reading() as session:
        on_time = plans.DUE + timedelta(seconds=1) - now_in(session)
    weeks = iter(range(1_000))

    def run() -> None:
        moment = plans.shifted(now_in, on_time + next(weeks) * WEEK)
        with plans.running(database, moment) as runner:
            assert asyncio.run(_until_settled(runner)) == due

    return run


async def _until_settled(runner: Runner) -> int:
    settled = 0
    while found := await runner.tick():
        settled += found
    return settled


@contextmanager
def _idle(name: str, count: int) -> Iterator[Work]:
    with _database(name) as database, asyncio.Runner() as loop:
        plans.fill(database, count)
        with database.reading() as session:
            early = plans.DUE - timedelta(days=1) - now_in(session)
        with plans.running(database, plans.shifted(now_in, early)) as runner:
            yield lambda: loop.run(_idle_tick(runner))


async def _idle_tick(runner: Runner) -> None:
    assert await runner.tick() == 0


@contextmanager
def _bare(database: Database, count: int) -> Iterator[Work]:
    """One row in each of *count* transactions, by the driver alone, as durable as Muster's."""
    with _statements(database) as (execute, mark):
        execute("CREATE TABLE bare (at TEXT)", ())

        def run() -> None:
            for _ in range(count):
                execute("BEGIN", ())
                execute(f"INSERT INTO bare VALUES ({mark})", ("2026-11-16T09:00",))
                execute("COMMIT", ())

        yield run


@contextmanager
def _statements(database: Database) -> Iterator[tuple[Callable[[Any, tuple[str, ...]], object], str]]:
    """What runs a statement, and how a value is marked in it."""
    url = database.engine.url
    if database.is_sqlite:
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            yield connection.execute, "?"
    else:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(psycopg.connect(address, autocommit=True)) as connected:
            yield connected.execute, "%s"
