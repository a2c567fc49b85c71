"""A migration, for a process of its own, that dies in the middle."""

from sqlalchemy import Engine, event

from bot.store.migrations import migrate
from tests.support.processes import die


def dying_migration(url: str, statements: int) -> None:
    """Bring the database to the newest form, but die after so many statements."""
    left = statements

    def count(*_given: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            die()

    event.listen(Engine, "before_cursor_execute", count)
    migrate(url)
