"""`muster load feedback`: what people said reaches the predictions it is about, whichever came first."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.domain.feedback import Given
from bot.domain.prediction import Feedback
from bot.domain.product import Pii
from bot.kit.safekeeping import protected_feedback
from bot.store import feedback, predictions, products, truths
from bot.store.session import Database
from bot.store.tables import FeedbackRow
from tests.cli.conftest import Muster
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.hostile import hostile_text

AT = "2026-11-14T08:00:00Z"
PREDICTIONS = '{"id": "p1", "occurred_at": "2026-11-13T12:00:00Z", "input": "hi", "output": "ho"}\n'


@pytest.fixture
def radar(known: Muster) -> Muster:
    known("product add radar --name Radar --pm U0PM")
    return known


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps({"given_at": AT, **row}) + "\n" for row in rows)


def written(folder: Path, content: str, name: str = "said.jsonl") -> Path:
    path = folder / name
    path.write_text(content)
    return path


def held(database: Database) -> list[tuple[str, str | None, str | None]]:
    """Id, thumb and final text of each prediction that is held."""
    with database.reading() as session:
        found = predictions.with_row_ids(session, [1])
    return [(one.id, one.feedback, one.final_output) for one in found]


def proposed(database: Database) -> list[tuple[str, str]]:
    """Who proposes what."""
    with database.reading() as session:
        return [(one.proposed_by, one.proposal) for one in truths.waiting(session, 1, limit=99)]


@pytest.mark.parametrize("first", ["predictions", "feedback"])
def test_thumb_final_text_and_correction_reach_the_prediction_whichever_came_first(
    radar: Muster, database: Database, tmp_path: Path, first: str
) -> None:
    rows = written(tmp_path, PREDICTIONS, "rows.jsonl")
    said = written(
        tmp_path, lines({"id": "p1", "feedback": "thumbs down", "correction": "hey", "final_output": "hi there"})
    )
    loads = {
        "predictions": f"load predictions {rows} --product radar",
        "feedback": f"load feedback {said} --product radar",
    }

    told = [radar(loads[name]) for name in sorted(loads, key=lambda name: name != first)]
    again = radar(f"{loads['feedback']} --json")

    assert [one.code for one in told] == [0, 0]
    waits = " 1 row is about predictions that are not here yet, and waits for them." if first == "feedback" else ""
    assert f"1 row of feedback on Radar is loaded.{waits}\n" in {one.out for one in told}
    assert json.loads(again.out) == {"loaded": 1, "held": 1, "bad": []}
    assert held(database) == [("p1", "down", "hi there")]
    assert proposed(database) == [("", "hey")]


def test_bad_rows_are_named_by_their_line_and_the_good_ones_kept(radar: Muster, tmp_path: Path) -> None:
    content = (
        lines({"id": "p1", "feedback": 1}, {"id": "p1"}, {"feedback": "up"}, {"id": "p2", "feedback": "meh"})
        + "no json\n"
        + '{"id": "p3", "feedback": "up"}\n'
        + '{"id": "p3", "feedback": "up", "given_at": "2026-11-14T08:00:00"}\n'
        + '{"id": "p4", "comment": "odd", "occurred_at": "2026-11-14T08:00:00Z", "rated_by": "ana"}\n'
    )

    said = radar(f"load feedback {written(tmp_path, content)} --product radar --json")

    report = json.loads(said.out)
    assert (said.code, report["loaded"], report["held"]) == (0, 2, 0)
    assert [(row["line"], row["reason"][:40]) for row in report["bad"]] == [
        (2, "it says nothing: no feedback, correction"),
        (3, "it has no id."),
        (4, "feedback is “meh”, which is neither up n"),
        (5, "it is not a JSON object."),
        (6, "it has no given_at."),
        (7, "The times in “given_at” carry no time zo"),
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_every_kind_of_file_says_the_same(radar: Muster, database: Database, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    row = {"key": "p1", "given_at": "2026-11-14T09:00:00", "feedback": True, "given_by": "ana", "comment": None}
    if name == "a.csv":
        path.write_text("key,given_at,feedback,given_by,comment\np1,2026-11-14T09:00:00,true,ana,\n")
    elif name == "a.jsonl":
        path.write_text(json.dumps(row))
    else:
        pyarrow.parquet.write_table(pa.Table.from_pylist([row]), path)

    said = radar(f"load feedback {path} --product radar --map id=key --source-tz Europe/Berlin")

    assert said.code == 0, said.err
    with database.reading() as session:
        assert feedback.of_predictions(session, 1, ["p1"]) == [
            Given(
                prediction_id="p1",
                given_by="ana",
                given_at=datetime(2026, 11, 14, 8, tzinfo=UTC),
                feedback=Feedback.UP,
            )
        ]


def test_a_file_without_a_good_row_and_a_wrong_map_are_said_in_words(radar: Muster, tmp_path: Path) -> None:
    path = written(tmp_path, lines({"id": "p1"}))

    nothing = radar(f"load feedback {path} --product radar")
    wrong = radar(f"load feedback {path} --product radar --map corrections=x")
    unknown = radar(f"load feedback {path} --product rader")

    assert (nothing.code, nothing.out) == (1, "0 rows of feedback on Radar are loaded.\n")
    assert nothing.err.splitlines()[-1] == "muster: No row could be loaded."
    assert (wrong.code, "Did you mean “correction”?" in wrong.err) == (1, True)
    assert unknown.err.startswith("muster: There is no product “rader”.")


def test_personal_data_is_masked_before_it_is_kept_and_people_stay_apart(
    radar: Muster, database: Database, tmp_path: Path
) -> None:
    radar("product edit radar --set pii=redact")
    mails = [
        {"id": "p1", "given_by": f"{name}@example.com", "correction": f"write to {name}@example.com"}
        for name in ("ana", "bo")
    ]

    radar(f"load feedback {written(tmp_path, lines(*mails))} --product radar")

    with database.reading() as session:
        kept = session.exec(select(FeedbackRow)).all()
    assert [row.correction for row in kept] == ["write to [e-mail]"] * 2
    assert len({row.given_by for row in kept}) == 2
    assert {row.given_by[:9] for row in kept} == {"[e-mail] "}


said_at = st.integers(0, 3).map(lambda hour: MONDAY.replace(hour=hour))
pieces = st.builds(
    Given,
    prediction_id=st.sampled_from(["p1", "p2"]),
    model_version=st.sampled_from(["", "v1"]),
    given_by=st.sampled_from(["ana", "bo", "ana@example.com"]) | hostile_text,
    given_at=said_at,
    feedback=st.none() | st.sampled_from(Feedback),
    correction=st.none() | hostile_text,
    final_output=st.none() | hostile_text,
    comment=st.none() | hostile_text,
)


def state(database: Database, product_id: int) -> tuple[object, ...]:
    """Everything that loading feedback leaves behind, without row numbers."""
    with database.reading() as session:
        given_now = feedback.of_predictions(session, product_id, ["p1", "p2"])
        rows = predictions.with_row_ids(session, [1, 2])
        waits = truths.waiting(session, product_id, limit=999)
    said = sorted(repr(one) for one in given_now)
    return said, rows, sorted((one.prediction_row_id, one.proposed_by, one.proposal, one.version) for one in waits)


def load(database: Database, product_id: int, rows: Iterable[Given]) -> None:
    safe = [protected_feedback(one, Pii.REDACT) for one in rows]
    with database.unit_of_work() as session:
        feedback.keep(session, product_id, safe)
        feedback.reach(session, product_id, ["p1", "p2"], MONDAY)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(pieces, max_size=8))
def test_loading_twice_is_loading_once(database: Database, rows: list[Given]) -> None:
    with database.unit_of_work() as session:
        known_products = products.everything(session)
        product = known_products[0] if known_products else a_product(session)
        for row in session.exec(select(FeedbackRow)):
            session.delete(row)
        predictions.keep(
            session, product.id, [a_prediction(id="p1", model_version="v1"), a_prediction(id="p2")], loaded=True
        )

    load(database, product.id, rows)
    once = state(database, product.id)
    load(database, product.id, rows)

    assert state(database, product.id) == once
