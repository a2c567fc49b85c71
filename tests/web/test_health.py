"""The health pages over real HTTP: red with the cause, green when it works."""

import json
import urllib.error
import urllib.request
from asyncio import gather, to_thread
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import text

from bot.clock import SetClock
from bot.schedule.worker import SecondHostError, Worker
from bot.store.session import Database
from bot.web import app as app_module
from bot.web.app import application
from bot.web.server import PortTakenError, serving
from tests.support.builders import MONDAY, a_post


@pytest.fixture
def clock() -> SetClock:
    return SetClock(MONDAY)


async def asked(database: Database, clock: SetClock, path: str) -> tuple[int, dict[str, Any]]:
    async with serving(application(database=database, moment=lambda _s: clock.now()), port=0, host="127.0.0.1") as port:
        return await to_thread(_get, f"http://127.0.0.1:{port}{path}")


def _get(url: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def a_worker(database: Database, clock: SetClock, host: str = "one") -> Worker:
    return Worker(database=database, moment=lambda _session: clock.now(), host=host)


async def nothing_to_do() -> int:
    return 0


async def test_the_process_answers(database: Database, clock: SetClock) -> None:
    assert await asked(database, clock, "/healthz") == (200, {"status": "ok"})


async def test_ready_only_while_the_schedule_is_looked_at(database: Database, clock: SetClock) -> None:
    status, vitals = await asked(database, clock, "/readyz")
    assert (status, vitals["wrong"]) == (503, ["The schedule has not been looked at for over a minute."])

    await a_worker(database, clock).beating("tick", nothing_to_do)()
    status, vitals = await asked(database, clock, "/readyz")
    assert (status, vitals["wrong"]) == (200, [])

    clock.advance(timedelta(seconds=61))
    status, _ = await asked(database, clock, "/readyz")
    assert status == 503


async def test_a_post_that_waits_too_long_is_said(database: Database, clock: SetClock) -> None:
    database.do(a_post)
    clock.advance(timedelta(seconds=121))
    await a_worker(database, clock).beating("tick", nothing_to_do)()

    status, vitals = await asked(database, clock, "/readyz")

    assert (status, vitals["wrong"]) == (503, ["A post has been waiting for over two minutes."])


async def test_a_taken_port_is_said_in_words(database: Database, clock: SetClock) -> None:
    app = application(database=database, moment=lambda _session: clock.now())
    async with serving(app, port=0, host="127.0.0.1") as port:
        with pytest.raises(PortTakenError, match=f"Port {port} is taken"):
            async with serving(app, port=port, host="127.0.0.1"):
                pass


async def test_sqlite_serves_one_host_and_postgres_any_number(database: Database, clock: SetClock) -> None:
    await a_worker(database, clock, "one").enlist()
    await a_worker(database, clock, "one").enlist()

    if database.is_sqlite:
        with pytest.raises(SecondHostError, match="in use by a worker on one"):
            await a_worker(database, clock, "two").enlist()
    else:
        await a_worker(database, clock, "two").enlist()


async def test_a_database_of_an_older_form_is_said_and_never_a_500(database: Database, clock: SetClock) -> None:
    database.do(lambda session: session.execute(text("DELETE FROM alembic_version")))
    assert await asked(database, clock, "/readyz") == (
        503,
        {"wrong": ["The database is not up to date: run `muster migrate`."]},
    )


async def test_a_table_that_is_missing_is_said_and_never_a_500(database: Database, clock: SetClock) -> None:
    database.do(lambda session: session.execute(text("DROP TABLE heartbeats")))

    status, vitals = await asked(database, clock, "/readyz")

    assert (status, len(vitals["wrong"])) == (503, 1)


async def test_a_database_that_is_silent_is_said_in_time(
    database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Event()
    monkeypatch.setattr(app_module, "PATIENCE", timedelta(seconds=0.3))
    stuck = [database.run(lambda _session: release.wait(10)) for _ in range(4)]

    status, vitals = await asked(database, clock, "/readyz")
    release.set()
    await gather(*stuck)

    assert (status, vitals["wrong"]) == (503, ["The database did not answer within 0 seconds."])


async def test_the_probe_waits_for_no_writer(database: Database, clock: SetClock) -> None:
    await a_worker(database, clock).beating("tick", nothing_to_do)()

    with database.unit_of_work() as session:
        a_post(session)
        status, _ = await asked(database, clock, "/readyz")

    assert status == 200
