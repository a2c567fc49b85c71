"""What the chores bring in: the measured week, its readings, marks of new model versions, readings from elsewhere."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot import wiring
from bot.domain.changing import Change, ChangeKind
from bot.domain.feedback import Given
from bot.domain.measuring import KeptMeasure, Measured, Part, Tally, Version
from bot.domain.planning import Slot
from bot.domain.prediction import Feedback
from bot.domain.product import Pii, Product
from bot.domain.readings import Origin, Reading
from bot.domain.sourcing import SourceSpec
from bot.domain.window import Window
from bot.errors import UserError
from bot.features.health_check.chores import MEASURE, READINGS, protected
from bot.kit.redaction import NAME_ROOM
from bot.kit.ritual import Chore, Turn
from bot.store import changes, feedback, measures, readings
from bot.store.session import Database
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.readings import new_reading
from tests.support.reviews import load

WEEK = Window(MONDAY - timedelta(days=7), MONDAY)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def do(database: Database, product: Product, chore: Chore[Any, Any], due: datetime = MONDAY) -> None:
    """The chore as the runner does it, three times apart."""

    def turn(session: Session) -> Turn:
        return Turn(session=session, now=due + HOUR, product=product, slot=Slot(nominal=due, due=due))

    with database.reading() as session:
        ask = chore.ask(turn(session))
    if ask is not None:
        answer = chore.fetch(ask, wiring.source_opener(database))
        database.do(lambda session: chore.keep(turn(session), ask, answer))


def kept(database: Database, product: Product) -> list[KeptMeasure]:
    with database.reading() as session:
        return measures.latest(session, product.id, MONDAY + 9 * DAY, since=WEEK.start)


def standing(database: Database, product: Product, *metrics: str) -> list[Reading]:
    with database.reading() as session:
        return readings.of_product(session, product.id, metrics=metrics, since=WEEK.start)


def history(database: Database, product: Product, metric: str) -> list[tuple[float, str]]:
    with database.reading() as session:
        found = readings.history(session, product.id, metric, since=WEEK.start - 1_000 * DAY)
    return [(one.value, one.entered_by) for one in found]


def marks(database: Database, product: Product) -> list[Change]:
    with database.reading() as session:
        return changes.of_product(session, product.id, since=WEEK.start, until=MONDAY + 30 * DAY)


def test_the_week_is_measured_and_read(database: Database) -> None:
    product = database.do(a_product)
    rows = [
        a_prediction(correct=at > 0, segment="card", escalated=at < 2, confidence=0.9, model_version="7")
        for at in range(5)
    ]
    load(database, product, [*rows, a_prediction(occurred_at=MONDAY, correct=False)])

    do(database, product, MEASURE)

    first = rows[0].occurred_at
    assert kept(database, product) == [
        KeptMeasure(
            window=WEEK,
            measured=Measured(
                seen=5,
                right=Tally(part=4, whole=5),
                escalated=Tally(part=2, whole=5),
                high_confidence=Tally(part=1, whole=5),
                confidence=(0, 0, 0, 0, 0, 0, 0, 0, 0, 5),
                parts=(Part(name="card", seen=5, right=Tally(part=4, whole=5)),),
                versions=(Version(name="7", first_seen=first, seen=5),),
            ),
            measured_at=MONDAY + HOUR,
        )
    ]
    found = standing(database, product, "accuracy", "resolution_rate", "edit_rate")
    assert [(one.metric, one.value, one.n, one.origin, one.entered_by) for one in found] == [
        ("accuracy", 0.8, 5, Origin.COMPUTED, "muster"),
        ("resolution_rate", 0.6, 5, Origin.COMPUTED, "muster"),
    ]


def test_done_twice_it_is_the_same_and_after_a_correction_the_history_keeps_both(database: Database) -> None:
    product = database.do(a_product)
    rows = [a_prediction(correct=False, cost=0.1 * at, latency_s=float(at), model_version="7") for at in range(9)]
    load(database, product, rows)

    do(database, product, MEASURE)
    do(database, product, MEASURE)
    assert history(database, product, "accuracy") == [(0.0, "muster")]
    assert len(history(database, product, "cost_per_query")) == len(history(database, product, "latency_p95")) == 1

    load(database, product, [replace(rows[0], correct=True)])
    do(database, product, MEASURE)
    assert history(database, product, "accuracy") == [(0.0, "muster"), (1 / 9, "muster")]
    assert [one.measured.right.part for one in kept(database, product)] == [1]


def test_what_a_person_said_of_the_same_week_stays(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, [a_prediction(correct=False)])
    typed = new_reading("accuracy", 0.9, origin=Origin.TYPED)
    database.do(lambda session: readings.keep(session, product.id, typed, by="U0PM", now=MONDAY))

    do(database, product, MEASURE)

    assert history(database, product, "accuracy") == [(0.9, "U0PM")]


def test_feedback_that_came_in_later_counts(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, [a_prediction(id="a", output="said"), a_prediction(id="b", output="said")])
    given = [
        Given(prediction_id="a", given_at=MONDAY, feedback=Feedback.UP, final_output="sent"),
        Given(prediction_id="b", given_at=MONDAY, feedback=Feedback.DOWN, final_output="said"),
    ]
    database.do(lambda session: feedback.keep(session, product.id, given))
    database.do(lambda session: feedback.reach(session, product.id, ["a", "b"], MONDAY))

    do(database, product, MEASURE)

    found = standing(database, product, "thumbs_ratio", "edit_rate")
    assert [(one.metric, one.value, one.n) for one in found] == [("edit_rate", 0.5, 2), ("thumbs_ratio", 0.5, 2)]


def test_a_model_version_makes_its_mark_once_when_it_is_first_seen(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, [a_prediction(occurred_at=WEEK.start + at * HOUR, model_version="7") for at in range(50)])
    do(database, product, MEASURE)
    assert marks(database, product) == []

    came = MONDAY + 3 * HOUR
    load(database, product, [a_prediction(occurred_at=came, model_version=name) for name in ("7", "8<!here>")])
    for day in (1, 2, 2):
        do(database, product, MEASURE, MONDAY + day * DAY)

    assert marks(database, product) == [
        Change(
            key="model/8<!here>",
            at=came,
            what="model 8<!here> first seen",
            kind=ChangeKind.MODEL,
            noted_by="muster",
            noted_at=MONDAY + DAY + HOUR,
        )
    ]


def test_in_the_first_week_only_a_version_that_came_after_its_start_is_marked(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, [a_prediction(occurred_at=WEEK.start + HOUR, model_version="7")])
    load(database, product, [a_prediction(occurred_at=WEEK.start + 2 * DAY, model_version="8")])

    do(database, product, MEASURE)
    do(database, product, MEASURE)

    assert [one.key for one in marks(database, product)] == ["model/8"]


def test_what_a_source_calls_its_versions_and_segments_is_kept_clean(database: Database, tmp_path: Path) -> None:
    rows = [
        {"id": str(at), "occurred_at": (WEEK.start + at * DAY).isoformat(), "score": 1}
        | {"model_version": f"\u202e{at}", "segment": "\u202ecard"}
        for at in (0, 3)
    ]
    product = replace(database.do(a_product), source=a_file(tmp_path, *rows))

    do(database, product, MEASURE)

    assert [one.key for one in marks(database, product)] == ["model/[U+202E]3"]
    (found,) = kept(database, product)
    assert [part.name for part in found.measured.parts] == ["[U+202E]card"]


def test_empty_weeks_before_the_first_predictions_are_no_earlier_measure(database: Database) -> None:
    product = database.do(a_product)
    do(database, product, MEASURE)
    load(database, product, [a_prediction(occurred_at=MONDAY + HOUR - 6 * DAY, model_version="7")])

    do(database, product, MEASURE, MONDAY + DAY)

    assert marks(database, product) == []
    assert [one.measured.seen for one in kept(database, product)] == [1, 0]


def test_names_are_kept_clean_and_short_and_stay_apart() -> None:
    names = ["n" * 5_000 + "a", "n" * 5_000 + "b", "plain", "\u202eturned"]
    versions = tuple(Version(name=name, first_seen=MONDAY, seen=1) for name in names)
    parts = tuple(Part(name=name, seen=1) for name in [*names, None])

    safe = protected(Measured(seen=5, parts=parts, versions=versions), Pii.REDACT)

    kept_names = [one.name for one in safe.versions]
    assert kept_names == [one.name for one in safe.parts][:-1]
    assert safe.parts[-1].name is None
    assert len(set(kept_names)) == 4
    assert all(len(name) <= NAME_ROOM for name in kept_names)
    assert kept_names[2:] == ["plain", "[U+202E]turned"]


def a_file(folder: Path, *rows: dict[str, Any]) -> SourceSpec:
    path = folder / "rows.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return SourceSpec(uri=str(path))


def csat(value: object, *, days: int = 0, metric: str = "csat") -> dict[str, Any]:
    start, end = (at - days * DAY for at in (WEEK.start, WEEK.end))
    return {
        "metric": metric,
        "value": value,
        "window_start": start.isoformat(),
        "window_end": end.isoformat(),
        "n": 120,
    }


def test_readings_are_fetched_and_those_that_say_the_same_stay(database: Database, tmp_path: Path) -> None:
    spec = a_file(tmp_path, csat(4.0), csat(4.2), csat(3.9, days=300), csat("no number", days=7))
    product = replace(database.do(a_product), readings_source=spec)

    do(database, product, READINGS)
    do(database, product, READINGS)

    (found,) = standing(database, product, "csat")
    assert (found.value, found.n, found.window, found.origin) == (4.2, 120, WEEK, Origin.SOURCE)
    assert history(database, product, "csat") == [(4.2, "muster")]


def test_a_corrected_row_replaces_and_a_persons_number_stays(database: Database, tmp_path: Path) -> None:
    product = replace(database.do(a_product), readings_source=a_file(tmp_path, csat(4.0)))
    do(database, product, READINGS)
    a_file(tmp_path, csat(4.2))
    do(database, product, READINGS)
    typed = new_reading("csat", 4.4, origin=Origin.TYPED)
    database.do(lambda session: readings.keep(session, product.id, typed, by="U0PM", now=MONDAY))

    do(database, product, READINGS)

    assert history(database, product, "csat") == [(4.0, "muster"), (4.2, "muster"), (4.4, "U0PM")]


def test_a_readings_source_that_cannot_be_read_says_why(database: Database, tmp_path: Path) -> None:
    product = replace(database.do(a_product), readings_source=a_file(tmp_path, csat("many")))

    with pytest.raises(UserError, match=r"readings source cannot be read\. Row 1: "):
        do(database, product, READINGS)


def test_without_a_readings_source_there_is_nothing_to_fetch(database: Database) -> None:
    product = database.do(a_product)

    do(database, product, READINGS)

    assert standing(database, product, "csat") == []
