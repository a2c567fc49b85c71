"""Loading a file row by row: what is good is kept, what is not is named by its line."""

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.prediction import Feedback, Prediction
from bot.errors import UserError
from bot.sources import intake
from bot.sources.intake import BadRow
from tests.support.hostile import hostile_text

TUESDAY = datetime(2026, 11, 10, 8, tzinfo=UTC)
AT = "2026-11-10T08:00:00Z"
HEAD = "id,occurred_at,score\n"
NAME_A_ZONE = "name the zone they were written in with --source-tz, for example --source-tz UTC."
NO_JSON = "it is not a JSON object."
NO_QUOTES = "its quotes do not match, or a cell is longer than 10,000,000 characters."


def written(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def read(uri: str, *, zone: str | None = None, **explicit: str) -> list[Prediction | BadRow]:
    return list(intake.read(uri, explicit, ZoneInfo(zone) if zone else None))


def brief(found: Iterable[Prediction | BadRow]) -> list[str | tuple[int, str]]:
    """The ids of what was good, line and reason of what was not."""
    return [(one.line, one.reason) if isinstance(one, BadRow) else one.id for one in found]


def lines(*rows: object) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def parquet(folder: Path, **columns: object) -> str:
    path = folder / "a.parquet"
    pyarrow.parquet.write_table(pa.table(columns), path)
    return str(path)


def test_a_row_becomes_a_prediction_with_all_that_it_says(tmp_path: Path) -> None:
    row = {
        "id": 7,
        "occurred_at": "2026-11-10T09:00:00+01:00",
        "prediction": "an answer",
        "reference": "another",
        "score": "0.25",
        "confidence": 1,
        "latency_ms": 1500,
        "correct": "no",
        "feedback": "👍",
        "citations": ["a", "b"],
        "model_version": "",
        "segment": None,
        "nobody": "asked",
    }

    assert read(written(tmp_path, "a.jsonl", lines(row))) == [
        Prediction(
            id="7",
            occurred_at=TUESDAY,
            output="an answer",
            expected="another",
            score=0.25,
            confidence=1.0,
            latency_s=1.5,
            correct=False,
            feedback=Feedback.UP,
            citations=("a", "b"),
        )
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f"{HEAD}a,{AT},0.5\n"),
        ("a.csv", f"\ufeff{HEAD}a,{AT},0.5\r\n\r\n"),
        ("a.csv", f"id;occurred_at;score\na;{AT};0.5"),
        ("a.tsv", f"id\toccurred_at\tscore\na\t{AT}\t0.5\n"),
        ("A.TSV", f"id\toccurred_at\tscore\na\t{AT}\t0.5\n"),
        ("a.tsv.csv", f"{HEAD}a,{AT},0.5\n"),
        ("a.csv.gz", gzip.compress(f"{HEAD}a,{AT},0.5\n".encode(), mtime=0)),
        ("a.jsonl", lines({"id": "a", "occurred_at": AT, "score": 0.5})),
        ("a.ndjson", "\n" + lines({"id": "a", "occurred_at": AT, "score": 0.5}) + "\n"),
        ("a.json", json.dumps([{"id": "a", "occurred_at": AT, "score": 0.5}], indent=1)),
        ("a.json", json.dumps({"id": "a", "occurred_at": AT, "score": 0.5}, indent=1)),
        ("a.json", lines({"id": "a", "occurred_at": AT, "score": 0.5}, {"id": "b", "occurred_at": AT})),
    ],
)
def test_the_same_row_is_the_same_prediction_in_every_kind_of_file(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    assert read(written(tmp_path, name, content))[0] == Prediction(id="a", occurred_at=TUESDAY, score=0.5)


@pytest.mark.parametrize(
    "times",
    [
        pa.array([TUESDAY], pa.timestamp("us", "UTC")),
        pa.array([TUESDAY], pa.timestamp("ns", "Europe/Berlin")),
        pa.array([TUESDAY.replace(tzinfo=None)], pa.timestamp("ms")),
        pa.array([AT]),
        pa.array([b"2026-11-10T08:00:00.000000000Z"]),
    ],
    ids=lambda times: str(times.type),
)
def test_parquet_may_hold_times_of_any_type(tmp_path: Path, times: object) -> None:
    uri = parquet(tmp_path, id=["a"], occurred_at=times, score=[float("nan")])

    assert read(uri, zone="UTC") == [Prediction(id="a", occurred_at=TUESDAY)]


def test_a_day_without_an_hour_is_its_midnight_where_a_zone_is_named(tmp_path: Path) -> None:
    uri = parquet(tmp_path, id=["a"], occurred_at=[date(2026, 11, 10)])

    assert read(uri, zone="Europe/Berlin") == [Prediction(id="a", occurred_at=datetime(2026, 11, 9, 23, tzinfo=UTC))]


def test_bad_rows_of_parquet_are_named_by_their_number_past_the_first_batch(tmp_path: Path) -> None:
    ids = [f"p{n}" if n != 2_345 else None for n in range(5_000)]
    uri = parquet(tmp_path, id=ids, occurred_at=[AT] * 5_000)

    found = brief(read(uri))

    assert found[2_345] == (2_346, "it has no id.")
    assert [one for at, one in enumerate(found) if at != 2_345] == [one for one in ids if one]


def test_bad_lines_of_jsonl_are_named_and_the_good_ones_kept(tmp_path: Path) -> None:
    rows = [
        '{"id": "a", "occurred_at": "2026-11-10T08:00:00Z"}',
        "",
        '{"id": "b", "occurred_at": ',
        '["id", "b"]',
        "[" * 100_000,
        '{"id": null, "occurred_at": "2026-11-10T08:00:00Z"}',
        '{"id": "b"}',
        '{"id": "b", "occurred_at": ""}',
        '{"id": "b", "occurred_at": 1762761600}',
        '{"id": "b", "occurred_at": "2026-11-10"}',
        '{"id": "b", "occurred_at": "2026-11-10T08:00:00Z", "cost": "$5"}',
        '{"id": "b", "occurred_at": "2026-11-10T08:00:00Z", "score": [1]}',
        '{"id": "z", "occurred_at": "2026-11-10T08:00:00Z", "score": " ", "correct": "perhaps"}',
    ]

    assert brief(read(written(tmp_path, "a.jsonl", "\n".join(rows)))) == [
        "a",
        (3, NO_JSON),
        (4, NO_JSON),
        (5, NO_JSON),
        (6, "it has no id."),
        (7, "it has no occurred_at."),
        (8, "it has no occurred_at."),
        (9, _no_time("1762761600")),
        (
            10,
            f"The times in “occurred_at” carry no time zone (for example “{AT[:10]}”); {NAME_A_ZONE}",
        ),
        (11, "cost is “$5”, which is no number."),
        (12, "score is “[1]”, which is no number."),
        "z",
    ]


def _no_time(text: str) -> str:
    return (
        f"The column “occurred_at” holds “{text}”, which is no time: ISO 8601 was expected, like 2026-11-16T09:00:00Z."
    )


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_time_beyond_the_calendar_is_a_bad_row_and_no_crash(tmp_path: Path, text: str) -> None:
    uri = written(tmp_path, "a.csv", f"{HEAD}a,{text},1\nb,{AT},1\n")

    assert brief(read(uri)) == [(2, _no_time(text)), "b"]


@pytest.mark.parametrize("nested", [["a"], {"$oid": "a"}])
def test_an_id_that_is_a_list_or_an_object_is_kept_as_its_text(tmp_path: Path, nested: object) -> None:
    uri = written(tmp_path, "a.jsonl", lines({"id": nested, "occurred_at": AT}))

    assert brief(read(uri)) == [json.dumps(nested)]


def test_a_bad_row_of_csv_is_named_by_the_line_it_begins_on(tmp_path: Path) -> None:
    content = f'{HEAD}a,{AT},"0.5"\n"b\n\n1",{AT},1,extra\n"c\n2",{AT},1\nd\n"e"x,{AT},1\n\nf,{AT},1\n'

    assert brief(read(written(tmp_path, "a.csv", content))) == [
        "a",
        (3, "it has more cells than the header."),
        "c\n2",
        (8, "it has no occurred_at."),
        (9, NO_QUOTES),
        "f",
    ]


def test_a_quote_that_is_never_closed_does_not_swallow_rows_without_a_word(tmp_path: Path) -> None:
    content = f'{HEAD}a,{AT},1\nb,{AT},"1\nc,{AT},1\n'

    assert brief(read(written(tmp_path, "a.csv", content))) == ["a", (3, NO_QUOTES)]


def test_a_cell_too_long_to_be_one_is_a_bad_row(tmp_path: Path) -> None:
    content = f'{HEAD}a,{AT},"{"x" * 10_000_001}"\nb,{AT},1\n'

    assert brief(read(written(tmp_path, "a.csv", content))) == [(2, NO_QUOTES), "b"]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.jsonl.gz", "a.json.gz"])
def test_a_file_cut_off_on_its_way_is_one_sentence(tmp_path: Path, name: str) -> None:
    packed = gzip.compress(b"".join(b"p%d,2026-11-10T08:00:00Z,%d\n" % (n, n * n) for n in range(5_000)))
    uri = written(tmp_path, name, packed[: len(packed) // 2])

    with pytest.raises(UserError) as refused:
        read(uri)

    assert str(refused.value) == f"The file “{uri}” cannot be read to its end. Was it cut off on its way here?"


def test_half_a_parquet_file_is_one_sentence(tmp_path: Path) -> None:
    whole = Path(parquet(tmp_path, id=["a"], occurred_at=[AT])).read_bytes()
    uri = written(tmp_path, "half.parquet", whole[: len(whole) // 2])

    with pytest.raises(UserError, match=r"^The file cannot be read: No magic bytes found at end of file"):
        read(uri)


def test_a_name_with_the_signs_of_a_glob_is_one_file(tmp_path: Path) -> None:
    Path(parquet(tmp_path, id=["a"], occurred_at=[AT])).rename(tmp_path / "a[1].parquet")

    assert brief(read(f"{tmp_path}/a[1].parquet")) == ["a"]


def test_several_files_are_read_in_the_order_of_their_names_each_with_its_own_lines(tmp_path: Path) -> None:
    written(tmp_path, "b.csv", f"occurred_at,id\n{AT},b\n,bad\n")
    written(tmp_path, "a.csv", f"{HEAD},{AT},1\na,{AT},1\n")

    assert brief(read(f"{tmp_path}/*.csv")) == [(2, "it has no id."), "a", "b", (3, "it has no occurred_at.")]


def test_columns_are_renamed_where_a_row_has_them(tmp_path: Path) -> None:
    rows = lines({"key": 1, "at": AT, "id": "other"}, {"id": "own", "occurred_at": AT})

    assert brief(read(written(tmp_path, "a.jsonl", rows), id="key", occurred_at="at")) == ["1", "own"]


def test_a_field_that_no_prediction_has_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^There is no field “socre” to map to\. Did you mean “score”\?"):
        read(str(tmp_path / "missing.csv"), socre="x")


def test_a_column_named_twice_is_refused_as_it_is_of_a_source(tmp_path: Path) -> None:
    uri = written(tmp_path, "a.csv", "id,occurred_at,score,score\n")

    with pytest.raises(UserError, match=r"names the column “score” twice\.$"):
        read(uri)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(hostile_text, min_size=1, max_size=4), max_size=6),
    st.sampled_from(["a.csv", "a.json", "a.jsonl"]),
)
def test_no_row_breaks_the_reading_of_the_rows_after_it(tmp_path: Path, rows: list[list[str]], name: str) -> None:
    if name == "a.csv":
        junk = "".join(f"{','.join(cells)}\n" for cells in rows).replace('"', "")
        good = f"y,{AT},1\nz,{AT},1\n"
        content = f"{HEAD}{junk}{good}"
    else:
        junk = "".join(f"{json.dumps(cells)[:-1]}\n" for cells in rows)
        content = junk + lines({"id": "y", "occurred_at": AT}, {"id": "z", "occurred_at": AT})
    uri = written(tmp_path, name, content.encode(errors="replace"))

    assert brief(read(uri))[-2:] == ["y", "z"]
