"""A database is brought to the newest form whole, by one process or several, on SQLite and on Postgres."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

import bot.store.tables
from bot.errors import UserError
from bot.store import products
from bot.store.migrations import SCRIPTS, OutdatedDatabaseError, is_current, migrate, require_current
from bot.store.session import Database, DatabaseUrlError
from tests.store.dying import dying_migration
from tests.support.processes import KILLED, Child


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("postgres_url"))


def test_the_tables_are_what_the_migrations_make(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert bot.store.tables.ProductRow.__tablename__ == "products"


def test_an_empty_database_is_refused_until_it_is_migrated_and_twice_does_no_harm(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(OutdatedDatabaseError, match="muster migrate"):
        require_current(database)

    migrate(empty_url)
    migrate(empty_url)

    assert is_current(database)
    database.close()


def test_an_upgrade_keeps_every_row_that_was_there_before(empty_url: str) -> None:
    older = Config()
    older.set_main_option("script_location", str(SCRIPTS))
    older.attributes["url"] = empty_url
    command.upgrade(older, "20261121_meetings")
    database = Database(empty_url)
    row = (
        "INSERT INTO products (workspace, key, name, timezone, record, version)"
        """ VALUES ('local', 'copilot', 'Support Copilot', 'UTC', '{"risk": "high"}', 3)"""
    )
    with database.unit_of_work() as session:
        session.execute(text(row))
        session.execute(
            text("INSERT INTO roles (workspace, product_id, role, user_id) VALUES ('local', 1, 'pm', 'U0')")
        )

    migrate(empty_url)

    with database.reading() as session:
        (product,) = products.everything(session)
        team = [(one.role, one.user) for one in products.people(session, product.id)]
    assert (product.name, product.version, product.record.risk, team) == ("Support Copilot", 3, "high", [("pm", "U0")])
    database.close()


@pytest.mark.parametrize("statements", [3, 9, 17, 24])
def test_killed_in_the_middle_a_migration_leaves_nothing_and_succeeds_the_next_time(
    empty_url: str, statements: int
) -> None:
    code, said = Child(dying_migration, empty_url, statements).ends()
    assert code == KILLED, said
    database = Database(empty_url)
    assert inspect(database.engine).get_table_names() == []

    migrate(empty_url)

    assert is_current(database)
    database.close()


def test_two_processes_migrating_at_once_both_succeed(empty_url: str) -> None:
    both = [Child(migrate, empty_url) for _ in range(2)]

    results = [process.ends() for process in both]

    assert [code for code, _ in results] == [0, 0], results
    database = Database(empty_url)
    assert is_current(database)
    database.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "not a url", "", "http://somewhere"])
def test_an_address_of_another_kind_is_refused_in_words_that_do_not_repeat_it(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="DATABASE_URL must look like"):
        Database(url)


def test_a_database_that_cannot_be_opened_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be opened"):
        migrate(f"sqlite:///{tmp_path}/no/such/folder/muster.db")
