"""`muster load metrics` and a product's readings source: rows become readings, bad ones are named by their line."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.metrics import Unit
from bot.domain.readings import Origin, Reading
from bot.domain.sourcing import SourceSpec
from bot.domain.window import Window
from bot.store import products, readings
from bot.store.session import Database
from tests.cli.conftest import Muster

WEEK = Window(datetime(2026, 11, 8, 23, tzinfo=UTC), datetime(2026, 11, 15, 23, tzinfo=UTC))
"""The week from Monday the 9th in Berlin."""
HEAD = "metric,value,window_start,window_end,n,unit\n"


@pytest.fixture
def radar(known: Muster) -> Muster:
    known("product add radar --name Radar --timezone Europe/Berlin")
    return known


def written(folder: Path, content: str, name: str = "week.csv") -> Path:
    path = folder / name
    path.write_text(content)
    return path


def kept(database: Database, metric: str = "accuracy") -> list[Reading]:
    with database.reading() as session:
        return readings.history(session, 1, metric, since=WEEK.end - timedelta(days=60))


def source_of(database: Database) -> SourceSpec | None:
    with database.reading() as session:
        return products.named(session, "radar").readings_source


def load(muster: Muster, path: Path, more: str = "--source-tz Europe/Berlin") -> Any:
    said = muster(f"load metrics {path} --product radar --json {more}")
    return json.loads(said.out)


def test_days_are_days_of_the_zone_and_percent_becomes_a_share(
    radar: Muster, database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, HEAD + "accuracy,92.3,2026-11-09,2026-11-16,1068,percent\n")

    report = load(radar, path)

    assert report == {"loaded": 1, "new": 1, "corrected": 0, "same": 0, "bad": []}
    (reading,) = kept(database)
    assert reading == Reading(
        id=reading.id,
        metric="accuracy",
        value=0.923,
        unit=Unit.SHARE,
        window=WEEK,
        n=1068,
        origin=Origin.LOADED,
        source="week.csv",
        entered_by="muster load",
        entered_at=reading.entered_at,
    )


def test_loading_twice_changes_nothing_and_a_corrected_value_keeps_its_history(
    radar: Muster, database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, HEAD + "accuracy,0.9,2026-11-09,2026-11-16,,\ncsat,4.2,2026-11-09,2026-11-16,80,\n")

    load(radar, path)
    again = load(radar, path)
    written(tmp_path, path.read_text().replace("0.9,", "0.91,"))
    said = radar(f"load metrics {path} --product radar --source-tz Europe/Berlin")

    assert (again["new"], again["corrected"], again["same"]) == (0, 0, 2)
    assert said.out == "2 readings of Radar are loaded: 0 new, 1 corrected, 1 the same as before.\n"
    assert [(one.value, one.replaced_at is None) for one in kept(database)] == [(0.9, False), (0.91, True)]


def test_bad_rows_are_named_by_their_line_and_the_good_ones_kept(
    radar: Muster, database: Database, tmp_path: Path
) -> None:
    rows = (
        "acuracy,0.9,2026-11-09,2026-11-16,,\n"
        "accuracy,85,2026-11-09,2026-11-16,,\n"
        "accuracy,0.9,2026-11-16,2026-11-09,,\n"
        "accuracy,0.9,2026-11-09,2999-01-01,,\n"
        "accuracy,0.9,2026-11-09,2026-11-16,-3,\n"
        "latency_p95,900,2026-11-09,2026-11-16,10,ms\n"
        "latency_p95,9,2026-11-09,2026-11-16,10,percent\n"
    )

    report = load(radar, written(tmp_path, HEAD + rows))

    assert (report["loaded"], kept(database, "latency_p95")[0].value) == (1, 0.9)
    assert [(row["line"], row["reason"]) for row in report["bad"]] == [
        (2, "“acuracy” is no metric that is known here. Did you mean “accuracy”?"),
        (
            3,
            "accuracy is a share from 0 to 1 and 85 is above that: write the unit percent beside it if 85 % is meant, else the share.",
        ),
        (4, "its window ends at 2026-11-08 23:00 UTC, not after it starts."),
        (5, "its window ends at 2998-12-31 23:00 UTC, which is still to come."),
        (6, "n is “-3”; a sample size is a whole number of 0 or more."),
        (
            8,
            "latency_p95 is not measured in “percent”. It takes: seconds, second, sec, s, milliseconds, millisecond, msec, ms, minutes, minute, min.",
        ),
    ]


def test_columns_may_be_mapped_and_rows_chosen(radar: Muster, database: Database, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "name,mean,week_start,week_end,product\n"
        "accuracy,0.9,2026-11-09,2026-11-16,radar\naccuracy,0.1,2026-11-09,2026-11-16,other\n",
    )
    columns = "--map metric=name --map value=mean --map window_start=week_start --map window_end=week_end"

    report = load(radar, path, f"{columns} --where product=radar --source-tz Europe/Berlin")

    assert (report["loaded"], [one.value for one in kept(database)]) == (1, [0.9])


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("--map vallue=x --source-tz UTC", 1, "A reading has no field “vallue” to map to. Did you mean “value”?"),
        ("--source-tz Mars", 2, "“Mars” is not a time zone."),
        ("", 1, "name the zone they were written in with --source-tz"),
        ("--map value=mean --source-tz UTC", 1, "line 2 was left out: it has no value (column “mean”)."),
    ],
)
def test_what_fits_no_row_is_said_and_the_command_fails(
    radar: Muster, tmp_path: Path, words: str, code: int, sentence: str
) -> None:
    path = written(tmp_path, HEAD + "accuracy,0.9,2026-11-09,2026-11-16,,\n")

    said = radar(f"load metrics {path} --product radar {words}")

    assert (said.code, sentence in said.err) == (code, True)


def a_warehouse(folder: Path) -> Path:
    path = folder / "warehouse.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE weekly (name TEXT, value REAL, window_start TEXT, window_end TEXT, n INTEGER)")
        connection.execute("INSERT INTO weekly VALUES ('accuracy', 0.9, '2026-11-09', '2026-11-16', 1068)")
    connection.close()
    return path


READ = "--readings-map metric=name --readings-source-tz Europe/Berlin"


def test_a_readings_source_is_looked_at_shown_without_its_password_changed_and_taken_away(
    radar: Muster, database: Database, tmp_path: Path
) -> None:
    uri = f"sqlite:///{a_warehouse(tmp_path)}"

    added = radar(f"product edit radar --readings-source {uri} --readings-table weekly {READ}")
    shown = json.loads(radar("product show radar --json").out)["readings_source"]
    before = source_of(database)
    radar("product edit radar --readings-query 'SELECT * FROM weekly WHERE n > 1'")
    after = source_of(database)
    radar("product edit radar --readings-source ''")

    assert added.out.startswith("The readings source can be read: 1 reading among its first rows.\n")
    assert shown == f"{uri} (weekly)"
    spec = SourceSpec(uri=uri, table="weekly", mapping={"metric": "name"}, zone="Europe/Berlin")
    assert before == spec
    assert after == SourceSpec(
        uri=uri, query="SELECT * FROM weekly WHERE n > 1", mapping={"metric": "name"}, zone="Europe/Berlin"
    )
    assert source_of(database) is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "--readings-table weekly",
            "The readings source has no column “metric”; say which it is: --readings-map metric=COLUMN. There are: name, value, window_start, window_end, n.",
        ),
        ("--readings-table weekly --readings-map metric=nam", "has no column “nam”. Did you mean “name”?"),
        ("--readings-table weekly --readings-map metric=name", "with --readings-source-tz"),
        ("--readings-table monthly", "no such table: monthly"),
        (f"--readings-table weekly {READ} --readings-where team=a", "has no column “team”"),
        ("", "exactly one of --readings-table and --readings-query"),
    ],
)
def test_a_readings_source_that_cannot_be_read_is_refused_and_nothing_is_saved(
    radar: Muster, database: Database, tmp_path: Path, words: str, sentence: str
) -> None:
    said = radar(f"product edit radar --readings-source sqlite:///{a_warehouse(tmp_path)} {words}")

    assert (said.code > 0, sentence in said.err) == (True, True), said.err
    assert source_of(database) is None


def test_a_product_may_begin_with_a_readings_source_that_is_a_file(
    known: Muster, database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, HEAD + "accuracy,0.9,2026-11-09,2026-11-16,,\nodd,1,2026-11-09,2026-11-16,,\n")

    said = known(f"product add radar --name Radar --readings-source {path} --readings-source-tz UTC")

    assert "Row 3 will be left out: “odd” is no metric that is known here." in said.out
    assert source_of(database) == SourceSpec(uri=str(path), zone="UTC")


def test_flags_without_a_readings_source_are_refused(radar: Muster) -> None:
    said = radar("product edit radar --readings-map metric=name")

    assert (said.code, "belong to a --readings-source" in said.err) == (2, True)


def test_a_change_is_noted_once_for_its_time(radar: Muster) -> None:
    words = "note radar 'prompt v7 live' --at 2026-11-12T14:30"

    first, again, now = radar(words), radar(f"{words} --json"), radar("note radar 'index rebuilt'")

    assert first.out == "Noted for Radar, 2026-11-12 14:30 (Europe/Berlin): prompt v7 live\n"
    assert json.loads(again.out) == {
        "product": "radar",
        "what": "prompt v7 live",
        "at": "2026-11-12T13:30:00Z",
        "new": False,
    }
    assert (now.code, now.out.endswith(": index rebuilt\n")) == (0, True)
    assert radar(f"note radar {'x' * 201}").err == "muster: Say what changed in up to 200 characters.\n"
