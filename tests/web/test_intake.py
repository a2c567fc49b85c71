"""What programs send over HTTP, over real HTTP: each row is kept, known or named."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.changing import Change
from bot.domain.product import Pii, ProductRecord
from bot.domain.readings import Origin
from bot.store import changes, feedback, golden, predictions, readings
from bot.store.session import Database
from tests.support.builders import MONDAY, a_prediction
from tests.web.house import JSON, LINES, PREDICTION, WEEK, House, held


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def test_predictions_are_kept_once_and_bad_rows_named(house: House) -> None:
    rows = [PREDICTION, {"id": "p2"}, 7, {**PREDICTION, "id": "p3", "occurred_at": "2026-11-13T12:00:00"}]
    corrected = [{**PREDICTION, "score": 0.1}]

    async with house.open():
        first = await house.send("predictions", rows)
        again = await house.send("predictions", rows)
        changed = await house.send("predictions", corrected)

    bad = [
        {"line": 2, "reason": "it has no occurred_at."},
        {"line": 3, "reason": "it is JSON, but not an object."},
        {
            "line": 4,
            "reason": "The times in “occurred_at” carry no time zone (for example “2026-11-13T12:00:00”); write their offset too, like 2026-11-16T09:00:00+01:00.",
        },
    ]
    assert (first.status, first.body) == (200, {"kept": 1, "same": 0, "bad": bad})
    assert again.body == {"kept": 0, "same": 1, "bad": bad}
    assert changed.body == {"kept": 1, "same": 0, "bad": []}
    assert held(house) == ["p1"]


async def test_lines_say_the_same_as_an_array_and_name_their_line(house: House) -> None:
    lines = b'{"id": "p1", "occurred_at": "2026-11-13T12:00:00Z"}\n\nno json\n{"id": "p2", "occurred_at": "x"}\n'

    async with house.open():
        got = await house.send("predictions", lines, LINES)

    assert [row["line"] for row in got.body["bad"]] == [3, 4]
    assert (got.body["kept"], held(house)) == (1, ["p1"])


async def test_feedback_reaches_the_prediction_whichever_came_first(house: House) -> None:
    said = [{"id": "p1", "given_at": "2026-11-14T08:00:00Z", "feedback": "down", "given_by": "ana"}]

    async with house.open():
        first = await house.send("feedback", said)
        await house.send("predictions", [PREDICTION])
        again = await house.send("feedback", said)
        more = await house.send("feedback", [{**said[0], "comment": "odd"}])
        known = await house.send("predictions", [PREDICTION])

    assert [got.body for got in (first, again, more)] == [
        {"kept": kept, "same": 1 - kept, "bad": []} for kept in (1, 0, 1)
    ]
    assert known.body == {"kept": 0, "same": 1, "bad": []}
    with house.database.reading() as session:
        (prediction,) = predictions.with_row_ids(session, [1])
    assert prediction.feedback == "down"


async def test_readings_are_corrected_and_the_history_keeps_both(house: House) -> None:
    row = {"metric": "accuracy", "value": 92.3, "unit": "percent", "n": 1068, **WEEK}

    async with house.open():
        first = await house.send("metrics", [row])
        again = await house.send("metrics", [row])
        other = await house.send(
            "metrics", [{**row, "value": 0.9, "unit": "share"}, {**row, "value": 85, "unit": None}]
        )

    assert (first.body, again.body) == ({"kept": 1, "same": 0, "bad": []}, {"kept": 0, "same": 1, "bad": []})
    assert (other.body["kept"], other.body["bad"][0]["reason"][:41]) == (1, "accuracy is a share from 0 to 1 and 85 is")
    with house.database.reading() as session:
        kept = readings.history(session, house.product.id, "accuracy", since=MONDAY - timedelta(days=30))
    assert [(one.value, one.n, one.entered_by, one.origin, one.replaced_at is None) for one in kept] == [
        (0.923, 1068, "key nightly", Origin.SENT, False),
        (0.9, 1068, "key nightly", Origin.SENT, True),
    ]


async def test_a_change_is_noted_once_for_its_id_and_stands_at_its_time(house: House) -> None:
    rows = [
        {"what": "prompt v7\nlive", "at": "2026-11-12T14:30:00+01:00", "id": "deploy-512"},
        {"what": "index rebuilt"},
        {"at": "2026-11-12T14:30:00Z"},
        {"what": "x" * 201},
        {"what": "odd", "at": "yesterday"},
        {"what": "odd", "at": "2026-11-12T14:30:00"},
    ]

    async with house.open():
        first = await house.send("changes", rows)
        again = await house.send("changes", rows[:1])

    assert (first.body["kept"], [row["line"] for row in first.body["bad"]]) == (2, [3, 4, 5, 6])
    assert again.body == {"kept": 0, "same": 1, "bad": []}
    with house.database.reading() as session:
        found = changes.of_product(session, house.product.id, since=MONDAY - timedelta(days=9), until=MONDAY)
    assert found[0] == Change(
        key="http/deploy-512",
        at=datetime(2026, 11, 12, 13, 30, tzinfo=UTC),
        what="prompt v7 live",
        noted_by="key nightly",
        noted_at=MONDAY,
    )
    assert [one.at for one in found[1:]] == [MONDAY]


async def test_personal_data_is_masked_before_it_is_kept(database: Database) -> None:
    house = House(database, record=ProductRecord(pii=Pii.REDACT))

    async with house.open():
        await house.send("predictions", [{**PREDICTION, "input": "I am ana@example.com"}])
        await house.send(
            "feedback", [{"id": "p1", "given_at": "2026-11-14T08:00:00Z", "comment": "ask bo@example.com"}]
        )

    with database.reading() as session:
        (prediction,) = predictions.with_row_ids(session, [1])
        (said,) = feedback.of_predictions(session, house.product.id, ["p1"])
    assert (prediction.input, said.comment) == ("I am [e-mail]", "ask [e-mail]")


async def test_the_golden_set_is_what_the_export_writes(house: House) -> None:
    with house.database.unit_of_work() as session:
        kept = predictions.keep(session, house.product.id, [a_prediction(id="p1")], loaded=True)
        picked = golden.put(session, house.product, kept["p1", ""], answer="yes", truth_id=None, by="U0PM", now=MONDAY)

    async with house.open():
        got = await house.ask("/v1/golden-set")

    assert got.headers["Content-Type"].startswith("application/x-ndjson")
    assert (got.status, got.body["id"], got.body["answer"]) == (200, picked.golden_id, "yes")


async def test_the_page_shows_each_address_with_a_row_that_is_kept_as_it_stands(house: House) -> None:
    async with house.open():
        page = await house.ask("/docs", key=None)
        told = (await house.ask("/openapi.json", key=None)).body["paths"]
        kept = {
            path: await house.send(path.removeprefix("/v1/"), _example(told, path))
            for path in told
            if "post" in told[path]
        }

    assert (page.status, "swagger" in page.body.lower()) == (200, True)
    assert {path: got.body for path, got in kept.items()} == {
        f"/v1/{name}": {"kept": 1, "same": 0, "bad": []} for name in ("predictions", "feedback", "metrics", "changes")
    }


def _example(told: Any, path: str) -> Any:
    return told[path]["post"]["requestBody"]["content"][JSON]["example"]
