"""`muster update preview`: the update as stakeholders would read it."""

import json

import pytest

from bot.store.session import Database
from tests.cli.conftest import Muster, Said
from tests.features.stakeholder_update.weeks import a_week

AS_OF = "--as-of 2026-11-19T15:00"


@pytest.fixture
def copilot(known: Muster, database: Database) -> Muster:
    """`muster` on the worked example's week."""
    database.do(a_week)
    return known


def test_the_text_is_shown_as_it_will_look_and_twice_the_same(copilot: Muster) -> None:
    first, second = copilot(f"update preview copilot {AS_OF}"), copilot(f"update preview copilot {AS_OF}")

    assert (first.code, first.err, second) == (0, "", first)
    assert first.out.startswith(
        "Support Copilot, week of 12 November: one measure short of its target\n\n4 of 5 measures"
    )
    assert "38 of 100 requests are handled without a person" in first.out
    assert "knowledge base" not in first.out


def test_json_holds_the_suggestions_and_every_claim_with_what_is_behind_it(copilot: Muster) -> None:
    told = json.loads(copilot(f"update preview copilot {AS_OF} --json").out)

    assert (told["product"], told["week_end"], told["state"]) == ("copilot", "2026-11-19T14:00:00Z", None)
    assert [(one["text"], one["accepted"]) for one in told["suggestions"]] == [("Expand knowledge base coverage", None)]
    behind = {one["text"]: one["behind"] for one in told["claims"]}
    assert behind["38 of 100"] == "Requests handled without a person, 12 to 19 November"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("copilto", 1, "There is no product “copilto”. There are: copilot."),
        (
            "copilot --as-of soon",
            2,
            "“soon” is not a time. Write it like 2026-11-16T09:00 (or with an offset, 2026-11-16T09:00+01:00).",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence(copilot: Muster, words: str, code: int, sentence: str) -> None:
    assert copilot(f"update preview {words}") == Said(code, "", f"muster: {sentence}\n")
