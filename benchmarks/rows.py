"""The rows that are measured on: made by arithmetic, the same on every machine, kept under `bench-out/`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from pyarrow.parquet import ParquetWriter

from bot.domain.sourcing import SourceSpec
from bot.domain.window import Window

KEPT = Path("bench-out")
FIRST = datetime(2026, 10, 19, tzinfo=UTC)
WEEK = Window(FIRST + timedelta(days=21), FIRST + timedelta(days=28))
"""Seven of the thirty days that the rows cover."""

PRODUCTS = 5
ROW_GROUP = 122_880


def spec(uri: str) -> SourceSpec:
    """One product of five."""
    return SourceSpec(uri=uri, where=(("product", "product-1"),))


def select(rows: int) -> str:
    """SQL for *rows* predictions in the order of their times, about 600 bytes each."""
    return f"""SELECT printf('p-%012d', (i * 7919) % {rows}) AS id,
        TIMESTAMPTZ '{FIRST.isoformat()}' + to_microseconds(CAST(i * 30.0 * 86400e6 / {rows} AS BIGINT)) AS occurred_at,
        'product-' || (hash(i) % {PRODUCTS}) AS product,
        'How do I change ' || md5(CAST(i AS VARCHAR)) || ' of order ' || i || ' when ' || md5(CAST(i % 9973 AS VARCHAR))
            || ' was already sent to the address in ' || (i % 311) || '?' AS input,
        'You can change ' || md5(CAST(i % 99991 AS VARCHAR)) || ' under settings, ' || md5(CAST(i AS VARCHAR))
            || repeat(' and then wait for the mail with number ' || (i % 1009), 4) AS output,
        'gold ' || (i % 7919) AS expected,
        (hash(i + 1) % 1000003) / 1000003.0 AS score,
        (hash(i + 2) % 1000003) / 100000.0 AS loss,
        (hash(i + 3) % 1009) / 1009.0 AS confidence,
        hash(i + 4) % 5 <> 0 AS correct,
        '1.' || (i % 3) AS model_version,
        'segment-' || (i % 7) AS segment
        FROM range({rows}) AS made(i)"""


def parquet(rows: int, *, shuffled: bool = False) -> Path:
    """A file of *rows*, in the order of their times or in none, in pages of 1 MB as PyArrow, pandas and Spark write."""
    path = KEPT / str(rows) / ("shuffled.parquet" if shuffled else "ordered.parquet")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        order = " ORDER BY hash(id)" if shuffled else ""
        with _maker(in_order=not shuffled) as connection:
            batches = connection.sql(select(rows) + order).to_arrow_reader(ROW_GROUP)
            unfinished = path.with_suffix(".part")
            with ParquetWriter(unfinished, batches.schema, compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(batch, row_group_size=ROW_GROUP)
        unfinished.rename(path)
    return path


def csv(rows: int) -> Path:
    """The same in the order of their times, with times as most programs write them."""
    path = KEPT / str(rows) / "ordered.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        iso = "strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%fZ') AS occurred_at"
        with _maker(in_order=True) as connection:
            unfinished = path.with_suffix(".part")
            connection.execute(f"COPY (SELECT * REPLACE ({iso}) FROM ({select(rows)})) TO '{unfinished}' (HEADER)")
        unfinished.rename(path)
    return path


def _maker(*, in_order: bool) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 2, "preserve_insertion_order": in_order})
    connection.execute("SET TimeZone = 'UTC'")
    return connection
