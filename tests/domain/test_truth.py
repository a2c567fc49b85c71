"""Who verifies what, what of feedback holds, and the golden set as it is written down."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.feedback import Given, joined, with_feedback
from bot.domain.golden import COLUMNS, Format, Golden, exported, golden_id, inert
from bot.domain.people import Assignment, Role
from bot.domain.prediction import Feedback
from bot.domain.truth import Deciders, Origin, Truth, curators, deciders
from tests.support.builders import MONDAY, a_prediction

PM, EXPERT, SECOND, ADMIN = "U0PM", "U0DOC", "U0LAW", "U0ADM"
TEAM = (Assignment(Role.PM, PM), Assignment(Role.ML_LEAD, "U0ML"))
EXPERTS = (Assignment(Role.DOMAIN_EXPERT, EXPERT), Assignment(Role.DOMAIN_EXPERT, SECOND))


def a_truth(by: str, origin: Origin = Origin.REVIEW) -> Truth:
    return Truth(
        id=1,
        product_id=1,
        prediction_row_id=1,
        origin=origin,
        proposal="x",
        proposed_by=by,
        proposed_at=MONDAY,
    )


def test_the_experts_decide_and_nobody_else_and_without_them_the_pm_and_the_admins() -> None:
    assert deciders([*TEAM, *EXPERTS], [ADMIN]) == Deciders(users=(EXPERT, SECOND), named=True)
    assert deciders(TEAM, [ADMIN]) == Deciders(users=(PM, ADMIN), named=False)
    assert deciders([], []) == Deciders(users=(), named=False)
    assert curators([*TEAM, *EXPERTS], [ADMIN, PM]) == (PM, ADMIN)


@pytest.mark.parametrize(
    ("users", "by", "origin", "may"),
    [
        ((EXPERT, SECOND), PM, Origin.REVIEW, True),
        ((EXPERT, SECOND), EXPERT, Origin.REPORT, False),
        ((EXPERT,), EXPERT, Origin.REPORT, True),
        ((EXPERT, EXPERT), EXPERT, Origin.REPORT, True),
        ((EXPERT, SECOND), EXPERT, Origin.FEEDBACK, True),
        ((SECOND,), PM, Origin.REVIEW, False),
    ],
)
def test_nobody_verifies_their_own_proposal_unless_they_are_the_only_one(
    users: tuple[str, ...], by: str, origin: Origin, may: bool
) -> None:
    assert Deciders(users=users, named=True).may_verify(EXPERT, a_truth(by, origin)) is may


def said(hour: int, **known: Any) -> Given:
    defaults: dict[str, Any] = {"prediction_id": "p1", "given_at": MONDAY.replace(hour=hour)}
    return Given(**defaults | known)


def test_the_latest_thumb_and_the_latest_final_text_hold_each_by_itself() -> None:
    prediction = a_prediction(id="p1", model_version="v2", feedback=Feedback.UP, final_output="old")

    after = with_feedback(
        prediction,
        [
            said(9, feedback=Feedback.UP, given_by="a"),
            said(8, final_output="sent", given_by="b"),
            said(10, feedback=Feedback.DOWN, given_by="c", model_version="v2"),
            said(11, feedback=Feedback.UP, final_output="not this", model_version="v1"),
            said(12, feedback=Feedback.UP, final_output="nor this", prediction_id="p2"),
        ],
    )

    assert (after.feedback, after.final_output) == (Feedback.DOWN, "sent")


@given(st.permutations([said(9, feedback=Feedback.UP, given_by=name, final_output=name) for name in "abc"]))
def test_of_what_was_said_at_once_the_order_does_not_matter(rows: list[Given]) -> None:
    assert with_feedback(a_prediction(id="p1"), rows).final_output == "c"


def test_what_one_person_says_in_pieces_is_joined_and_the_later_piece_holds() -> None:
    thumb, comment = said(9, feedback=Feedback.UP, comment="odd"), said(10, comment="very odd")
    both = said(10, feedback=Feedback.UP, comment="very odd")

    assert (joined(thumb, comment), joined(comment, thumb)) == (both, both)
    assert joined(said(9, comment="a"), said(9, comment="b")) == said(9, comment="b")


def test_what_nobody_spoke_of_stays_as_its_source_says() -> None:
    prediction = a_prediction(id="p1", feedback=Feedback.UP, final_output="own")

    assert with_feedback(prediction, [said(9, comment="odd")]) == prediction


def test_an_id_follows_from_product_prediction_and_version_and_parts_cannot_be_mistaken() -> None:
    assert golden_id("copilot", "p1", "v1") == golden_id("copilot", "p1", "v1") == "ea4b2a708ea87dd1"
    assert (
        len({golden_id(*parts) for parts in (("a", "b", "c"), ("a", "bc", ""), ("ab", "", "c"), ("b", "a", "c"))}) == 4
    )


def a_row(number: int = 1, **known: Any) -> Golden:
    answer = known.pop("answer", "right")
    prediction = a_prediction(**{"id": f"p{number}", "input": "asked", "output": "said"} | known)
    return Golden(
        id=number,
        product_id=1,
        golden_id=golden_id("copilot", *prediction.identity),
        prediction=prediction,
        answer=answer,
        truth_id=None,
        picked_by=PM,
        picked_at=MONDAY,
    )


def test_each_format_says_the_same_of_a_row() -> None:
    row = a_row(segment="refunds", model_version="v1", context="policy")
    told = {
        "id": row.golden_id,
        "input": "asked",
        "answer": "right",
        "output": "said",
        "good": False,
        "context": "policy",
        "segment": "refunds",
        "prediction_id": "p1",
        "model_version": "v1",
        "occurred_at": "2026-11-13T12:00:00Z",
    }

    assert json.loads(exported([row], Format.JSONL)) == told
    assert list(csv.DictReader(io.StringIO(exported([row], Format.CSV)))) == [told | {"good": "false"}]
    assert json.loads(exported([row], Format.OPENAI_EVALS)) == {
        "input": [{"role": "user", "content": "asked"}],
        "ideal": "right",
        "metadata": {name: value for name, value in told.items() if name not in {"input", "answer"}},
    }


def test_an_empty_set_is_nothing_but_what_its_format_asks_for() -> None:
    assert [exported([], form) for form in Format] == ["", ",".join(COLUMNS) + "\r\n", "[\n]\n", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    text = exported([a_row(answer=f"{start}cmd|' /C calc'!A0", input=f"{start}1", segment=f"{start}x")], Format.CSV)

    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert [row[name] for name in ("answer", "input", "segment")] == [
        f"'{start}cmd|' /C calc'!A0",
        f"'{start}1",
        f"'{start}x",
    ]
    assert inert("1 - 1 = 0") == "1 - 1 = 0"


texts = st.text(st.characters(codec="utf-8"), max_size=20)
rows = st.lists(
    st.builds(
        a_row, st.integers(1, 99), answer=texts, input=st.none() | texts, output=texts, segment=st.none() | texts
    ),
    max_size=8,
    unique_by=lambda row: row.golden_id,
)


@given(rows, st.randoms(use_true_random=False), st.sampled_from(Format))
def test_the_same_rows_are_the_same_bytes_in_whatever_order_they_come(
    found: list[Golden], chance: Any, form: Format
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)

    text = exported(found, form)

    assert exported(shuffled, form) == text
    ids = sorted(row.golden_id for row in found)
    assert _ids(text, form) == ids


def _ids(text: str, form: Format) -> list[str]:
    if form is Format.CSV:
        return [row["id"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    if form is Format.MLFLOW:
        return [record["tags"]["id"] for record in json.loads(text)]
    lines = [json.loads(line) for line in text.split("\n")[:-1]]
    return [line["id"] if form is Format.JSONL else line["metadata"]["id"] for line in lines]


def test_a_good_row_is_one_whose_output_is_the_answer() -> None:
    assert a_row(answer="said").is_good
    assert not a_row(answer="other").is_good


def test_feedback_that_says_nothing_is_known() -> None:
    assert not said(9, given_by="ana").says_something
    assert said(9, comment="odd").says_something
    assert said(9, feedback=Feedback.UP).says_something
