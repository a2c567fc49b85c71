import pytest

from bot.domain import mapping
from bot.domain.mapping import Origin, propose, require, resolve
from bot.domain.ranking import Ranking
from bot.errors import UserError

BARE = {"id": Origin("id"), "occurred_at": Origin("occurred_at")}


def test_same_named_columns_are_taken_and_others_left() -> None:
    assert resolve(["id", "occurred_at", "score", "colour"], {}) == {**BARE, "score": Origin("score")}


def test_prediction_reference_and_latency_in_milliseconds_are_known_by_name() -> None:
    assert resolve(["id", "occurred_at", "prediction", "reference", "latency_ms"], {}) == {
        **BARE,
        "output": Origin("prediction"),
        "expected": Origin("reference"),
        "latency_s": Origin("latency_ms", 1000),
    }


def test_a_same_named_column_beats_the_name_it_is_also_known_by() -> None:
    assert resolve(["output", "prediction"], {}) == {"output": Origin("output")}


def test_an_explicit_map_beats_a_same_named_column() -> None:
    assert resolve(["score", "human_score"], {"score": "human_score"}) == {"score": Origin("human_score")}


def test_an_explicit_latency_is_taken_as_the_seconds_it_is_said_to_be() -> None:
    assert resolve(["latency_ms"], {"latency_s": "latency_ms"}) == {"latency_s": Origin("latency_ms")}


@pytest.mark.parametrize(
    ("explicit", "said"),
    [
        ({"socre": "score"}, "There is no field “socre” to map to. Did you mean “score”?"),
        ({"score": "humanscore"}, "The source has no column “humanscore”. Did you mean “human_score”? There are: id,"),
    ],
)
def test_a_map_that_names_what_is_not_there_is_told_what_is(explicit: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said.replace("?", r"\?")):
        resolve(["id", "human_score", "score"], explicit)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["score"], "no column “id”; say which it is: id=COLUMN"),
        (["id", "score"], "no column “occurred_at”; say which it is: occurred_at=COLUMN"),
        (["id", "occurred_at", "loss"], "Ranking by score needs a column for “score”"),
    ],
)
def test_what_the_ranking_reads_must_be_there(columns: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        require(resolve(columns, {}), columns, Ranking.SCORE)


def test_a_proposal_goes_by_the_names_people_use() -> None:
    columns = {
        "request_id": "VARCHAR",
        "Created At": "TIMESTAMP WITH TIME ZONE",
        "prompt": "VARCHAR",
        "response": "VARCHAR",
        "ground_truth": "VARCHAR",
        "nll": "DOUBLE",
        "probability": "double precision",
        "is_correct": "BOOLEAN",
        "model": "VARCHAR",
    }

    assert propose(columns) == mapping.Proposal(
        mapping={
            "id": "request_id",
            "occurred_at": "Created At",
            "input": "prompt",
            "output": "response",
            "expected": "ground_truth",
            "loss": "nll",
            "confidence": "probability",
            "correct": "is_correct",
            "model_version": "model",
        },
        rankings=(Ranking.LOSS, Ranking.CONFIDENT_WRONG),
        missing=("No segment: the worst segment cannot be named.",),
    )


def test_a_proposal_leaves_alone_what_is_taken_anyway() -> None:
    columns = {"id": "text", "occurred_at": "timestamptz", "prediction": "text", "answer": "text", "rating": "float8"}

    assert dict(propose(columns).mapping) == {"score": "rating"}


@pytest.mark.parametrize(
    ("column", "type_name", "field"),
    [("rating", "BOOLEAN", "score"), ("timestamp", "BIGINT", "occurred_at"), ("label", "TIMESTAMP", "expected")],
)
def test_a_name_that_fits_with_a_type_that_cannot_is_not_proposed(column: str, type_name: str, field: str) -> None:
    assert field not in propose({column: type_name}).mapping


def test_a_source_that_cannot_be_ranked_is_told_so_in_plain_sentences() -> None:
    said = propose({"id": "text", "occurred_at": "timestamptz", "input": "text", "output": "text"})

    assert said.rankings == ()
    assert said.missing == (
        "No score and no expected answer: nothing can be ranked; map one of score, loss, feedback, or both correct and confidence.",
        "No judgement (correct): the share of wrong answers stays unknown.",
        "No model version: versions cannot be compared.",
        "No segment: the worst segment cannot be named.",
    )
