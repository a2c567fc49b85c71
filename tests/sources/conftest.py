"""One Postgres database for all rows that these tests write, each table under a name of its own."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from bot.domain.sourcing import SourceSpec
from tests.sources import places


@pytest.fixture(scope="session")
def warehouse(postgres_server: str) -> str:
    """The URI of a database that is filled with tables, never emptied."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE warehouse")
    return postgres_server.replace("/postgres?", "/warehouse?")


@pytest.fixture(params=places.EVERYWHERE)
def put(request: pytest.FixtureRequest, tmp_path: Path, warehouse: str) -> Callable[[places.Rows], SourceSpec]:
    """Puts rows into one kind of place and says how to reach them; asked for once per kind."""
    write = places.EVERYWHERE[request.param]
    return lambda rows: write(rows, tmp_path, warehouse)
