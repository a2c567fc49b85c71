"""What is not let in over HTTP: strangers, bombs, what is no JSON; and rows that are made to break something."""

import gzip
import json
from asyncio import gather
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.sourcing import SourceSpec
from bot.errors import TransientError
from bot.kit.receiving import Taken
from bot.store import api_keys, predictions, products
from bot.store.session import Database
from bot.web import bodies, intake
from bot.web.intake import Kind, Report, received
from bot.web.json_rows import LeftOut
from tests.support.builders import MONDAY, a_product
from tests.web.house import LINES, PREDICTION, WEEK, House, held, loaded


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def test_only_a_key_that_is_in_use_opens_and_the_refusal_is_always_the_same(house: House) -> None:
    with house.database.unit_of_work() as session:
        revoked, text = api_keys.create(session, house.product.id, "old", MONDAY)
        api_keys.revoke(session, revoked.id, MONDAY)

    async with house.open():
        got = [await house.send("predictions", [PREDICTION], key=key) for key in (None, "wrong", "muster_wrong", text)]
        got += [await house.ask("/v1/golden-set", key=text)]
        basic = await house.send("predictions", [PREDICTION], key=None, Authorization=f"Basic {house.text}")
        large = await house.send("predictions", b" " * 12_000_000, key="wrong")

    answers = {(one.status, one.body["detail"], one.headers["WWW-Authenticate"]) for one in (*got, basic, large)}
    assert answers == {
        (
            401,
            "This needs a key that is in use: send Authorization: Bearer muster_... (muster api-key create makes one).",
            "Bearer",
        )
    }
    assert held(house) == []


async def test_a_key_opens_its_own_product_and_its_use_is_written_down_once_a_minute(house: House) -> None:
    with house.database.unit_of_work() as session:
        other = a_product(session, key="radar", name="Radar")

    used = []
    async with house.open():
        for seconds in (0, 30, 30):
            house.clock.advance(timedelta(seconds=seconds))
            await house.send("predictions", [PREDICTION])
            with house.database.reading() as session:
                used.append(api_keys.everything(session)[0].last_used_at)

    assert used == [MONDAY, MONDAY, MONDAY + timedelta(minutes=1)]
    assert (held(house), loaded(house, other.id)) == (["p1"], [])


@pytest.mark.parametrize(
    ("known", "name", "sentence"),
    [
        ({"source": SourceSpec(uri="/data/a.jsonl")}, "predictions", "reads its predictions from a source of its own"),
        ({}, "metrics", "“copilot” is archived: it takes nothing in."),
    ],
)
async def test_a_product_that_takes_nothing_in_says_why(
    database: Database, known: dict[str, Any], name: str, sentence: str
) -> None:
    house = House(database, **known)
    if not known:
        database.do(lambda session: products.archive(session, house.product.id, MONDAY))

    async with house.open():
        got = await house.send(name, [PREDICTION])

    assert (got.status, sentence in got.body["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "headers", "status", "sentence"),
    [
        (b"", {}, 400, "The body is no JSON"),
        (b"hello\nworld", {}, 400, "The body is no JSON"),
        (b'[{"id": ', {}, 400, "The body is no JSON"),
        (b"\xff\xfe[\x00]\x00", {}, 400, "The body is no JSON"),
        (b"[]", {"kind": "text/csv"}, 415, "Send JSON"),
        (b"[]", {"kind": "application/x-www-form-urlencoded"}, 415, "Send JSON"),
        (b"[]", {"Content_Encoding": "br"}, 415, "plain or with Content-Encoding gzip"),
        (b"[]", {"Content_Encoding": "gzip"}, 400, "cannot be unpacked"),
        (gzip.compress(b"[]", mtime=0)[:-3], {"Content_Encoding": "gzip"}, 400, "breaks off"),
    ],
)
async def test_what_is_no_json_at_all_is_refused_in_words(
    house: House, body: bytes, headers: dict[str, str], status: int, sentence: str
) -> None:
    async with house.open():
        got = await house.send("predictions", body, **headers)

    assert (got.status, sentence in got.body["detail"]) == (status, True)


async def test_a_body_over_the_limit_is_refused_and_nothing_of_it_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MOST_RAW", 1_000_000)
    monkeypatch.setattr(bodies, "MOST_UNPACKED", 2_000_000)
    row = json.dumps(PREDICTION).encode() + b"\n"
    bomb = gzip.compress(row + b" " * 50_000_000)

    async with house.open():
        raw = await house.send("predictions", row + b" " * 1_500_000, LINES)
        packed = await house.send("predictions", bomb, LINES, Content_Encoding="gzip")
        fits = await house.send("predictions", gzip.compress(row + b"\n" * 1_900_000), LINES, Content_Encoding="gzip")

    assert (raw.status, raw.body) == (413, {"detail": "The body is larger than 1 MB: send it in several parts."})
    assert (packed.status, packed.body) == (
        413,
        {"detail": "The unpacked body is larger than 2 MB: send it in several parts."},
    )
    assert (fits.status, fits.body) == (200, {"kept": 1, "same": 0, "bad": []})


async def test_hostile_rows_are_named_and_harm_no_other(house: House) -> None:
    nasty = {**PREDICTION, "id": "a\x00b\ud800", "input": "\x00" * 9 + "\ud800\u202e", "cost": 10**300, "score": -0.0}
    deep = '{"id": ' + "[" * 50_000 + "]" * 50_000 + ', "occurred_at": "2026-11-13T12:00:00Z"}'
    nested = '{"id": ' + "[" * 900 + "]" * 900 + ', "occurred_at": "2026-11-13T12:00:00Z"}'
    endless = '{"id": "p9", "occurred_at": "2026-11-13T12:00:00Z", "score": ' + "9" * 5000 + "}"
    long = json.dumps({**PREDICTION, "id": "p8", "input": "x" * 1_100_000})
    time = json.dumps({**PREDICTION, "id": "p7", "occurred_at": "\ud800\x00<!channel>"})
    late = json.dumps({**PREDICTION, "id": "p6", "occurred_at": "9999-12-31T23:59:59-12:00"})
    rows = [json.dumps(nasty), deep, endless, long, time, late, nested, json.dumps(PREDICTION)]

    async with house.open():
        got = await house.send("predictions", "\n".join(rows).encode(), LINES)
        more = await house.send("metrics", [{"metric": "\ud800\x00", "value": 1e308, "n": 10**400, **WEEK}])

    assert got.status == 200
    assert [row["line"] for row in got.body["bad"]][:5] == [2, 3, 4, 5, 6]
    assert got.body["kept"] + len(got.body["bad"]) == 8
    assert "p1" in held(house)
    assert (more.body["kept"], len(more.body["bad"])) == (0, 1)


async def test_after_a_thousand_bad_rows_nothing_more_is_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_BAD", 3)
    rows = [PREDICTION, 1, 2, 3, {**PREDICTION, "id": "p2"}, 4]

    async with house.open():
        got = await house.send("predictions", rows)

    assert got.body["kept"] == 1
    assert got.body["bad"][-1] == {"line": 5, "reason": "over 3 rows are bad; nothing from here on was read."}
    assert len(got.body["bad"]) == 4


async def test_rows_are_kept_batch_by_batch_and_two_senders_at_once_lose_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH", 7)
    rows = [{**PREDICTION, "id": f"p{number}"} for number in range(20)]

    async with house.open():
        both = await gather(house.send("predictions", rows), house.send("predictions", rows[::-1]))

    assert [got.body["kept"] + got.body["same"] for got in both] == [20, 20]
    assert len(held(house)) == 20


async def test_a_silent_database_is_said_and_may_be_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object, **__: object) -> None:
        raise TransientError("The database did not answer: locked")

    monkeypatch.setattr(predictions, "keep", silent)
    async with house.open():
        got = await house.send("predictions", [PREDICTION])

    assert (got.status, got.body, got.headers["Retry-After"]) == (
        503,
        {"detail": "The database did not answer: locked"},
        "5",
    )


async def test_a_row_that_is_too_deep_to_be_read_further_is_named_like_any_other(database: Database) -> None:
    def read(row: Mapping[str, Any]) -> str:
        nested: list[Any] = []
        for _ in range(row["depth"]):
            nested = [nested]
        return str(nested)

    kind = Kind(read=read, keep=lambda _session, rows: Taken(kept=len(rows)))

    report = await received(database, b'[{"depth": 5000}, {"depth": 2}]', "", kind)

    assert report == Report(taken=Taken(kept=1), bad=[LeftOut(1, "it is nested too deeply.")])
