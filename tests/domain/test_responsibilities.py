"""The five questions and the nine areas, and what people call them."""

import pytest

from bot.domain.people import Role
from bot.domain.responsibilities import (
    FIVE,
    FUNCTION_NAMES,
    NINE_AREAS,
    Function,
    asked_of,
    is_responsibility,
    meant,
    names_of,
    responsibility,
)

EVERY = asked_of(areas=True)


def test_five_questions_are_asked_of_every_product_and_twenty_seven_parts_more_where_a_team_wants_them() -> None:
    assert [one.key for one in asked_of(areas=False)] == [
        "model_quality",
        "model_cost",
        "incident_response",
        "evaluation_data",
        "retrain_or_roll_back",
    ]
    assert len(EVERY) == len(FIVE) + 27
    assert len({one.key for one in EVERY}) == len(EVERY)
    assert all(tuple(one.function for one in parts) == tuple(Function) for parts in NINE_AREAS.values())
    assert {one.usual for one in EVERY if one.function is Function.RESEARCH} == {(Role.RESEARCH,)}


def test_each_is_found_by_its_key() -> None:
    assert [responsibility(one.key) for one in EVERY] == list(EVERY)
    assert is_responsibility("evals/product")
    assert not is_responsibility("evals")


@pytest.mark.parametrize(
    ("said", "key", "taken"),
    [
        ("cost", "model_cost", 1),
        ("model cost", "model_cost", 2),
        ("model", "model_quality", 1),
        ("On-Call", "incident_response", 1),
        ("retrain or roll back", "retrain_or_roll_back", 4),
        ("rollback now", "retrain_or_roll_back", 1),
        ("evals", "evaluation_data", 1),
        ("evals product", "evals/product", 2),
        ("launch readiness: ML engineering", "launch_readiness/ml_engineering", 4),
        ("golden_dataset/research", "golden_dataset/research", 1),
    ],
)
def test_the_most_words_that_name_one_win(said: str, key: str, taken: int) -> None:
    assert meant(said.split(), EVERY) == (responsibility(key), taken)


def test_words_that_name_none_mean_none() -> None:
    assert meant(["tone"], EVERY) is None
    assert meant([], EVERY) is None
    assert meant(["evals", "product"], FIVE) == (responsibility("evaluation_data"), 1)


def test_no_two_are_called_the_same() -> None:
    names = [name for one in EVERY for name in dict.fromkeys(names_of(one))]

    assert len(names) == len(set(names))
    assert set(FUNCTION_NAMES) == set(Function)
