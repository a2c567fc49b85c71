"""Muster's own table: the same answers, by the indexes that are made for them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, ForeignKeyConstraint, MetaData, Table, create_engine, insert

from bot.domain.prediction import Feedback
from bot.domain.ranking import Ranking
from bot.domain.sourcing import STORED, Counts, Source, SourceSpec
from bot.domain.window import Window
from bot.errors import TransientError, UserError
from bot.sources.own import StoredByScore, own_table
from bot.store.tables import PredictionRow
from tests.sources import reference, reference_measure

START = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
WEEK = Window(START, START + timedelta(days=7))
INSIDE = START + timedelta(days=1)

products = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database that holds nothing but the table of predictions."""
    url = f"sqlite:///{tmp_path_factory.mktemp('own')}/muster.db"
    if request.param == "postgres":
        url = str(request.getfixturevalue("warehouse")).replace("postgresql", "postgresql+psycopg", 1)
    engine = create_engine(url)
    _table().drop(engine, checkfirst=True)
    _table().create(engine)
    yield engine
    engine.dispose()


def _table() -> Table:
    table = PredictionRow.metadata.tables["predictions"].to_metadata(MetaData())
    table.constraints = {found for found in table.constraints if not isinstance(found, ForeignKeyConstraint)}
    return table


def keep(engine: Engine, rows: list[dict[str, Any]], *, product: int) -> None:
    """Store *rows* as a load would have left them."""
    kept = [
        {"model_version": "", "loaded": True}
        | row
        | {
            "product_id": product,
            "prediction_id": row["id"],
            "day": (row["occurred_at"] - datetime(1970, 1, 1, tzinfo=UTC)).days,
        }
        for row in rows
    ]
    for row in kept:
        del row["id"]
    with engine.begin() as connection:
        connection.execute(insert(_table()), kept)


def row(name: str, **known: Any) -> dict[str, Any]:
    return {"id": name, "occurred_at": INSIDE, "score": 0.5} | known


def source(engine: Engine, product: int, **spec: Any) -> Source:
    return own_table(engine, product_id=product, spec=SourceSpec(uri=STORED, **spec))


def ids(engine: Engine, product: int, limit: int = 20, **spec: Any) -> list[str]:
    return [found.id for found in source(engine, product, **spec).worst(WEEK, limit)]


def test_only_the_products_own_loaded_rows_count(engine: Engine) -> None:
    ours, theirs = next(products), next(products)
    keep(engine, [row("a"), row("b", loaded=False)], product=ours)
    keep(engine, [row("c")], product=theirs)

    assert ids(engine, ours) == ["a"]
    assert source(engine, ours).count(WEEK) == Counts(seen=1, unranked=0)


def test_all_that_was_stored_comes_back(engine: Engine) -> None:
    product = next(products)
    at = INSIDE + timedelta(microseconds=123_456)
    known = row(
        "a",
        occurred_at=at,
        citations='["one", "two"]',
        feedback="down",
        correct=False,
        latency_s=0.25,
        model_version="2",
    )
    keep(engine, [known], product=product)

    (found,) = source(engine, product).worst(WEEK, 1)

    assert (found.occurred_at, found.citations, found.feedback) == (at, ("one", "two"), Feedback.DOWN)
    assert (found.correct, found.latency_s, found.model_version, found.output) == (False, 0.25, "2", None)


def test_a_filter_names_fields(engine: Engine) -> None:
    product = next(products)
    keep(engine, [row("a", segment="card", correct=True), row("b", segment="cash", correct=True)], product=product)

    assert ids(engine, product, where=(("segment", "cash"), ("correct", "true"))) == ["b"]
    assert ids(engine, product, where=(("id", "a"),)) == ["a"]
    with pytest.raises(UserError, match="no column “team”"):
        source(engine, product, where=(("team", "x"),))


def test_the_week_is_found_where_other_weeks_hold_all_the_low_scores(engine: Engine) -> None:
    product = next(products)
    before = [row(f"o{n}", occurred_at=START - timedelta(days=3), score=n / 1000) for n in range(900)]
    keep(engine, [*before, *(row(f"w{n}", score=0.9 + n / 100) for n in range(4))], product=product)
    found = source(engine, product)
    assert isinstance(found, StoredByScore)

    assert len(found.ask(found._walk(WEEK, 3))) == 0
    assert ids(engine, product, limit=3) == ["w0", "w1", "w2"]


def test_a_window_of_many_days_is_answered_too(engine: Engine) -> None:
    product = next(products)
    keep(engine, [row("a"), row("b", score=0.1, occurred_at=START + timedelta(days=200))], product=product)
    year = Window(START, START + timedelta(days=365))

    assert [found.id for found in source(engine, product).worst(year, 20)] == ["b", "a"]
    assert source(engine, product).worst(Window(START, START), 20) == []


@pytest.mark.parametrize(("shape", "index"), [("_walk", "ix_predictions_score"), ("_day_by_day", "ix_predictions_day")])
def test_the_indexes_serve(engine: Engine, shape: str, index: str) -> None:
    product = next(products)
    many = [
        row(f"p{n}", occurred_at=START - timedelta(days=20) + timedelta(minutes=n), score=n % 997 / 997)
        for n in range(30_000)
    ]
    keep(engine, many, product=product)
    found = source(engine, product)
    assert isinstance(found, StoredByScore)
    asked = found._walk(WEEK, 20) if shape == "_walk" else found._day_by_day(WEEK, 20, range(20_766, 20_774))
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        plan = str(connection.exec_driver_sql(f"{explain} {asked.sql}", dict(asked.values)).fetchall())

    assert index in plan


def test_ids_are_compared_by_code_point(engine: Engine) -> None:
    product = next(products)
    keep(engine, [row(name) for name in ("é", "b", "B", "a")], product=product)
    found = source(engine, product)
    assert isinstance(found, StoredByScore)

    assert ids(engine, product) == ["B", "a", "b", "é"]
    assert engine.dialect.name == "sqlite" or 'COLLATE "C" ASC' in found._walk(WEEK, 1).sql


def test_a_database_that_does_not_answer_is_worth_another_try(tmp_path: Path) -> None:
    nowhere = create_engine(f"sqlite:///{tmp_path}/no/such/folder.db")

    with pytest.raises(TransientError, match="own database"):
        ids(nowhere, 1)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["a", "B", "é", "😀", "z"]),
            "occurred_at": st.integers(-26, 200).map(lambda hours: START + timedelta(hours=hours, microseconds=1)),
            "model_version": st.sampled_from(["", "1.10", "1.1"]),
            "segment": st.sampled_from([None, "card"]),
            "score": st.sampled_from([None, 0.0, 0.5, 1.0, float("inf"), float("-inf")]),
            "loss": st.sampled_from([None, 0.5, float("inf")]),
            "confidence": st.sampled_from([None, 0.5, 0.9]),
            "correct": st.sampled_from([None, True, False]),
            "feedback": st.sampled_from([None, "up", "down"]),
            "output": st.sampled_from([None, "sent"]),
            "final_output": st.sampled_from([None, "sent", "Sent"]),
            "hallucinated": st.sampled_from([None, True, False]),
            "escalated": st.sampled_from([None, True, False]),
            "latency_s": st.sampled_from([None, 0.0, 0.5, 3.0, float("inf")]),
            "cost": st.sampled_from([None, 0.0, 0.02, 3.0, float("inf")]),
        }
    ),
    unique_by=lambda row: (row["id"], row["model_version"]),
    min_size=1,
    max_size=14,
)


@given(rows=ROWS, by=st.sampled_from(Ranking), limit=st.sampled_from([1, 3, 20]))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_answers_as_plain_python_does(
    *, engine: Engine, rows: list[dict[str, Any]], by: Ranking, limit: int
) -> None:
    product = next(products)
    keep(engine, rows, product=product)
    found = source(engine, product, ranking=by)
    summary = reference.summary(rows, WEEK, by)

    assert found.worst(WEEK, limit) == reference.worst(rows, WEEK, by, limit)
    assert found.count(WEEK) == reference.counts(rows, WEEK, by)
    assert reference_measure.differences(found.measure(WEEK), reference_measure.measured(rows, WEEK, by)) == []
    assert found.summary(WEEK) == replace(summary, segments=summary.segments, models=summary.models)
