"""How migrations run: whole or not at all, one process at a time, on both databases."""

from alembic import context
from sqlalchemy import text
from sqlmodel import SQLModel

import bot.store.tables  # noqa: F401  the tables register themselves with the metadata
from bot.store.session import Database

LOCK = 0x4D757374
"""Any constant number: who holds it migrates."""


def run() -> None:
    database = Database(context.get_x_argument(as_dictionary=True).get("url") or context.config.attributes["url"])
    with database.engine.connect() as connection:
        if database.is_sqlite:
            # Rebuilding a table with foreign keys on would delete its children; the switch does nothing inside BEGIN.
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=database.is_sqlite,
            # SQLite can, once BEGIN is ours; Alembic does not know.
            transactional_ddl=True,
            compare_type=True,
        )
        with context.begin_transaction():
            if not database.is_sqlite:
                connection.execute(text("SET LOCAL lock_timeout = '10s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()
    database.close()


run()
