"""Files as people really hand them over."""

import gzip
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from subprocess import run

import pyarrow as pa
import pyarrow.parquet
import pytest

from bot.domain.prediction import Prediction
from bot.domain.sourcing import Counts, SourceSpec
from bot.domain.window import Window
from bot.errors import UsageError, UserError
from bot.sources import describe, open_source

WEEK = Window(datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC))
HEAD = "id,occurred_at,score\n"
ROW = "a,2026-11-10T08:00:00Z,0.5\n"
OBJECT = '{"id": "a", "occurred_at": "2026-11-10T08:00:00Z", "score": 0.5}\n'


def worst(uri: object, **spec: object) -> list[Prediction]:
    source = open_source(SourceSpec(uri=str(uri), **spec))  # type: ignore[arg-type]  # whatever the test is about
    try:
        return source.worst(WEEK, 20)
    finally:
        source.close()


def ids(uri: object, **spec: object) -> list[str]:
    return [prediction.id for prediction in worst(uri, **spec)]


def refusal(uri: object, **spec: object) -> str:
    with pytest.raises(UserError) as refused:
        worst(uri, **spec)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "is empty."),
        ("a.jsonl", b"", "is empty."),
        ("a.parquet", b"", "is empty."),
        ("a.csv", b"<!DOCTYPE html><html>Sign in</html>", "is not CSV: it looks like a web page."),
        ("a.jsonl", b"\n <html>", "is not JSONL: it looks like a web page."),
        ("a.parquet", b"id,score\n", "is not PARQUET: it looks like text."),
        ("a.csv", b"PAR1....", "is not CSV: it looks like Parquet."),
        ("a.csv", b"PK\x03\x04..", "is not CSV: it looks like a zip archive or a spreadsheet."),
        ("a.csv", b"\x1f\x8b..", "is not CSV: it looks like gzip."),
        ("a.csv", "id\n".encode("utf-16"), "is not CSV: it looks like UTF-16 text; save it as UTF-8."),
        ("a.jsonl.gz", b"{}", "is not readable gzip, though its name ends in .gz."),
        ("a.csv", b"\xff\x00\n", "is not CSV in UTF-8: its first line cannot be read."),
        ("a.csv", b"id,id\n", "names the column “id” twice."),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal(path).endswith(said)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.csv") == f"There is no file “{tmp_path}/gone.csv”."
    assert refusal(tmp_path / "*.csv") == f"No file matches “{tmp_path}/*.csv”."


def test_a_folder_is_refused_with_the_glob_to_write_instead(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"“{tmp_path}” is a folder; name the files in it, like {tmp_path}/*.parquet."


def test_an_ending_that_nobody_reads_is_refused_with_those_that_are() -> None:
    assert refusal("predictions.xlsx").startswith(
        "“predictions.xlsx” is no source that Muster can read. It reads: a path or glob ending in .parquet, .csv,"
    )


def test_a_table_or_a_query_makes_no_sense_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        worst(tmp_path / "a.csv", table="t")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "b", "score":', "Line 2 of “{path}” is not readable JSON; every line must be one JSON object."),
        ("[1, 2]", "Line 2 of “{path}” is JSON, but no object; every line must be one JSON object."),
        ('{"id": "b", "id": "c"}', "Line 2 of “{path}” has the key “id” twice; every line must be one JSON object."),
    ],
)
def test_a_broken_line_of_json_is_refused_by_its_number(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(OBJECT + line + "\n" + OBJECT)

    assert refusal(path) == said.format(path=path)


def test_a_broken_line_far_beyond_the_sample_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write(OBJECT * 30_000 + "{oops\n")

    assert refusal(path).startswith("Line 30001 of ")


def test_types_that_change_after_the_sample_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    later = {"id": 7, "occurred_at": "2026-11-10T08:00:00Z", "score": "0.1", "output": {"said": [1]}, "feedback": 1}
    path.write_text(OBJECT * 25_000 + json.dumps(later) + "\n")

    (first, *_) = worst(path)

    assert (first.id, first.score, first.output, first.feedback) == ("7", 0.1, '{"said":[1]}', "up")


def test_a_needed_column_that_no_early_object_has_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(OBJECT.replace("score", "note") * 25_000 + OBJECT.replace('"a"', '"z"'))

    assert ids(path) == ["z"]


def test_judgements_are_only_claimed_where_some_object_has_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(OBJECT)
    source = open_source(SourceSpec(uri=str(path)))

    assert source.summary(WEEK).has_judgement is False
    source.close()


def test_an_array_of_json_is_read_as_its_objects(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" + OBJECT + "," + OBJECT.replace('"a"', '"b"') + "]")

    assert ids(path) == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + "a,2026-11-10T08:00:00Z,0.5,more\n", "CSV Error on Line: 2"),
        (HEAD + 'a,2026-11-10T08:00:00Z,"0.5\n', "CSV Error on Line: 2"),
        (HEAD + ROW + HEAD, "The column “occurred_at” holds “occurred_at”, which is no time"),
    ],
)
def test_a_csv_that_does_not_keep_its_own_shape_is_refused_by_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)

    assert said in refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + ROW).replace(",", ";"),
        (HEAD + ROW).replace(",", "\t"),
        (HEAD + ROW).replace("\n", "\r\n"),
        "\ufeff" + HEAD + ROW,
        "," + HEAD + "0," + ROW,
        (HEAD + ROW).replace("score\n", "score,input\n").replace("0.5\n", '0.5,"several\nlines, with ""quotes"""\n'),
    ],
)
def test_csv_comes_in_many_shapes(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, newline="")

    assert ids(path) == ["a"]


def test_a_model_version_in_csv_stays_the_text_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,occurred_at,score,model_version\n007,2026-11-10T08:00:00Z,0.5,1.10\n")

    (found,) = worst(path)

    assert (found.id, found.model_version) == ("007", "1.10")


def test_a_cell_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,occurred_at,score,output\na,2026-11-10T08:00:00Z,0.5," + "x" * 10_000_000 + "\n")

    assert len(worst(path)[0].output or "") == 100_000


def test_files_of_a_glob_may_differ_in_columns_and_their_order(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text(HEAD + ROW)
    (tmp_path / "2.csv").write_text("score,note,occurred_at,id\n0.1,hm,2026-11-11T08:00:00Z,b\n")
    (tmp_path / "3.csv").write_text(HEAD + "c,2026-11-12T08:00:00Z,0.9\n")

    assert ids(tmp_path / "*.csv") == ["b", "a", "c"]
    assert ids(tmp_path / "*.csv", where=(("note", "hm"),)) == ["b"]


def test_a_name_that_looks_like_a_glob_is_taken_literally_where_it_exists(tmp_path: Path) -> None:
    (tmp_path / "week [1].csv").write_text(HEAD + ROW)
    (tmp_path / "week 1.csv").write_text(HEAD + ROW.replace("a", "b", 1))

    assert ids(tmp_path / "week [1].csv") == ["a"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_times_without_a_zone_need_one_named(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "a.parquet"
    times = pa.array([datetime(2026, 11, 9, 0, 30), datetime(2026, 11, 16, 0, 30)], pa.timestamp(unit))
    pyarrow.parquet.write_table(pa.table({"id": ["a", "b"], "occurred_at": times, "score": [0.1, 0.2]}), path)

    assert "--source-tz" in refusal(path)
    assert ids(path, zone="UTC") == ["a"]
    assert ids(path, zone="Europe/Berlin") == ["b"]


def test_a_parquet_with_columns_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pa.table({f"c{at}": [1] for at in range(1_200)}), path)

    assert refusal(path) == "The file has 1,200 columns; a table of predictions has at most 1,000."


def test_a_parquet_that_unpacks_without_end_is_clipped(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    at = pa.array([WEEK.start] * 2_000, pa.timestamp("us", "UTC"))
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000, pa.int32()), pa.array(["x" * 1_000_000]))
    table = pa.table({"id": [str(n) for n in range(2_000)], "occurred_at": at, "score": [0.5] * 2_000, "output": texts})
    pyarrow.parquet.write_table(table, path)

    assert [len(found.output or "") for found in worst(path)] == [100_000] * 20


def test_counts_known_from_finding_the_worst_are_those_that_counting_finds(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW + "b,2026-11-10T08:00:00Z,\n")
    asked, fresh = (open_source(SourceSpec(uri=str(path))) for _ in range(2))
    asked.worst(WEEK, 1)

    assert asked.count(WEEK) == fresh.count(WEEK) == Counts(seen=2, unranked=1)
    asked.close()
    fresh.close()


def test_csv_is_described_with_the_types_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW)

    assert describe(SourceSpec(uri=str(path))).columns["score"] == "DOUBLE"


def test_nothing_heavy_is_imported_until_a_source_is_opened() -> None:
    found = run(
        [
            sys.executable,
            "-c",
            "import bot.sources, sys; print({'duckdb', 'psycopg', 'sqlalchemy', 'pydantic'} & set(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout == "set()\n"


def test_parquet_files_of_a_glob_are_read_as_one(tmp_path: Path) -> None:
    for at, (score, more) in enumerate([(0.3, {}), (0.1, {"note": ["hm"]}), (0.2, {"note": ["no"]})]):
        table = pa.table(
            {"id": [f"p{at}"], "occurred_at": pa.array([WEEK.start], pa.timestamp("us", "UTC")), "score": [score]}
            | more
        )
        pyarrow.parquet.write_table(table, tmp_path / f"{at}.parquet")

    assert ids(tmp_path / "*.parquet") == ["p1", "p2", "p0"]
    assert ids(tmp_path / "*.parquet", where=(("note", "no"),)) == ["p2"]
