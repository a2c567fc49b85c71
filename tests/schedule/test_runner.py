"""What the runner promises, on both databases: each slot once, chores before it, and catching up."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from bot.clock import SetClock
from bot.domain.delivery import PostState
from bot.domain.planning import Slot
from bot.domain.product import Product
from bot.domain.sourcing import OpenSource
from bot.errors import UserError
from bot.kit.post import Post
from bot.kit.ritual import Turn
from bot.schedule.runner import SlotSettledError
from bot.store import posts, schedules, slots
from bot.store.session import Database
from tests.schedule.conftest import RunnerOf, a_chore, a_ritual, said, say_hello, scheduled, settled
from tests.support.builders import MONDAY, a_product


async def test_a_slot_runs_at_its_hour_once(
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock
) -> None:
    scheduled(database, product)
    runner = runner_of(a_ritual())

    clock.at = MONDAY - timedelta(seconds=1)
    await runner.tick()
    assert said(database) == []
    clock.at = MONDAY
    await runner.tick()
    await runner.tick()

    assert said(database) == [("copilot/2026-11-16T09:00", "hello")]
    assert settled(database, product) == [("2026-11-16T09:00", slots.SlotState.RAN, False)]
    with database.reading() as session:
        assert schedules.named(session, product, "hello").next_due == MONDAY + timedelta(days=7)


async def test_a_ritual_knows_the_admins(database: Database, product: Product, runner_of: RunnerOf) -> None:
    scheduled(database, product)
    known: list[str] = []

    def run(turn: Turn) -> list[Post]:
        known.extend(turn.admins)
        return []

    await runner_of(a_ritual(run), admins=("U0ADMIN",)).tick()

    assert known == ["U0ADMIN"]


async def test_two_workers_on_one_slot_post_once(database: Database, product: Product, runner_of: RunnerOf) -> None:
    scheduled(database, product)
    runners = [runner_of(a_ritual()) for _ in range(4)]

    await asyncio.gather(*(runner.tick() for runner in runners))

    assert len(said(database)) == 1


async def test_a_worker_down_for_three_weeks_catches_up_once_and_says_it_is_late(
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock
) -> None:
    scheduled(database, product)
    clock.at = MONDAY + timedelta(weeks=3, hours=5)

    await runner_of(a_ritual()).tick()

    assert said(database) == [("copilot/2026-12-07T09:00", "hello, late")]
    assert settled(database, product) == [
        ("2026-11-16T09:00", slots.SlotState.SKIPPED, False),
        ("2026-11-23T09:00", slots.SlotState.SKIPPED, False),
        ("2026-11-30T09:00", slots.SlotState.SKIPPED, False),
        ("2026-12-07T09:00", slots.SlotState.RAN, True),
    ]


async def test_a_ritual_that_breaks_leaves_nothing_behind_and_is_tried_again(
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock
) -> None:
    broken = True

    def run(turn: Turn) -> list[Post]:
        made = say_hello(turn)
        posts.add(turn.session, posts.NewPost(workspace="local", key="half", recipient="C0TEAM", text="half"), turn.now)
        if broken:
            raise ValueError("broken")
        return made

    scheduled(database, product)
    runner = runner_of(a_ritual(run))
    await runner.tick()
    assert (said(database), settled(database, product)) == ([], [])

    broken = False
    clock.advance(timedelta(minutes=2))
    await runner.tick()

    assert [key for key, _ in said(database)] == ["half", "copilot/2026-11-16T09:00"]


async def test_after_three_broken_runs_the_pm_is_told_once(
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock
) -> None:
    def run(_turn: Turn) -> NoReturn:
        raise UserError("The template is broken.")

    scheduled(database, product)
    runner = runner_of(a_ritual(run))
    for _ in range(6):
        await runner.tick()
        clock.advance(timedelta(hours=2))

    with database.reading() as session:
        notices = [(post.recipient, post.text) for post in posts.everything(session, "local", PostState)]
    assert notices == [
        ("U0PM", "I could not prepare hello of Support Copilot: The template is broken. I keep trying every hour.")
    ]


async def test_one_broken_ritual_does_not_keep_the_others(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    def run(turn: Turn) -> list[Post]:
        if turn.product.key == "copilot":
            raise ValueError("broken")
        return say_hello(turn)

    other = database.do(lambda session: a_product(session, key="other"))
    scheduled(database, product)
    scheduled(database, other)

    await runner_of(a_ritual(run)).tick()

    assert [key for key, _ in said(database)] == ["other/2026-11-16T09:00"]


async def test_chores_run_before_the_ritual_and_hold_no_transaction(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    kept: list[str] = []

    def fetch(_ask: str, _open: OpenSource) -> str:
        # Another writer gets in at once: nobody holds the database while the outside is waited for.
        database.do(lambda session: a_product(session, key="written-meanwhile"))
        return "fetched"

    def run(turn: Turn) -> list[Post]:
        return [Post(key="k", to="C0TEAM", text=kept[0])]

    scheduled(database, product)
    await runner_of(a_ritual(run, a_chore(fetch, kept))).tick()

    assert said(database) == [("k", "copilot: fetched")]


async def test_a_chore_that_fails_leaves_its_reason_to_the_ritual_which_still_runs(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    def fetch(_ask: str, _open: OpenSource) -> NoReturn:
        raise UserError("The file is gone.")

    def run(turn: Turn) -> list[Post]:
        return [Post(key="k", to="C0TEAM", text=str(dict(turn.failed)))]

    scheduled(database, product)
    await runner_of(a_ritual(run, a_chore(fetch, []))).tick()

    assert said(database) == [("k", "{'fetch': 'The file is gone.'}")]


async def test_a_chore_that_hangs_is_given_up_at_its_limit(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    import threading

    release = threading.Event()

    def fetch(_ask: str, _open: OpenSource) -> str:
        release.wait(10)
        return "too late"

    def run(turn: Turn) -> list[Post]:
        return [Post(key="k", to="C0TEAM", text=turn.failed["fetch"])]

    scheduled(database, product)
    await runner_of(a_ritual(run, a_chore(fetch, [], limit=timedelta(seconds=0.2)))).tick()
    release.set()

    assert said(database) == [("k", "the source did not answer within 0 seconds.")]


async def test_a_chore_under_way_elsewhere_is_not_done_twice_and_taken_over_when_its_worker_died(
    database: Database, product: Product, runner_of: RunnerOf, clock: SetClock
) -> None:
    from bot.store import chores
    from bot.store.chores import ChoreRun

    scheduled(database, product)
    with database.reading() as session:
        schedule_id = schedules.named(session, product, "hello").id
    run = ChoreRun(schedule_id=schedule_id, nominal="2026-11-16T09:00", chore="fetch")
    database.do(lambda session: chores.claim(session, run, now=clock.now(), lease=timedelta(minutes=1)))
    kept: list[str] = []
    runner = runner_of(a_ritual(say_hello, a_chore(lambda _ask, _open: "fetched", kept)))

    await runner.tick()
    assert (said(database), kept) == ([], [])
    clock.advance(timedelta(minutes=2))
    await runner.tick()

    assert (len(said(database)), kept) == (1, ["copilot: fetched"])


async def test_a_slot_run_by_hand_is_not_run_again_at_its_hour(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    scheduled(database, product)
    ritual = a_ritual()
    runner = runner_of(ritual)
    slot = Slot(nominal=datetime(2026, 11, 16, 9, 0), due=MONDAY)

    await runner.run_by_hand(product, ritual, slot)
    with pytest.raises(SlotSettledError, match="settled already"):
        await runner.run_by_hand(product, ritual, slot)
    await runner.tick()

    assert len(said(database)) == 1


async def test_a_rehearsal_says_what_would_be_posted_and_changes_nothing(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    scheduled(database, product)
    ritual = a_ritual()
    runner = runner_of(ritual)

    would = runner.rehearse(product, ritual, Slot(nominal=datetime(2026, 11, 16, 9, 0), due=MONDAY))

    assert [post.text for post in would] == ["hello"]
    assert (said(database), settled(database, product)) == ([], [])


async def test_a_paused_schedule_and_an_archived_product_stay_silent(
    database: Database, product: Product, runner_of: RunnerOf
) -> None:
    from bot.store import products

    archived = database.do(lambda session: a_product(session, key="archived"))
    scheduled(database, product)
    scheduled(database, archived)
    database.do(lambda session: schedules.pause(session, product, "hello"))
    database.do(lambda session: products.archive(session, archived.id, datetime(2026, 11, 1, tzinfo=UTC)))

    await runner_of(a_ritual()).tick()

    assert said(database) == []
