"""Rows of readings: what is good is read in its metric's unit, what is not is named by its line and why."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.metrics import Direction, Layer, Metric, Unit, require_possible
from bot.domain.readings import NewReading, Origin
from bot.domain.window import Window
from bot.sources import metric_rows
from bot.sources.intake import BadRow
from bot.sources.metric_rows import Reader
from tests.support.hostile import hostile_text

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Window(datetime(2026, 11, 8, 23, tzinfo=UTC), datetime(2026, 11, 15, 23, tzinfo=UTC))
DAYS = {"window_start": "2026-11-09", "window_end": "2026-11-16"}
ROW = {"metric": "accuracy", "value": 0.9, **DAYS}


def a_reader(**known: Any) -> Reader:
    defaults: dict[str, Any] = {
        "known": CATALOGUE,
        "now": NOW,
        "mapping": {},
        "zone": BERLIN,
        "origin": Origin.LOADED,
    }
    return Reader(**defaults | known)


def read(**row: Any) -> NewReading | BadRow:
    return a_reader().read(7, {**ROW, **row})


def reason(**row: Any) -> str:
    found = read(**row)
    assert isinstance(found, BadRow), found
    assert found.line == 7
    return found.reason


def value(**row: Any) -> float:
    found = read(**row)
    assert isinstance(found, NewReading), found
    return found.value


def test_a_row_becomes_a_reading_with_all_that_it_says() -> None:
    found = read(
        metric="csat", value="4.2", n="80.0", unit="stars", source="survey\nof week 46", sd="0.7", more="ignored"
    )

    assert found == NewReading(
        metric="csat",
        value=4.2,
        unit=Unit.SCORE,
        window=WEEK,
        n=80,
        sd=0.7,
        origin=Origin.LOADED,
        source="survey of week 46",
    )


@pytest.mark.parametrize(
    ("metric", "unit", "written", "expected"),
    [
        ("accuracy", "percent", 92.3, 0.923),
        ("accuracy", "%", "57.1", 0.571),
        ("accuracy", None, "85 %", 0.85),
        ("accuracy", None, 1, 1.0),
        ("accuracy", "Share", 0.923, 0.923),
        ("accuracy", "percent", 0.5, 0.005),
        ("latency_p95", "ms", 3786.7, 3.7867),
        ("latency_p95", "min", 2, 120.0),
        ("latency_p95", None, 3.4, 3.4),
        ("time_saved", "hours", 1.5, 90.0),
        ("time_saved", "s", 90, 1.5),
        ("cost_per_resolution", "usd", 2.1, 2.1),
        ("budget_spend", "share", 1.2, 1.2),
        ("Latency-P95", "MS", 900, 0.9),
        ("accuracy", "percent", Decimal("92.3"), 0.923),
    ],
)
def test_a_value_is_read_in_the_unit_of_its_metric(
    metric: str, unit: str | None, written: Any, expected: float
) -> None:
    assert value(metric=metric, unit=unit, value=written) == expected


def test_a_standard_deviation_is_in_the_unit_of_its_value() -> None:
    found = read(metric="latency_p95", value=900, unit="ms", sd=100)

    assert isinstance(found, NewReading)
    assert (found.value, found.sd) == (0.9, 0.1)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"metric": "acuracy"}, "“acuracy” is no metric that is known here. Did you mean “accuracy”?"),
        ({"metric": ""}, "it has no metric."),
        ({"value": None}, "it has no value."),
        ({"window_end": " "}, "it has no window_end."),
        ({"value": "nan"}, "value is “nan”, which is no finite number like 0.93."),
        ({"value": float("inf")}, "value is “inf”, which is no finite number like 0.93."),
        ({"value": "1e999"}, "value is “1e999”, which is no finite number like 0.93."),
        ({"value": "0,93"}, "value is “0,93”, which is no finite number like 0.93."),
        ({"value": True}, "value is “True”, which is no finite number like 0.93."),
        ({"value": {"a": 1}}, "value is “{'a': 1}”, which is no finite number like 0.93."),
        ({"value": -0.1}, "accuracy cannot be -0.1: it is a share from 0 to 1."),
        ({"value": 120, "unit": "percent"}, "accuracy cannot be 120: it is a share from 0 to 1."),
        ({"metric": "csat", "value": 5.1}, "csat cannot be 5.1: it is a score from 1 to 5."),
        ({"metric": "latency_p95", "value": -1}, "latency_p95 cannot be -1: it is a number of 0 or more."),
        ({"metric": "latency_p95", "value": 1e308, "unit": "min"}, "latency_p95 cannot be 1e+308: it is a number of 0 or more."),
        ({"unit": "percnt"}, "accuracy is not measured in “percnt”. Did you mean “percent”? It takes: share, ratio, fraction, proportion, percent, %, pct, percentage."),
        ({"n": -1}, "n is “-1”; a sample size is a whole number of 0 or more."),
        ({"n": 1.5}, "n is “1.5”; a sample size is a whole number of 0 or more."),
        ({"n": "many"}, "n is “many”, which is no finite number like 0.93."),
        ({"n": 2**31}, "n is “2147483648”, which is more than 2,147,483,647."),
        ({"sd": -0.1}, "sd is “-0.1”; a standard deviation is 0 or more."),
        ({"window_end": "2026-11-09"}, "its window ends at 2026-11-08 23:00 UTC, not after it starts."),
        ({"window_end": "2026-11-22"}, "its window ends at 2026-11-21 23:00 UTC, which is still to come."),
        ({"window_start": "week 46"}, "The column “window_start” holds “week 46”, which is no time: ISO 8601 was expected, like 2026-11-16T09:00:00Z."),
    ],
)  # fmt: skip
def test_a_row_that_is_no_reading_says_why(row: dict[str, Any], sentence: str) -> None:
    assert reason(**row) == sentence


def test_a_cell_that_is_too_deep_to_be_shown_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(5_000):
        nested = [nested]

    assert reason(value=nested) == "it is nested too deeply."


def test_a_share_above_one_without_a_unit_is_refused_with_what_to_write() -> None:
    assert reason(value=85) == (
        "accuracy is a share from 0 to 1 and 85 is above that: write the unit percent beside it if 85 % is meant,"
        " else the share."
    )


def test_times_name_their_zone_or_the_reader_does() -> None:
    exact = {"window_start": "2026-11-09T00:00:00+01:00", "window_end": "2026-11-15T23:00:00Z"}
    nowhere = a_reader(zone=None)

    there = nowhere.read(1, {**ROW, **exact})
    refused = nowhere.read(1, ROW)

    assert isinstance(there, NewReading)
    assert there.window == WEEK
    assert isinstance(refused, BadRow)
    assert refused.reason.startswith("The times in “window_start” carry no time zone (for example “2026-11-09”)")


def test_a_day_of_25_hours_is_one_day() -> None:
    found = read(window_start="2026-10-25", window_end="2026-10-26")

    assert isinstance(found, NewReading)
    assert found.window.end - found.window.start == timedelta(hours=25)


def test_a_metric_of_the_teams_own_is_known_where_it_is_named() -> None:
    own = Metric(
        name="refund_rate",
        title="Refunds",
        meaning="share of orders refunded",
        business="orders that are refunded",
        layer=Layer.BUSINESS,
        unit=Unit.SHARE,
        direction=Direction.BELOW,
    )
    row = {**ROW, "metric": "Refund rate"}

    found = a_reader(known={**CATALOGUE, "refund_rate": own}).read(1, row)

    assert isinstance(found, NewReading)
    assert found.metric == "refund_rate"
    assert reason(**row).startswith("“Refund rate” is no metric that is known here.")


any_cell = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.integers(-(10**400), 10**400),
    st.sampled_from([*CATALOGUE, "percent", "ms", "2026-11-09", "2026-11-16T00:00:00Z", "9999-12-31", "0001-01-01"]),
    hostile_text,
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner)),
)
any_row = st.dictionaries(st.sampled_from([*metric_rows.COLUMNS, "other"]), any_cell)
near_row = st.builds(
    lambda good, odd: {**ROW, **good, **odd},
    st.fixed_dictionaries({"metric": st.sampled_from(list(CATALOGUE)), "value": st.floats(-1, 200)}),
    st.dictionaries(st.sampled_from(["unit", "n", "sd", "source", "window_end"]), any_cell, max_size=2),
)


@given(any_row | near_row)
@example({**ROW, "value": [[[[]]]]})
def test_whatever_a_row_holds_it_is_a_possible_reading_or_one_clean_sentence(row: dict[str, Any]) -> None:
    found = a_reader().read(3, row)

    if isinstance(found, BadRow):
        assert found.line == 3
        assert 0 < len(found.reason) < 600
        assert "\n" not in found.reason
        return
    metric = CATALOGUE[found.metric]
    assert require_possible(metric, found.value) == found.value
    assert found.unit is metric.unit
    assert found.window.start < found.window.end <= NOW
    assert found.n is None or 0 <= found.n < 2**31
    assert found.sd is None or (isfinite(found.sd) and found.sd >= 0)
    found.source.encode()
    assert "\x00" not in found.source


@given(st.sampled_from([one for one in CATALOGUE.values() if one.unit is Unit.SHARE]), st.integers(0, 1000))
def test_a_percentage_is_the_very_share_that_people_write(metric: Metric, tenths: int) -> None:
    assert value(metric=metric.name, value=tenths / 10, unit="percent") == float(f"{tenths / 1000:.3f}")


def test_every_kind_of_file_says_the_same(tmp_path: Path) -> None:
    rows = [{**ROW, "n": 1068, "unit": None}, {**ROW, "metric": "csat", "value": 4.2, "n": None, "unit": "score"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "b.csv.gz").write_bytes(
        gzip.compress(
            b"metric,value,window_start,window_end,n,unit\n"
            b"accuracy,0.9,2026-11-09,2026-11-16,1068,\ncsat,4.2,2026-11-09,2026-11-16,,score\n"
        )
    )
    times = [{**row, **{name: datetime.fromisoformat(day) for name, day in DAYS.items()}} for row in rows]
    pyarrow.parquet.write_table(pa.Table.from_pylist(times), tmp_path / "c.parquet")

    found = {path.name: list(metric_rows.read(str(path), a_reader())) for path in tmp_path.iterdir()}

    assert len(found) == 3
    for readings in found.values():
        assert [(one.metric, one.value, one.n, one.window) for one in readings if isinstance(one, NewReading)] == [
            ("accuracy", 0.9, 1068, WEEK),
            ("csat", 4.2, None, WEEK),
        ]
