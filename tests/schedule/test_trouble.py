"""What the runner makes of slow chores, unreadable rows, and changes while it works."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import NoReturn

import pytest
from sqlmodel import Session, col, update

from bot.clock import SetClock
from bot.domain.delivery import PostState
from bot.domain.people import Role
from bot.domain.planning import At, Slot
from bot.domain.product import Product
from bot.domain.sourcing import OpenSource
from bot.errors import UserError
from bot.kit.post import Post
from bot.kit.ritual import Turn
from bot.schedule.runner import SlotUnderWayError
from bot.store import posts, products, schedules, slots
from bot.store.session import Database
from bot.store.tables import ScheduleRow
from tests.schedule.conftest import WEEKLY, RunnerOf, a_chore, a_ritual, said, say_hello, scheduled, settled
from tests.support.builders import MONDAY, a_product

NINE = Slot(nominal=datetime(2026, 11, 16, 9, 0), due=MONDAY)


async def test_a_slow_chore_does_not_keep_the_next_tick_or_another_product(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    release, begun = Event(), []

    def fetch(ask: str, _open: OpenSource) -> str:
        begun.append(ask)
        if ask == "copilot":
            release.wait(10)
        return "fetched"

    other = database.do(lambda session: a_product(session, key="other"))
    scheduled(database, product)
    runner = runner_of(a_ritual(say_hello, a_chore(fetch, [])))
    slow = asyncio.create_task(runner.tick())
    while not begun:  # noqa: ASYNC110 a list, no event
        await asyncio.sleep(0.01)
    scheduled(database, other)

    assert await asyncio.wait_for(runner.tick(), timeout=5) == 1
    assert [key for key, _ in said(database)] == ["other/2026-11-16T09:00"]
    release.set()

    assert await slow == 1
    assert begun == ["copilot", "other"], "the slow one was begun once"


async def test_a_chore_that_is_cancelled_is_free_for_the_next_worker_at_once(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    release, begun = Event(), Event()

    def hang(_ask: str, _open: OpenSource) -> str:
        begun.set()
        release.wait(10)
        return "too late"

    kept: list[str] = []
    scheduled(database, product)
    ending = asyncio.create_task(runner_of(a_ritual(say_hello, a_chore(hang, kept))).tick())
    assert await asyncio.to_thread(begun.wait, 5)
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    release.set()

    await runner_of(a_ritual(say_hello, a_chore(lambda _ask, _open: "fetched", kept))).tick()

    assert (len(said(database)), kept) == (1, ["copilot: fetched"])


async def test_a_source_that_times_out_by_itself_is_not_blamed_on_our_limit(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    def fetch(_ask: str, _open: OpenSource) -> NoReturn:
        raise TimeoutError

    def run(turn: Turn) -> list[Post]:
        return [Post(key="k", to="C0TEAM", text=turn.failed["fetch"])]

    scheduled(database, product)
    await runner_of(a_ritual(run, a_chore(fetch, []))).tick()

    assert said(database) == [("k", "the source gave up waiting: it timed out by itself.")]


async def test_a_schedule_that_cannot_be_read_is_told_and_keeps_nobody(
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock
) -> None:
    other = database.do(lambda session: a_product(session, key="other"))
    scheduled(database, product)
    scheduled(database, other)
    damage = update(ScheduleRow).where(col(ScheduleRow.product_id) == product.id).values(at="whenever")
    database.do(lambda session: session.exec(damage))
    runner = runner_of(a_ritual())

    for _ in range(4):
        await runner.tick()
        clock.advance(timedelta(minutes=10))

    assert [key for key, _ in said(database)] == ["other/2026-11-16T09:00", "copilot/hello/2026-11-16T08:00Z#broken"]
    assert "“whenever” is not a schedule" in said(database)[1][1]


async def test_without_people_of_its_own_an_admin_is_told_once_by_whichever_worker(
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock
) -> None:
    def run(_turn: Turn) -> NoReturn:
        raise UserError("The template is broken.")

    for role in (Role.PM, Role.ML_LEAD):
        database.do(partial(products.assign, product=product, role=role, users=[]))
    scheduled(database, product)
    runners = [runner_of(a_ritual(run), admins=("U0ADMIN",)) for _ in range(2)]

    for _ in range(6):
        await asyncio.gather(*(runner.tick() for runner in runners))
        clock.advance(timedelta(hours=2))

    with database.reading() as session:
        assert [post.recipient for post in posts.everything(session, "local", PostState)] == ["U0ADMIN"]


def test_a_failure_is_noted_by_one_worker_only(database: Database, product: Product) -> None:
    scheduled(database, product)

    with database.unit_of_work() as session:
        (overdue,) = schedules.due(session, MONDAY)
        noted = [schedules.note_failure(session, overdue, retry_at=MONDAY) for _ in range(2)]

    assert noted == [True, False]


async def test_a_product_that_is_archived_while_its_chores_run_stays_silent(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    def fetch(_ask: str, _open: OpenSource) -> str:
        database.do(lambda session: products.archive(session, product.id, MONDAY))
        return "fetched"

    scheduled(database, product)
    await runner_of(a_ritual(say_hello, a_chore(fetch, []))).tick()

    assert (said(database), settled(database, product)) == ([], [])


async def test_a_channel_that_is_changed_while_the_chores_run_is_the_one_that_counts(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    def fetch(_ask: str, _open: OpenSource) -> str:
        database.do(lambda session: products.save(session, replace(product, team_channel="C0NEW")))
        return "fetched"

    def run(turn: Turn) -> list[Post]:
        return [Post(key="k", to=turn.product.team_channel or "", text="hello")]

    scheduled(database, product)
    await runner_of(a_ritual(run, a_chore(fetch, []))).tick()

    with database.reading() as session:
        assert [post.recipient for post in posts.everything(session, "local", PostState)] == ["C0NEW"]


async def test_by_hand_a_slot_that_another_worker_prepares_is_not_called_settled(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    release, begun = Event(), Event()

    def hang(_ask: str, _open: OpenSource) -> str:
        begun.set()
        release.wait(10)
        return "fetched"

    scheduled(database, product)
    ritual = a_ritual(say_hello, a_chore(hang, []))
    working = asyncio.create_task(runner_of(ritual).tick())
    assert await asyncio.to_thread(begun.wait, 5)

    with pytest.raises(SlotUnderWayError, match="being prepared by another worker"):
        await runner_of(ritual).run_by_hand(product, ritual, NINE)
    release.set()
    await working


def reset(session: Session, product: Product, at: At, *, next_due: datetime, now: datetime) -> None:
    schedules.put(session, product, "hello", at=at, next_due=next_due, options={}, now=now)


async def test_a_due_slot_still_runs_when_its_schedule_is_set_to_the_same_time(
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock
) -> None:
    scheduled(database, product)
    clock.advance(timedelta(minutes=1))
    next_week = MONDAY + timedelta(days=7)
    database.do(lambda session: reset(session, product, WEEKLY, next_due=next_week, now=clock.now()))

    await runner_of(a_ritual()).tick()

    assert settled(database, product) == [("2026-11-16T09:00", slots.SlotState.RAN, False)]


async def test_a_due_slot_is_recorded_as_skipped_when_its_schedule_is_given_another_time(
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock
) -> None:
    scheduled(database, product)
    clock.advance(timedelta(minutes=1))
    tuesday = MONDAY + timedelta(days=1)
    database.do(lambda session: reset(session, product, At.parse("tue 09:00"), next_due=tuesday, now=clock.now()))
    clock.at = tuesday

    await runner_of(a_ritual()).tick()

    assert settled(database, product) == [
        ("2026-11-16T09:00", slots.SlotState.SKIPPED, False),
        ("2026-11-17T09:00", slots.SlotState.RAN, False),
    ]


@pytest.mark.parametrize(("zone", "hours_later"), [("Europe/London", 1), ("Europe/Helsinki", 0)])
async def test_a_due_slot_runs_once_in_the_zone_that_its_product_is_moved_to(  # noqa: PLR0917 fixtures
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock, zone: str, hours_later: int
) -> None:
    """slack.md C6: 09:00 stays 09:00; west of here it is still to come, east of here it is an hour ago."""
    scheduled(database, product)
    clock.advance(timedelta(seconds=1))
    moved = database.do(lambda session: products.save(session, replace(product, timezone=zone)))
    tomorrow = MONDAY + timedelta(days=1)
    database.do(lambda session: reset(session, moved, WEEKLY, next_due=tomorrow, now=clock.now()))
    runner = runner_of(a_ritual())

    ran_at = []
    for hour in range(3):
        clock.at = MONDAY + timedelta(hours=hour, seconds=1)
        await runner.tick()
        ran_at.append(len(said(database)))

    assert ran_at.index(1) == hours_later
    assert [(nominal, state) for nominal, state, _ in settled(database, product)] == [
        ("2026-11-16T09:00", slots.SlotState.RAN)
    ]
