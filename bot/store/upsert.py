"""INSERT with a word on what to do when the row is there already."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_into(session: Session, table: type[SQLModel]) -> Any:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`, in the session's dialect.

    The two dialects' statements share these methods but no type that names them. Preferred to a savepoint, which on
    SQLite survives the rollback around it.
    """
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


def inserted(session: Session, statement: Any) -> int:
    """Execute an INSERT and return how many rows it really wrote."""
    # Without being told to, SQLAlchemy fetches the new key on Postgres and forgets the count.
    return session.connection().execute(statement, execution_options={"preserve_rowcount": True}).rowcount
