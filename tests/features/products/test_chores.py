"""Looking at a source before a product relies on it: what is proposed, and where the latest predictions are."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from bot.domain.measuring import Measured
from bot.domain.prediction import Prediction
from bot.domain.product import Product
from bot.domain.ranking import Ranking
from bot.domain.sourcing import STORED, Counts, SourceSpec
from bot.domain.summary import Summary
from bot.domain.window import Window
from bot.errors import UserError
from bot.features.products import chores
from bot.features.products.chores import FARTHEST, Found
from bot.store.session import Database
from bot.wiring import source_opener
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.reviews import load

AT = "2026-11-13T12:00:00Z"


def a_file(folder: Path, *rows: Mapping[str, object]) -> SourceSpec:
    path = folder / "predictions.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return SourceSpec(uri=str(path))


def test_columns_are_proposed_and_the_flags_say_the_same(tmp_path: Path) -> None:
    spec = a_file(tmp_path, {"request_id": "a", "timestamp": AT, "prompt": "q", "answer": "a", "nll": 2.5})

    look = chores.look(spec, ranking_given=False)

    mapping = {"id": "request_id", "occurred_at": "timestamp", "input": "prompt", "output": "answer", "loss": "nll"}
    assert look.spec == replace(spec, mapping=mapping, ranking=Ranking.LOSS)
    assert look.proposed == (*(f"--map {field}={column}" for field, column in mapping.items()), "--rank loss")
    assert look.missing == (
        "No judgement (correct): the share of wrong answers stays unknown.",
        "No model version: versions cannot be compared.",
        "No segment: the worst segment cannot be named.",
    )


def test_what_was_said_stays_as_it_is(tmp_path: Path) -> None:
    row = {"id": "a", "occurred_at": AT, "prompt": "q", "question": "other", "score": 1, "loss": 2}
    spec = replace(a_file(tmp_path, row), mapping={"input": "question"}, ranking=Ranking.LOSS)

    look = chores.look(spec, ranking_given=True)

    assert (look.spec, look.proposed) == (spec, ())


def test_a_ranking_that_was_asked_for_and_cannot_be_is_refused_not_replaced(tmp_path: Path) -> None:
    spec = a_file(tmp_path, {"id": "a", "occurred_at": AT, "loss": 1})

    with pytest.raises(UserError, match="Ranking by score needs a column for “score”"):
        chores.look(spec, ranking_given=True)


def test_a_source_in_which_nothing_can_be_ranked_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Ranking by score needs a column for “score”"):
        chores.look(a_file(tmp_path, {"id": "a", "occurred_at": AT}), ranking_given=False)


def test_a_file_is_found_again_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = a_file(tmp_path, {"id": "a", "occurred_at": AT, "score": 1})
    monkeypatch.chdir(tmp_path)

    look = chores.look(replace(spec, uri="predictions.jsonl"), ranking_given=False)

    assert look.spec.uri == str(tmp_path / "predictions.jsonl")


def found(database: Database, product: Product, now: datetime = MONDAY) -> Found:
    return chores.find(SourceSpec(uri=f"{STORED}{product.id}"), source_opener(database), now=now)


def test_the_latest_week_with_predictions_is_found_in_the_table(database: Database) -> None:
    product = database.do(a_product)
    assert found(database, product) == Found(until=MONDAY, any_rows=False)

    load(database, product, [a_prediction(occurred_at=MONDAY - timedelta(weeks=30, seconds=1))])
    assert found(database, product) == Found(until=MONDAY - timedelta(weeks=30), any_rows=True)

    load(database, product, [a_prediction(occurred_at=MONDAY - timedelta(seconds=1))])
    assert found(database, product) == Found(until=MONDAY, any_rows=True)


class Timeline:
    """A source of predictions at set times, which says what it was asked and whether it was closed."""

    def __init__(self, *times: datetime) -> None:
        self.times = times
        self.asked: list[Window] = []
        self.closed = False

    def count(self, window: Window) -> Counts:
        self.asked.append(window)
        return Counts(seen=sum(at in window for at in self.times), unranked=0)

    def worst(self, window: Window, limit: int) -> list[Prediction]:
        raise AssertionError("nobody asked for rows")

    def summary(self, window: Window) -> Summary:
        raise AssertionError("nobody asked for numbers")

    def measure(self, window: Window) -> Measured:
        raise AssertionError("nobody asked for numbers")

    def close(self) -> None:
        self.closed = True


@given(st.lists(st.integers(1, FARTHEST * 7 * 24 - 1), min_size=1))
def test_the_week_that_is_found_holds_the_latest_prediction_and_takes_few_questions(hours: list[int]) -> None:
    times = [MONDAY - timedelta(hours=ago) for ago in hours]
    source = Timeline(*times)

    until = chores.find(SourceSpec(uri="x"), lambda _spec: source, now=MONDAY).until

    assert max(times) in Window(until - timedelta(days=7), until)
    assert (MONDAY - until) % timedelta(days=7) == timedelta(0)
    assert len(source.asked) <= 11
    assert source.closed


def test_what_is_older_than_260_weeks_or_still_to_come_is_not_looked_for() -> None:
    oldest = MONDAY - timedelta(weeks=260)

    assert found_among(oldest) == Found(until=MONDAY - timedelta(weeks=259), any_rows=True)
    assert found_among(oldest - timedelta(seconds=1), MONDAY, MONDAY + timedelta(days=1)) == Found(
        until=MONDAY, any_rows=False
    )


def found_among(*times: datetime) -> Found:
    return chores.find(SourceSpec(uri="x"), lambda _spec: Timeline(*times), now=MONDAY)


def test_a_source_that_breaks_is_closed() -> None:
    class Broken(Timeline):
        @override
        def count(self, window: Window) -> Counts:
            raise UserError("The table is gone.")

    source = Broken()

    with pytest.raises(UserError, match="The table is gone"):
        chores.find(SourceSpec(uri="x"), lambda _spec: source, now=MONDAY)
    assert source.closed
