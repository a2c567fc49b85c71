"""B1, B2 and B4: the worst of a week out of a file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path

import pyarrow.parquet

from benchmarks import rows, timing
from benchmarks.timing import Result, Work
from bot.sources import duck, open_source
from bot.sources.asked import Row
from bot.sources.dialect import Statement
from bot.sources.surveyed import SurveyedSource

NAMES = ("id", "occurred_at", "product", "input", "output", "expected", "score", "loss", "confidence", "correct",
         "model_version", "segment")  # fmt: skip
TYPES = {"occurred_at": "TIMESTAMPTZ", "correct": "BOOLEAN"} | dict.fromkeys(("score", "loss", "confidence"), "DOUBLE")


def b1(count: int) -> Iterator[Result]:
    """What Muster adds to its own SQL, and what its SQL does more than a bare top 20: counts, and each pair once."""
    path = rows.parquet(count)
    yield _result("B1", "Parquet against bare DuckDB, same SQL", path, _same_sql(path), 1.2)
    yield _result("B1", "Parquet against a bare top 20 (no goal)", path, _top_20(path), inf)


def b2(count: int) -> Iterator[Result]:
    """What finding and reading the worst costs beyond reading what they are ranked by."""
    for name, shuffled, goal in (("time order", False, 1.6), ("shuffled", True, 3.0)):
        path = rows.parquet(count, shuffled=shuffled)
        yield _result("B2", f"Parquet, {name}, against PyArrow", path, _two_columns(path), goal, rss=True)


def b4(count: int) -> Iterator[Result]:
    """What reading everything as text costs; the counts come with it."""
    path = rows.csv(count)
    yield _result("B4", "CSV against DuckDB with declared types", path, _declared(path), 1.2, rss=True)


def _result(row: str, name: str, path: Path, floor: Work, goal: float, *, rss: bool = False) -> Result:
    ratio, took, base = timing.against_floor(floor, {"worst": _worst(path)})["worst"]
    peak = timing.peak_rss(str(path)) if rss else None
    return Result(row=row, name=name, ratio=ratio, goal=goal, took=took, floor=base, rss=peak)


def _worst(path: Path) -> Work:
    def run() -> None:
        source = open_source(rows.spec(str(path)))
        assert len(source.worst(rows.WEEK, 20)) == 20
        source.close()

    return run


def _same_sql(path: Path) -> Work:
    """What the source says to DuckDB, said by nobody else."""
    source = open_source(rows.spec(str(path)))
    assert isinstance(source, SurveyedSource)
    heard: list[Statement] = []
    ask = source.ask

    def listening(statement: Statement) -> list[Row]:
        heard.append(statement)
        return ask(statement)

    replace(source, ask=listening).worst(rows.WEEK, 20)
    source.close()
    return lambda: _run(heard)


def _top_20(path: Path) -> Work:
    source = open_source(rows.spec(str(path)))
    assert isinstance(source, SurveyedSource)
    asked = source.questions.worst(rows.WEEK, 20, once=False)
    source.close()
    return lambda: _run([asked])


def _two_columns(path: Path) -> Work:
    return lambda: pyarrow.parquet.read_table(path, columns=["score", "occurred_at"])


def _declared(path: Path) -> Work:
    columns = ", ".join(f"'{name}': '{TYPES.get(name, 'VARCHAR')}'" for name in NAMES)
    shown = ", ".join(name if name != "occurred_at" else "epoch_us(occurred_at)" for name in NAMES)
    start, end = (f"TIMESTAMPTZ '{at.isoformat()}'" for at in (rows.WEEK.start, rows.WEEK.end))
    sql = (
        f"SELECT {shown} FROM read_csv('{path}', columns = {{{columns}}}, auto_detect = false, header = true,"
        f" delim = ',', quote = '\"', escape = '\"') WHERE product = 'product-1' AND occurred_at >= {start}"
        f" AND occurred_at < {end} AND isfinite(score) ORDER BY score, occurred_at, id LIMIT 20"
    )
    return lambda: _run([Statement(sql, {})])


def _run(statements: Sequence[Statement]) -> None:
    connection = duck.connect()
    for statement in statements:
        found = connection.execute(statement.sql, dict(statement.values)).fetchall()
    assert len(found) == 20
    connection.close()
