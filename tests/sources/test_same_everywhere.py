"""The same rows give the same answers in every kind of place, and they are the domain's own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.ranking import Ranking
from bot.domain.window import Window
from bot.sources import open_source
from tests.sources import places, reference, reference_measure

START = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
WEEK = Window(START, START + timedelta(days=7))

INSTANTS = [
    START - timedelta(microseconds=1),
    START,
    START + timedelta(microseconds=1),
    START + timedelta(days=3),
    START + timedelta(days=3, microseconds=200),
    WEEK.end - timedelta(microseconds=1),
    WEEK.end,
    WEEK.end + timedelta(days=3),
]
NUMBERS = [None, 0.0, -0.0, 0.5, 1e-5, 1.0, -2.5, 5e-324, 1.7e308, float("nan"), float("inf"), float("-inf")]
MEASURES = [None, 0.0, 0.02, 0.5, 3.0, -1.0, 1e101, float("nan"), float("inf"), float("-inf")]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["a", "B", "é", "😀", "ﬀ", "a'\"b", "x,y\nz"]) | TEXTS.filter(bool),
            "occurred_at": st.sampled_from(INSTANTS),
            "model_version": st.sampled_from([None, "", "1.10", "1.1"]),
            "segment": st.sampled_from([None, "card", "Ünicode"]),
            "input": st.sampled_from([None, "", "question"]),
            "output": st.sampled_from([None, "", "sent"]) | TEXTS,
            "expected": st.sampled_from([None, "gold"]),
            "score": st.sampled_from(NUMBERS) | st.floats(-1.797e308, 1.797e308),
            "loss": st.sampled_from(NUMBERS),
            "confidence": st.sampled_from(NUMBERS) | st.floats(0, 1),
            "correct": st.sampled_from([None, True, False, False]),
            "feedback": st.sampled_from([None, "", *reference.THUMBS]),
            "final_output": st.sampled_from([None, "", "sent", "Sent"]),
            "hallucinated": st.sampled_from([None, True, False]),
            "escalated": st.sampled_from([None, True, False]),
            "latency_s": st.sampled_from([*MEASURES, 1.7e308]) | st.floats(0, 100),
            "cost": st.sampled_from(MEASURES),
        }
    ).map(lambda row: dict(sorted(row.items()))),
    min_size=1,
    max_size=14,
)


@pytest.mark.parametrize("kind", places.EVERYWHERE)
@given(rows=ROWS, by=st.sampled_from(Ranking), limit=st.sampled_from([1, 3, 20]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_kind_of_place_answers_as_plain_python_does(
    *, kind: str, tmp_path: Path, warehouse: str, rows: list[dict[str, Any]], by: Ranking, limit: int
) -> None:
    spec = places.EVERYWHERE[kind](rows, tmp_path, warehouse)
    source = open_source(places.ranked(spec, by))

    answers = (source.worst(WEEK, limit), source.count(WEEK), source.summary(WEEK))
    measured = source.measure(WEEK)
    source.close()

    assert answers == (
        reference.worst(rows, WEEK, by, limit),
        reference.counts(rows, WEEK, by),
        reference.summary(rows, WEEK, by),
    )
    assert reference_measure.differences(measured, reference_measure.measured(rows, WEEK, by)) == []
