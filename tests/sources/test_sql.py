"""Somebody else's database: what may be asked of it, and what is said when it will not answer."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from bot.domain.sourcing import SourceSpec
from bot.domain.window import Window
from bot.errors import TransientError, UsageError, UserError
from bot.sources import open_source, postgres
from bot.sources.asked import AskedSource

WEEK = Window(datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC))
CREATE = "CREATE TABLE predictions (id text, occurred_at {time}, score double precision)"
INSERT = "INSERT INTO predictions VALUES ('a', '2026-11-10T08:00:00Z', 0.5), ('b', '2026-11-11T08:00:00Z', 0.25)"


@pytest.fixture
def in_sqlite(tmp_path: Path) -> str:
    connection = sqlite3.connect(tmp_path / "their own.db")
    connection.execute(CREATE.format(time="text"))
    connection.execute(INSERT)
    connection.commit()
    connection.close()
    return f"sqlite:///{tmp_path}/their own.db"


@pytest.fixture
def in_postgres(postgres_url: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(CREATE.format(time="timestamptz"))
        connection.execute(INSERT)
    return postgres_url


@pytest.fixture(params=["in_sqlite", "in_postgres"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def ids(uri: str, **spec: object) -> list[str]:
    source = open_source(SourceSpec(uri=uri, **spec))  # type: ignore[arg-type]  # whatever the test is about
    try:
        return [prediction.id for prediction in source.worst(WEEK, 20)]
    finally:
        source.close()


def refusal(uri: str, **spec: object) -> str:
    with pytest.raises(UserError) as refused:
        ids(uri, **spec)
    return str(refused.value)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM predictions",
        "SELECT * FROM predictions;",
        "SELECT * FROM predictions -- all of them",
        "WITH p AS (SELECT * FROM predictions) SELECT * FROM p",
        "SELECT id, occurred_at, score, '100%' AS \"per:cent %s\" FROM predictions",
    ],
)
def test_a_query_is_a_select_of_any_shape(database: str, query: str) -> None:
    assert ids(database, query=query) == ["b", "a"]


@pytest.mark.parametrize("spec", [{}, {"table": "predictions", "query": "SELECT 1"}])
def test_a_database_needs_exactly_one_of_table_and_query(database: str, spec: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="exactly one of --table and --query"):
        ids(database, **spec)


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM predictions",
        "DELETE FROM predictions RETURNING *",
        "SELECT * FROM predictions) AS source; DROP TABLE predictions; SELECT * FROM (SELECT 1",
        "SELECT 1) AS source; DROP TABLE predictions; --",
        "WITH gone AS (DELETE FROM predictions RETURNING *) SELECT * FROM gone",
    ],
)
def test_a_query_cannot_write(database: str, query: str) -> None:
    refusal(database, query=query)

    assert ids(database, table="predictions") == ["b", "a"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT id || set_config('transaction_read_only', 'off', false) AS id, occurred_at, score FROM predictions",
        "SELECT id || lo_create(0)::text AS id, occurred_at, score FROM predictions",
    ],
)
def test_a_query_cannot_talk_postgres_out_of_only_reading(in_postgres: str, query: str) -> None:
    said = refusal(in_postgres, query=query)

    assert "read-only" in said or "read-write" in said


def test_a_query_cannot_reach_other_files_or_settings_of_sqlite(in_sqlite: str) -> None:
    source = open_source(SourceSpec(uri=in_sqlite, table="predictions"))
    assert isinstance(source, AskedSource)
    for sql in ("ATTACH 'other.db' AS other", "PRAGMA query_only = OFF", "SELECT load_extension('x')"):
        with pytest.raises(UserError):
            source.ask(type(source.questions.any_repeated(WEEK))(sql, {}))
    source.close()


def test_a_query_without_end_is_stopped(in_sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sources.sqlite.PATIENCE_S", 0.05)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, '2026-11-10T08:00:00Z' AS occurred_at, 1 AS score FROM n WHERE i < 0"

    with pytest.raises(TransientError, match="took longer"):
        ids(in_sqlite, query=endless)


def test_postgres_gives_up_on_a_slow_query_by_itself(in_postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sources.postgres.SETTINGS", postgres.SETTINGS.replace("60s", "50ms"))

    with pytest.raises(TransientError, match="took too long"):
        ids(in_postgres, query="SELECT id, occurred_at, score + length(pg_sleep(1)::text) AS score FROM predictions")


def test_a_table_that_is_not_there_is_named(database: str) -> None:
    assert "prediction" in refusal(database, table="prediction")


def test_a_table_may_be_named_with_its_schema(in_postgres: str) -> None:
    assert ids(in_postgres, table="public.predictions") == ["b", "a"]


def test_postgres_may_be_named_as_platforms_do(in_postgres: str) -> None:
    for scheme in ("postgres", "postgresql+psycopg"):
        assert ids(in_postgres.replace("postgresql", scheme, 1), table="predictions") == ["b", "a"]


def test_a_database_that_is_down_is_worth_another_try_and_its_password_is_not_told() -> None:
    with pytest.raises(TransientError) as failed:
        ids("postgresql://someone:hunter2@127.0.0.1:1/x", table="t")

    assert str(failed.value).startswith("The database cannot be reached: ")
    assert "hunter2" not in str(failed.value)


def test_a_database_that_is_not_there_is_for_a_person_to_mend(in_postgres: str) -> None:
    said = refusal(in_postgres.replace("?host", "x?host"), table="predictions")

    assert said.startswith("The database does not let us in: database “") or "does not exist" in said


def test_a_url_that_is_none_is_refused_without_its_password() -> None:
    for uri in ("mysql://u:hunter2@h/db", "postgresql://u:hunter2@[::1/db", "postgresql://u:hunter2@h:port/db"):
        with pytest.raises((UserError, TransientError)) as refused:
            ids(uri, table="t")
        assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("uri", ["sqlite://", "sqlite:///", "sqlite:///gone.db"])
def test_a_sqlite_file_that_is_not_there_is_refused_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    monkeypatch.chdir(tmp_path)

    refusal(uri, table="t")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("id,score\n" * 100)

    assert refusal(f"sqlite:///{tmp_path}/a.db", table="t").endswith("is not a SQLite database.")


def test_sqlite_compares_by_code_point_whatever_the_column_says(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (id TEXT COLLATE NOCASE, occurred_at TEXT, score REAL)")
    connection.executemany("INSERT INTO t VALUES (?, '2026-11-10T08:00:00Z', 0.5)", [("b",), ("B",), ("a",), ("A",)])
    connection.commit()
    connection.close()

    assert ids(f"sqlite:///{tmp_path}/a.db", table="t") == ["A", "B", "a", "b"]


def test_ids_are_compared_by_code_point_in_postgres(in_postgres: str) -> None:
    """The server of these tests has a plain collation, so that leaving this out would show nowhere else."""
    source = open_source(SourceSpec(uri=in_postgres, table="predictions"))
    assert isinstance(source, AskedSource)
    order = source.questions.worst(WEEK, 20, once=False).sql.rpartition("ORDER BY")[2]
    source.close()

    assert 'CAST("id" AS text) COLLATE "C" ASC' in order


def test_an_index_on_the_time_serves(in_postgres: str) -> None:
    with psycopg.connect(in_postgres, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO predictions SELECT g::text, now() - g * interval '1 hour', 0.5 FROM generate_series(1, 20000) g"
        )
        connection.execute("CREATE INDEX by_time ON predictions (occurred_at)")
        connection.execute("ANALYZE predictions")
        source = open_source(SourceSpec(uri=in_postgres, table="predictions"))
        assert isinstance(source, AskedSource)
        asked = source.questions.worst(WEEK, 20, once=False)
        source.close()
        plan = connection.execute(f"EXPLAIN {asked.sql}", asked.values).fetchall()

    assert "by_time" in str(plan)


@pytest.mark.parametrize("kind", ["timestamp", "date"])
def test_native_times_without_a_zone_need_one_named(postgres_url: str, kind: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(CREATE.format(time=kind))
        connection.execute("INSERT INTO predictions VALUES ('a', '2026-11-09', 0.5), ('b', '2026-11-16', 0.5)")

    assert "--source-tz" in refusal(postgres_url, table="predictions")
    assert ids(postgres_url, table="predictions", zone="UTC") == ["a"]
    assert ids(postgres_url, table="predictions", zone="Europe/Berlin") == ["b"]
