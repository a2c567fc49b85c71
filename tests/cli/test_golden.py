"""`muster golden export`: the same rows, the same bytes, every time."""

import csv
import io
import json
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.domain.golden import golden_id
from bot.store import golden, products
from bot.store.session import Database
from tests.cli.conftest import Muster
from tests.support.builders import MONDAY
from tests.support.truth import a_golden, a_held

FORMATS = ["jsonl", "csv", "mlflow", "openai-evals"]


@pytest.fixture
def filled(known: Muster, database: Database) -> Muster:
    """`muster` on a product with a corrected and a good row, the latter full of signs."""
    known("product add copilot --name 'Support Copilot' --pm U0PM")

    def fill(session: Session) -> None:
        product = products.named(session, "copilot")
        a_golden(session, product, id="p1", segment="refunds", model_version="v1")
        row_id, one = a_held(session, product, id="p2", input="=1+1", output="@SUM(A1)\nß “x”, 🎉", correct=True)
        golden.put(session, product, row_id, answer=one.output or "", truth_id=None, by="U0PM", now=MONDAY)

    database.do(fill)
    return known


@pytest.mark.parametrize("form", FORMATS)
def test_twice_is_the_same_bytes_to_stdout_and_into_a_file_and_after_drop_and_pick(
    filled: Muster, database: Database, tmp_path: Path, form: str
) -> None:
    path = tmp_path / "golden.out"

    first = filled(f"golden export copilot --format {form}")
    into = filled(f"golden export copilot --format {form} --out {path}")
    with database.unit_of_work() as session:
        golden.drop(session, 1, by="U0PM", now=MONDAY)
        golden.put(
            session, products.named(session, "copilot"), 1, answer="five days", truth_id=1, by="U0ML", now=MONDAY
        )
    again = filled(f"golden export copilot --format {form}")

    assert (first.code, first.err, again) == (0, "", first)
    assert path.read_bytes() == first.out.encode()
    assert into.out == f"2 rows of Support Copilot are in {path}.\n"


def test_rows_come_in_the_order_of_their_ids(filled: Muster) -> None:
    expected = sorted([golden_id("copilot", "p1", "v1"), golden_id("copilot", "p2", "")])

    rows = json.loads(filled("golden export copilot --json").out)
    lines = [json.loads(line) for line in filled("golden export copilot").out.splitlines()]

    assert [row["id"] for row in rows] == [row["id"] for row in lines] == expected
    assert rows == lines


def test_evaluations_get_what_was_asked_what_is_ideal_and_the_id(filled: Muster) -> None:
    lines = [json.loads(line) for line in filled("golden export copilot --format openai-evals").out.splitlines()]
    corrected = next(one for one in lines if one["metadata"]["prediction_id"] == "p1")

    assert corrected["input"] == [{"role": "user", "content": "How long does a refund take?"}]
    assert (corrected["ideal"], corrected["metadata"]["id"]) == ("five days", golden_id("copilot", "p1", "v1"))


def test_mlflow_gets_a_list_of_records_and_those_of_equal_inputs_stay_apart(filled: Muster, database: Database) -> None:
    with database.unit_of_work() as session:
        product = products.named(session, "copilot")
        row_id, _ = a_held(session, product, id="p3", input="=1+1", output="two", correct=True)
        golden.put(session, product, row_id, answer="two", truth_id=None, by="U0PM", now=MONDAY)

    records = json.loads(filled("golden export copilot --format mlflow").out)

    by_answer = {one["expectations"]["expected_response"]: one for one in records}
    assert by_answer["five days"]["inputs"] == {"input": "How long does a refund take?"}
    assert by_answer["two"]["inputs"] == {"input": "=1+1", "golden_id": golden_id("copilot", "p3", "")}
    assert by_answer["five days"]["tags"]["id"] == golden_id("copilot", "p1", "v1")
    assert {type(value) for one in records for value in one["tags"].values()} == {str}


def test_no_cell_of_the_csv_is_a_formula(filled: Muster) -> None:
    rows = list(csv.DictReader(io.StringIO(filled("golden export copilot --format csv").out, newline="")))
    good = next(row for row in rows if row["prediction_id"] == "p2")

    assert (good["input"], good["answer"]) == ("'=1+1", "'@SUM(A1)\nß “x”, 🎉")


def test_an_empty_set_is_said_on_stderr_and_is_no_failure(known: Muster) -> None:
    known("product add copilot --name 'Support Copilot'")

    said = {form: known(f"golden export copilot --format {form}") for form in FORMATS}

    assert {one.code for one in said.values()} == {0}
    assert {one.err for one in said.values()} == {"The golden set of Support Copilot is empty.\n"}
    assert [said[form].out.count("\n") for form in FORMATS] == [0, 1, 2, 0]
    assert known("golden export copilot --json").out == "[]\n"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("copilto", 1, "There is no product “copilto”. There are: copilot."),
        ("copilot --format xml", 2, "“xml” is not a format: there are jsonl, csv, mlflow, openai-evals."),
        ("copilot --json --out x", 2, "--json prints to stdout: leave out --out, or write a file with --format."),
        ("copilot --out /nowhere/x", 1, "“/nowhere/x” cannot be written: No such file or directory."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(known: Muster, words: str, code: int, sentence: str) -> None:
    known("product add copilot --name Copilot")

    said = known(f"golden export {words}")

    assert (said.code, said.out, said.err.splitlines()[-1]) == (code, "", f"muster: {sentence}")
