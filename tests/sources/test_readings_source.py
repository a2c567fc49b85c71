"""A product's readings source: pulled from databases and files, looked at before anything relies on it."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.domain.catalogue import CATALOGUE
from bot.domain.readings import NewReading, Origin
from bot.domain.sourcing import SourceSpec
from bot.domain.window import Window
from bot.errors import UserError
from bot.sources import metric_rows, sql
from bot.sources.intake import BadRow
from bot.sources.metric_rows import FirstRows

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WEEK = Window(datetime(2026, 11, 8, 23, tzinfo=UTC), datetime(2026, 11, 15, 23, tzinfo=UTC))
ROW = {"metric": "accuracy", "value": 0.9, "window_start": "2026-11-09", "window_end": "2026-11-16"}

CREATE = "CREATE TABLE weekly (name text, value {number}, starts {time}, ends {time}, n integer, team text)"
INSERT = """INSERT INTO weekly VALUES
    ('accuracy', 0.9, '2026-11-01T23:00:00Z', '2026-11-08T23:00:00Z', 900, 'ours'),
    ('accuracy', 0.923, '2026-11-08T23:00:00Z', '2026-11-15T23:00:00Z', 1068, 'ours'),
    ('accuracy', 0.5, '2026-11-08T23:00:00Z', '2026-11-15T23:00:00Z', 7, 'others'),
    ('odd', 1, '2026-11-08T23:00:00Z', '2026-11-15T23:00:00Z', NULL, 'ours')"""
MAPPED = {"metric": "name", "window_start": "starts", "window_end": "ends"}


@pytest.fixture
def in_sqlite(tmp_path: Path) -> str:
    connection = sqlite3.connect(tmp_path / "warehouse.db")
    connection.execute(CREATE.format(time="text", number="real"))
    connection.execute(INSERT)
    connection.commit()
    connection.close()
    return f"sqlite:///{tmp_path}/warehouse.db"


@pytest.fixture
def in_postgres(postgres_url: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(CREATE.format(time="timestamptz", number="numeric"))
        connection.execute(INSERT)
    return postgres_url


@pytest.fixture(params=["in_sqlite", "in_postgres"])
def warehouse(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def pull(uri: str, *, since: datetime = NOW - timedelta(days=60), **spec: Any) -> list[NewReading | BadRow]:
    return metric_rows.pull(SourceSpec(uri=uri, **{"mapping": MAPPED, **spec}), CATALOGUE, since=since, now=NOW)


def test_a_database_is_pulled_by_table_or_query_and_filtered(warehouse: str) -> None:
    of_table = pull(warehouse, table="weekly", where=(("team", "ours"),))
    of_query = pull(warehouse, query="SELECT * FROM weekly WHERE n > 1000")
    late = pull(warehouse, table="weekly", where=(("n", "900"),), since=datetime(2026, 11, 9, tzinfo=UTC))

    accuracy = [(one.value, one.n, one.origin) for one in of_table if isinstance(one, NewReading)]
    assert accuracy == [(0.9, 900, Origin.SOURCE), (0.923, 1068, Origin.SOURCE)]
    assert [one.reason for one in of_table if isinstance(one, BadRow)] == [
        "“odd” is no metric that is known here. There are: " + ", ".join(CATALOGUE) + "."
    ]
    assert [one.window for one in of_query if isinstance(one, NewReading)] == [WEEK]
    assert late == []


def test_what_a_reading_says_of_its_source_names_no_password(in_postgres: str) -> None:
    secret = in_postgres.replace("postgresql://postgres:", "postgresql://postgres:pa55w0rd")
    assert "pa55w0rd" in secret

    found = pull(secret, table="weekly", where=(("n", "1068"),))

    assert [
        ("pa55w0rd" in one.source, one.source.endswith(" (weekly)")) for one in found if isinstance(one, NewReading)
    ] == [(False, True)]


def test_a_file_may_be_a_readings_source(tmp_path: Path) -> None:
    path = tmp_path / "week.jsonl"
    path.write_text(json.dumps({**ROW, "team": "ours"}) + "\n" + json.dumps({**ROW, "team": "others"}) + "\nno json\n")

    found = pull(str(path), mapping={}, zone="Europe/Berlin", where=(("team", "ours"),))

    assert [one.source if isinstance(one, NewReading) else one.line for one in found] == ["week.jsonl", 3]


def test_a_table_that_is_too_large_to_be_one_of_readings_is_refused(
    warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metric_rows, "MOST_ROWS", 3)

    with pytest.raises(sql.TooManyRowsError, match="There are more than 3 rows: narrow them with a query"):
        pull(warehouse, table="weekly")


def test_first_rows_are_looked_at_and_an_empty_table_is_allowed(warehouse: str) -> None:
    spec = SourceSpec(uri=warehouse, table="weekly", mapping=MAPPED)
    empty = SourceSpec(uri=warehouse, query="SELECT * FROM weekly WHERE n < 0", mapping=MAPPED)

    found = metric_rows.first_rows(spec, CATALOGUE, now=NOW)

    assert (found.good, [bad.line for bad in found.bad]) == (3, [4])
    assert metric_rows.first_rows(empty, CATALOGUE, now=NOW) == FirstRows(good=0, bad=())


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"mapping": {}}, "has no column “metric”; say which it is: --readings-map metric=COLUMN. There are: name, value,"),
        ({"mapping": {**MAPPED, "value": "valu"}}, "has no column “valu”. Did you mean “value”?"),
        ({"mapping": {**MAPPED, "worth": "value"}}, "A reading has no field “worth” to map to."),
        ({"where": (("teem", "ours"),)}, "has no column “teem”. Did you mean “team”?"),
        ({"mapping": {**MAPPED, "metric": "team"}}, "None of the first rows is a reading. Row 1: “ours” is no metric"),
        ({"table": "monthly"}, "monthly"),
    ],
)  # fmt: skip
def test_a_source_that_can_hold_no_readings_is_refused_with_what_there_is(
    warehouse: str, spec: dict[str, Any], sentence: str
) -> None:
    whole = SourceSpec(uri=warehouse, **{"table": "weekly", "mapping": MAPPED, **spec})

    with pytest.raises(UserError) as refused:
        metric_rows.first_rows(whole, CATALOGUE, now=NOW)

    assert sentence in str(refused.value)
