"""`muster worst` as people and programs call it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo import story
from tests.cli.conftest import Muster

DATA = story.DATA


def test_the_worst_of_a_source_as_json_is_what_the_contract_says(muster: Muster) -> None:
    said = muster(f"worst --source {DATA} --rank loss --as-of 2026-11-16T00:00 --limit 2 --json")

    report = json.loads(said.out)
    assert (said.code, said.err) == (0, "")
    assert {name: report[name] for name in ("window", "ranking", "n_in_window", "n_without_value")} == {
        "window": {"start": "2026-11-09T00:00:00Z", "end": "2026-11-16T00:00:00Z"},
        "ranking": "loss",
        "n_in_window": 927,
        "n_without_value": 0,
    }
    answers = json.loads((DATA.parent / "answers" / "feedback_sentiment.json").read_text())
    known = next(case for case in answers["cases"] if case["case"] == "week4/UTC/largest-abs-error/k20")
    assert [(item["rank"], item["id"]) for item in report["items"]] == [(1, known["ids"][0]), (2, known["ids"][1])]
    assert report["items"][0]["occurred_at"].endswith("Z")


def test_a_window_without_rows_is_an_answer(muster: Muster) -> None:
    said = muster(f"worst --source {DATA} --as-of 2020-01-01 --json")

    report = json.loads(said.out)
    assert (said.code, report["items"], report["n_in_window"]) == (0, [], 0)


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("worst", 2, "Name a product, or a --source: one of the two."),
        (f"worst copilot --source {DATA}", 2, "Name a product, or a --source: one of the two."),
        (f"worst --source {DATA} --rank nope", 2, "“nope” is not a ranking."),
        (f"worst --source {DATA} --days 7 --since 2026-01-01", 2, "--days and --since both name a start"),
        (f"worst --source {DATA} --table t", 2, "A file takes neither."),
        ("worst --source sqlite:///x.db", 2, "exactly one of --table and --query"),
        (f"worst --source {DATA} --map score", 2, "lacks its “=”"),
        (f"worst --source {DATA} --tz Mars/Olympus", 2, "“Mars/Olympus” is not a time zone."),
        (f"worst --source {DATA} --as-of soon", 2, "“soon” is not a time."),
        (f"worst --source {DATA} --map score=nothing", 1, "nothing"),
        ("worst --source nowhere.parquet", 1, "There is no file “nowhere.parquet”."),
        ("worst --source postgresql://me:secret@127.0.0.1:9/x --table t", 1, "could not be reached"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(muster: Muster, line: str, code: int, sentence: str) -> None:
    said = muster(f"{line} --json")

    assert (said.code, said.out) == (code, "")
    assert "Traceback" not in said.err
    assert "secret" not in said.err
    if sentence != "could not be reached":
        assert sentence in said.err


def test_help_and_the_worst_of_a_file_load_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "sqlmodel", "pydantic_settings", "structlog", "slack_sdk", "alembic", "fastapi")

    def loaded(*arguments: str) -> set[str]:
        code = (
            "import sys, contextlib, io\n"
            f"sys.argv = ['muster', *{list(arguments)!r}]\n"
            "from bot.cli.main import main\n"
            "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n    main()\n"
            "print(*sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, cwd=Path(__file__).parents[2]
        )
        return set(done.stdout.decode().split())

    assert loaded("--help").isdisjoint((*heavy, "duckdb"))
    assert loaded("worst", "--source", str(DATA), "--json").isdisjoint(heavy)
