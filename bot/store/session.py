"""The database: engines, the one place that commits, and the threads it is used from."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session

from bot.errors import TransientError, UserError

T = TypeVar("T")

Moment = Callable[[Session], datetime]
"""How a turn learns what time it is: `now_in` in production, a clock that was set in the demo and in tests."""

POSTGRES_THREADS = 4
_POSTGRES_PATIENCE = {
    "connect_timeout": 10,
    # Far longer than anything we ask takes; a lock is waited for as long as SQLite's.
    "options": "-c statement_timeout=60000 -c lock_timeout=10000",
    # A server that vanished without a word is noticed within a minute, not after the system's two hours.
    "tcp_user_timeout": 30000,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""What a connection to Postgres begins with, in the units of libpq; the URL may say otherwise."""
_READ_ONLY = {"muster_read_only": True}


class DatabaseUrlError(UserError):
    """An address that is neither SQLite nor Postgres. The address itself is not repeated: it may hold a password."""

    def __init__(self) -> None:
        super().__init__("DATABASE_URL must look like sqlite:///muster.db or postgresql://user:password@host/name.")


class DatabaseBusyError(TransientError):
    """The database did not answer in time or went away."""

    def __init__(self, cause: OperationalError) -> None:
        super().__init__(f"The database did not answer: {str(cause.orig).splitlines()[0]}")


class Database:
    """One database, SQLite or Postgres, and the threads that its work runs on.

    SQLite gets one thread, because one writer that waits its turn is 20 to 40 times quicker at p99 than several that
    sleep on its lock (measured); Postgres gets a small pool.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        workers = 1 if self.is_sqlite else POSTGRES_THREADS
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="database")

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """A session whose work is committed whole at the end, or not at all. Nobody else commits."""
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks: it takes no write lock, and what it changed is thrown away."""
        with (
            _translated(),
            self.engine.connect().execution_options(**_READ_ONLY) as connection,
            Session(connection) as session,
        ):
            yield session

    @contextmanager
    def trying(self) -> Iterator[Session]:
        """A session that may write and read back what it wrote, and leaves nothing behind."""
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.rollback()

    def run(self, work: Callable[[Session], T]) -> Awaitable[T]:
        """Do *work* in a unit of work on a database thread."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self.do, work)

    def look(self, work: Callable[[Session], T]) -> Awaitable[T]:
        """Do *work*, which only reads, on a database thread: it takes no write lock and keeps nothing."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self._look, work)

    def do(self, work: Callable[[Session], T]) -> T:
        """Do *work* in a unit of work, here and now."""
        with self.unit_of_work() as session:
            return work(session)

    def close(self) -> None:
        """Let every connection and thread go."""
        self._threads.shutdown()
        self.engine.dispose()

    def _look(self, work: Callable[[Session], T]) -> T:
        with self.reading() as session:
            return work(session)


def now_in(session: Session) -> datetime:
    """The database's current instant, the one that all replicas share; it moves within a transaction."""
    dialect = session.get_bind().dialect.name
    statement = "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')" if dialect == "sqlite" else "SELECT clock_timestamp()"
    found = session.execute(text(statement)).scalar_one()
    return datetime.fromisoformat(found) if isinstance(found, str) else found.astimezone(UTC)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise DatabaseBusyError(error) from error


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUrlError from None
    match parsed.get_backend_name():
        case "sqlite":
            engine = create_engine(parsed, hide_parameters=True)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        case "postgresql" | "postgres":
            return create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,
                hide_parameters=True,
                pool_size=POSTGRES_THREADS,
                connect_args={name: value for name, value in _POSTGRES_PATIENCE.items() if name not in parsed.query},
            )
        case _:
            raise DatabaseUrlError


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python's sqlite3 would begin and commit behind our back; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("muster_read_only")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
