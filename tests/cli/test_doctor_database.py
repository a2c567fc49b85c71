"""The doctor at the database: each wrong thing is seen once, and said with its mend."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.domain.delivery import Patience, PostState
from bot.domain.planning import At
from bot.domain.product import Product
from bot.domain.sourcing import SourceSpec
from bot.store import heartbeats, posts, products, schedules, settling
from bot.store.heartbeats import Replica
from bot.store.session import Database, now_in
from bot.wiring import doctor_database, looks
from bot.wiring.findings import Finding, note, ok, wrong
from tests.support.builders import MONDAY, a_post, a_product

WEEKLY = At.parse("mon 09:00")
SOON = datetime(2126, 11, 18, 8, 0, tzinfo=UTC)
"""A Monday that has not come yet, 09:00 in Berlin."""


def looked(database: Database) -> dict[str, Finding]:
    """What the doctor says of all rows, by what was looked at."""

    async def everything() -> list[Finding]:
        known = doctor_database.watched(database)
        every = doctor_database.looks(database, known)
        return [one for look in every for one in await looks.taken(look.check, looks.aside(look.take), step=look.step)]

    return {one.check: one for one in asyncio.run(everything())}


def a_schedule(session: Session, product: Product, next_due: datetime) -> schedules.Schedule:
    return schedules.put(session, product, "error_review", at=WEEKLY, next_due=next_due, options={})


def beat(database: Database, ago: timedelta) -> None:
    database.do(lambda session: heartbeats.beat(session, Replica("r1", "h1"), "tick", now_in(session) - ago))


def parked(session: Session) -> None:
    a_post(session, "lost")
    post = posts.named(session, "local", "lost")
    assert post is not None
    settling.park(session, post, "The channel is archived.")


def held(session: Session) -> None:
    a_post(session, "odd")
    (post,) = posts.claim(session, "local", now=MONDAY, patience=Patience(), limit=1)
    settling.doubt(session, post, look_at=MONDAY, reason="The connection was lost.")
    (doubted,) = posts.everything(session, "local", [PostState.UNKNOWN])
    settling.hold(session, doubted, "Slack cannot say.")


def test_a_database_that_is_in_use_is_well(database: Database) -> None:
    product = database.do(a_product)
    database.do(lambda session: a_schedule(session, product, SOON))
    beat(database, timedelta())

    found = looked(database)

    assert found.pop("worker").what.startswith("looked at the schedules 0 s ago")
    assert list(found.values()) == [
        ok("source of copilot", "its own table (muster load)"),
        ok("error_review of copilot", "next Mon 2126-11-18 09:00 CET, then Mon 2126-11-25 09:00 CET"),
        ok("posts", "none is late, and none waits for a decision"),
    ]


def test_it_answers_is_current_and_goes_by_the_same_clock(database: Database) -> None:
    kind = "SQLite" if database.is_sqlite else "Postgres"

    assert doctor_database.reachable(database) == [
        ok("database", f"{kind} answers"),
        ok("migrations", "current"),
        ok("database clock", "the same as this machine's"),
    ]


def test_a_clock_that_is_apart_is_noted() -> None:
    assert doctor_database.clock(timedelta(seconds=59)).state == "ok"
    assert doctor_database.clock(timedelta(seconds=-75)) == note(
        "database clock", "75 s apart from this machine's; the database's holds.", "Set both by NTP."
    )


def test_a_database_that_was_never_migrated_is_said(postgres_url: str, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    for url in (postgres_url, f"sqlite:///{tmp_path}/empty.db"):
        with closing(Database(url)) as database:
            assert doctor_database.reachable(database)[1:] == [
                wrong(
                    "migrations",
                    "the database has not the form that this version reads.",
                    "Run: muster migrate",
                )
            ]


def test_looking_for_a_file_makes_none(tmp_path: Path) -> None:
    for name, step in [("new.db", "Run: muster migrate"), ("no/where.db", "Make it, or correct DATABASE_URL.")]:
        with closing(Database(f"sqlite:///{tmp_path / name}")) as database:
            (found,) = doctor_database.reachable(database)

        assert (found.check, found.state, found.do) == ("database", "wrong", step)
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_stopped_is_said(database: Database) -> None:
    assert looked(database)["worker"] == note("worker", "none is running.", "Run: muster run")

    beat(database, timedelta(minutes=3))

    found = looked(database)["worker"]
    assert (found.state, found.do) == ("wrong", "Run: muster run")
    assert found.what.startswith("none has looked at the schedules since 20")


def test_a_source_that_is_gone_is_said(database: Database) -> None:
    database.do(lambda session: a_product(session, source=SourceSpec(uri="/gone.parquet")))

    found = looked(database)["source of copilot"]

    assert found.state == "wrong"
    assert "/gone.parquet" in found.what
    assert found.do == "Run: muster product edit copilot --source URI"


def test_a_source_without_the_columns_that_its_ranking_needs_is_said(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "predictions.csv"
    file.write_text("id,occurred_at,input,score\np1,2026-11-13T12:00:00Z,q,0.5\n", encoding="utf-8")
    product = database.do(lambda session: a_product(session, source=SourceSpec(uri=str(file))))
    assert looked(database)["source of copilot"].state == "ok"

    file.write_text("id,occurred_at,input\np1,2026-11-13T12:00:00Z,q\n", encoding="utf-8")

    found = looked(database)[f"source of {product.key}"]
    assert found.state == "wrong"
    assert "score" in found.what


def test_readings_that_cannot_be_read_are_said(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "readings.csv"
    head, good = "metric,value,window_start,window_end", "csat,4.1,2026-11-09,2026-11-16"
    file.write_text(f"{head}\n{good}\n", encoding="utf-8")
    spec = SourceSpec(uri=str(file), zone="UTC")
    database.do(lambda session: a_product(session, readings_source=spec))
    assert looked(database)["readings of copilot"].state == "ok"

    file.write_text(f"{head}\n{good}\ncsat,great,2026-11-09,2026-11-16\n", encoding="utf-8")
    found = looked(database)["readings of copilot"]
    assert (found.state, found.what[:44]) == ("note", "can be read, but for some rows. Row 3: value")

    file.write_text("metric,value\ncsat,4.1\n", encoding="utf-8")
    found = looked(database)["readings of copilot"]
    assert (found.state, found.do) == ("wrong", "Run: muster product edit copilot --readings-source URI")


def test_the_password_of_a_source_is_not_said(database: Database) -> None:
    spec = SourceSpec(uri="postgresql://ana:geheim@127.0.0.1:9/gone", table="predictions")
    database.do(lambda session: a_product(session, source=spec))

    found = looked(database)["source of copilot"]

    assert found.state == "wrong"
    assert "geheim" not in str(found)


def test_a_product_without_a_schedule_and_one_that_rests_are_noted(database: Database) -> None:
    product = database.do(a_product)
    assert looked(database)["slots of copilot"].do == (
        'Run: muster schedule set error_review --product copilot --at "mon 09:00"'
    )

    database.do(lambda session: a_schedule(session, product, SOON))
    database.do(lambda session: schedules.pause(session, product, "error_review"))

    assert looked(database)["error_review of copilot"] == note(
        "error_review of copilot", "paused.", "Run: muster schedule resume error_review --product copilot"
    )


def test_a_slot_that_did_not_run_is_said(database: Database) -> None:
    product = database.do(a_product)
    database.do(lambda session: a_schedule(session, product, datetime(2026, 11, 16, 8, 0, tzinfo=UTC)))

    found = looked(database)["error_review of copilot"]

    assert (found.state, found.what) == ("wrong", "was due Mon 2026-11-16 09:00 CET.")


def test_what_could_not_be_delivered_is_noted(database: Database) -> None:
    database.do(parked)

    assert looked(database)["posts"] == note(
        "posts", "1 could not be delivered, the oldest lost.", "Run: muster outbox list"
    )


def test_what_nobody_can_tell_of_is_noted(database: Database) -> None:
    database.do(held)

    assert looked(database)["posts"] == note(
        "posts", "1 held: it cannot be told if they arrived, the oldest odd.", "Run: muster outbox list"
    )


def test_a_post_that_waits_for_long_is_said(database: Database) -> None:
    database.do(a_post)

    found = looked(database)["posts"]

    assert (found.state, found.what) == (
        "wrong",
        "the oldest that is not sent could have been at 2026-11-16 08:00 UTC.",
    )


def test_an_archived_product_is_not_looked_at(database: Database) -> None:
    product = database.do(a_product)
    database.do(lambda session: products.archive(session, product.id, now_in(session)))

    assert set(looked(database)) == {"worker", "posts"}


def test_one_broken_product_does_not_keep_the_others_from_being_looked_at(database: Database) -> None:
    database.do(a_product)
    (good,) = doctor_database.watched(database)
    lost = doctor_database.Watched(replace(good.product, key="lost", timezone="Mars/Olympus"), ())
    database.do(lambda session: a_schedule(session, good.product, SOON))

    async def everything() -> list[Finding]:
        every = doctor_database.looks(database, [lost, good])
        return [one for look in every for one in await looks.taken(look.check, looks.aside(look.take), step=look.step)]

    found = {one.check: one.state for one in asyncio.run(everything())}
    assert (found["slots of lost"], found["error_review of copilot"]) == ("wrong", "ok")


def test_a_look_that_hangs_is_given_up_and_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "LIMIT_S", 0.05)
    woken, began = threading.Event(), time.monotonic()

    def hang() -> list[Finding]:
        return [ok("source", f"woken: {woken.wait(5)}")]

    found = asyncio.run(looks.taken("source", looks.aside(hang), step="Wake it."))

    assert found == [wrong("source", "no answer within 0.05 seconds.", "Wake it.")]
    assert time.monotonic() - began < 1
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "doctor"] == [True]
    woken.set()


def test_a_look_that_breaks_says_no_more_than_its_kind() -> None:
    def broken() -> list[Finding]:
        raise ValueError("postgresql://ana:geheim@host/name")

    found = asyncio.run(looks.taken("source", looks.aside(broken), step="Mend it."))

    assert found == [wrong("source", "it cannot be looked at (ValueError).", "Mend it.")]


@pytest.mark.parametrize("finding", [note, wrong])
def test_a_secret_in_what_another_said_is_blotted_out(finding: Callable[[str, str, str], Finding]) -> None:
    found = finding("source", "no answer from postgresql://ana:geheim@host/name, token xoxb-geheim", "Mend it.")

    assert found.what == "no answer from postgresql:[secret]host/name, token [secret]"
