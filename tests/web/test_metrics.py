"""What Prometheus reads over real HTTP: the vitals, the same from every replica."""

import urllib.error
import urllib.request
from asyncio import to_thread
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from bot.clock import SetClock
from bot.domain.delivery import PostState
from bot.schedule.worker import Worker
from bot.store.session import Database
from bot.web.app import application
from bot.web.server import serving
from tests.support.builders import MONDAY, a_post, a_product


async def scraped(database: Database, clock: SetClock) -> tuple[int, dict[tuple[str, str], float]]:
    async with serving(application(database=database, moment=lambda _s: clock.now()), port=0, host="127.0.0.1") as port:
        status, text = await to_thread(_get, f"http://127.0.0.1:{port}/metrics")
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return status, {(one.name, one.labels.get("state", "")): one.value for one in samples}


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


async def nothing_to_do() -> int:
    return 0


async def test_posts_are_counted_by_state_and_ages_told_in_seconds(database: Database) -> None:
    clock = SetClock(MONDAY)
    with database.unit_of_work() as session:
        a_product(session)
        a_post(session, "one", now=MONDAY)
        a_post(session, "two", now=MONDAY + timedelta(seconds=30))
    await Worker(database=database, moment=lambda _s: clock.now(), host="one").beating("tick", nothing_to_do)()
    clock.advance(timedelta(seconds=90))

    status, told = await scraped(database, clock)

    assert status == 200
    counted = {state: told["muster_posts", state] for state in PostState}
    assert counted == dict.fromkeys(PostState, 0) | {PostState.PENDING: 2}
    assert told["muster_oldest_unsent_post_seconds", ""] == 90
    assert told["muster_tick_age_seconds", ""] == 90
    assert told["muster_schedules_overdue", ""] == 0
    assert ("muster_oldest_request_seconds", "") not in told


async def test_a_database_that_does_not_answer_is_no_set_of_zeros(database: Database) -> None:
    database.close()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE posts RENAME TO posts_away")
    try:
        status, told = await scraped(database, SetClock(MONDAY))
    finally:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE posts_away RENAME TO posts")

    assert (status, told) == (503, {})
