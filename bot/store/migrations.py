"""Bringing a database to the newest form, and telling whether it is there."""

from pathlib import Path
from time import sleep

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from bot.errors import UserError
from bot.store.session import Database

SCRIPTS = Path(__file__).parents[2] / "migrations"
TRIES, PAUSE_S = 20, 0.25


class OutdatedDatabaseError(UserError):
    """The database lacks tables or columns that this version reads."""

    def __init__(self) -> None:
        super().__init__("The database is not up to date: run `muster migrate` first.")


class UnreachableDatabaseError(UserError):
    """The database cannot be opened at all."""

    def __init__(self, cause: OperationalError) -> None:
        super().__init__(f"The database cannot be opened: {str(cause.orig).splitlines()[0]}")


def migrate(url: str) -> None:
    """Upgrade the database at *url* to the newest revision; nothing happens where it is there already.

    A crash leaves the old form or the new one. Two processes at once both succeed. Raises `UserError` when the
    database cannot be opened.
    """
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = url
    for tries_left in reversed(range(TRIES)):
        try:
            command.upgrade(config, "head")
        except OperationalError as error:
            if not (tries_left and _is_locked(error)):
                raise UnreachableDatabaseError(error) from error
            sleep(PAUSE_S)
        else:
            return


def _is_locked(error: OperationalError) -> bool:
    # While another process turns a new file to its write-ahead log, SQLite says so at once, whatever the patience.
    return "database is locked" in str(error.orig)


def is_current(database: Database) -> bool:
    """Whether the database has the newest form."""
    with database.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_heads()
    return set(found) == set(ScriptDirectory(str(SCRIPTS)).get_heads())


def require_current(database: Database) -> None:
    """Raise `OutdatedDatabaseError` unless the database has the newest form, `TransientError` if it does not answer."""
    if not is_current(database):
        raise OutdatedDatabaseError
