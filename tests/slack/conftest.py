"""How soon matters here: Slack waits no longer than it really does."""

from collections.abc import Iterator

import pytest

from bot.store.session import Database
from tests.support.office import Office


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    """Muster at work, on SQLite and on Postgres, with nothing said yet."""
    with Office(database) as opened:
        yield opened
