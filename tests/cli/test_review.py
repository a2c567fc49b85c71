"""`muster review export`: everything of a review, the same bytes every time."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.store.session import Database
from tests.cli.conftest import Muster
from tests.support.builders import a_prediction, a_product
from tests.support.reviews import load, reviewed


@pytest.fixture
def held(known: Muster, database: Database) -> Muster:
    """`muster` on a product whose week to Monday 16 November was posted."""
    product = database.do(a_product)
    load(database, product, [a_prediction(id="p1", input="=1+1")])
    asyncio.run(reviewed(database, product))
    return known


@pytest.mark.parametrize("form", ["markdown", "csv", "json"])
def test_twice_is_the_same_bytes_to_stdout_and_into_a_file(held: Muster, tmp_path: Path, form: str) -> None:
    path = tmp_path / "review.out"

    first = held(f"review export copilot --format {form}")
    by_day = held(f"review export copilot --review 2026-11-16 --format {form}")
    into = held(f"review export copilot --format {form} --out {path}")

    assert (first.code, first.err, by_day) == (0, "", first)
    assert path.read_bytes() == first.out.encode()
    assert into.out == f"The review of Support Copilot is in {path}.\n"


def test_json_is_json_and_nothing_else(held: Muster) -> None:
    told = json.loads(held("review export copilot --json").out)

    assert [item["prediction"]["id"] for item in told["items"]] == ["p1"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("copilto", 1, "There is no product “copilto”. There are: copilot."),
        ("copilot --format xml", 2, "“xml” is not a format: there are markdown, csv, json."),
        ("copilot --review soon", 2, "“soon” is no review: say latest, or a day like 2026-11-16."),
        ("copilot --review 2026-11-15", 1, "There is no review of Support Copilot that ends on 2026-11-15."),
        ("copilot --out /nowhere/x", 1, "“/nowhere/x” cannot be written: No such file or directory."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(held: Muster, words: str, code: int, sentence: str) -> None:
    said = held(f"review export {words}")

    assert (said.code, said.out, said.err.splitlines()[-1]) == (code, "", f"muster: {sentence}")


def test_a_product_without_a_review_says_so(known: Muster) -> None:
    known("product add copilot --name 'Support Copilot'")

    assert known("review export copilot").err == "muster: There is no review of Support Copilot yet.\n"
