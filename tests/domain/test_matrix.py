"""The matrix of a product as a whole."""

import pytest

from bot.domain.matrix import area_meant, first_people, gaps, likely, stood_in
from bot.domain.ownership import Ownership, assigned, gone, nobody_yet
from bot.domain.responsibilities import FIVE, responsibility
from tests.support.builders import MONDAY


def row(key: str, *owners: str, backup: str | None = None) -> Ownership:
    return assigned(nobody_yet(1, key, MONDAY), owners, backup, by="U0PM", now=MONDAY)


KNOWN = {
    "model_quality": row("model_quality", "S0TEAM", "U0ML"),
    "model_cost": gone(row("model_cost", "U0PM", backup="U0LI"), "U0PM", "left Slack"),
    "incident_response": gone(row("incident_response", "U0ML"), "U0ML", "left Slack"),
    "evaluation_data": row("evaluation_data"),
    "evals/product": row("evals/product", "S0TEAM"),
}


def test_a_gap_is_what_nobody_was_named_for_or_nobody_is_left_of() -> None:
    keys = [one.key for one in gaps(KNOWN, areas=False)]

    assert keys == ["incident_response", "evaluation_data", "retrain_or_roll_back"]
    assert len(gaps(KNOWN, areas=True)) == len(keys) + 26
    assert gaps({}, areas=False) == FIVE


def test_what_a_backup_answers_for_is_no_gap_and_is_known_as_stood_in() -> None:
    assert stood_in(KNOWN, areas=True) == (responsibility("model_cost"),)


def test_one_person_answers_for_each_where_a_person_does() -> None:
    assert first_people(KNOWN) == {"model_quality": "U0ML", "model_cost": "U0LI"}


@pytest.mark.parametrize(
    ("said", "area"),
    [
        ("evals", ("Evals", 1)),
        ("Golden Dataset product", ("Golden dataset", 2)),
        ("problem and use case", ("Problem and use case", 4)),
        ("cost", None),
        ("", None),
    ],
)
def test_an_area_is_known_by_its_title(said: str, area: tuple[str, int] | None) -> None:
    assert area_meant(said.split()) == area


def test_what_was_mistyped_is_guessed_where_something_is_near() -> None:
    assert likely(["kost"], FIVE) == responsibility("model_cost")
    assert likely(["incidnt", "respnse"], FIVE) == responsibility("incident_response")
    assert likely(["zebra"], FIVE) is None
