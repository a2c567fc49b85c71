"""A Muster that is served on loopback, with one product and one key, and somebody who sends to it."""

import json
import urllib.error
import urllib.request
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from bot.clock import SetClock
from bot.store import api_keys
from bot.store.session import Database
from bot.store.tables import PredictionRow
from bot.web.app import application
from bot.web.server import serving
from bot.wiring.readers import readers
from tests.support.builders import MONDAY, a_product

JSON, LINES = "application/json", "application/x-ndjson"
WEEK = {"window_start": "2026-11-09T00:00:00+01:00", "window_end": "2026-11-16T00:00:00+01:00"}
PREDICTION = {"id": "p1", "occurred_at": "2026-11-13T12:00:00Z", "input": "hi", "output": "ho", "score": 0.5}


@dataclass(frozen=True)
class Got:
    """An answer."""

    status: int
    body: Any
    headers: Any


class House:
    """A served Muster with one product and one key."""

    def __init__(self, database: Database, **product: Any) -> None:
        self.database, self.clock, self.port = database, SetClock(MONDAY), 0
        with database.unit_of_work() as session:
            self.product = a_product(session, **product)
            self.key, self.text = api_keys.create(session, self.product.id, "nightly", MONDAY)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["House"]:
        app = application(database=self.database, moment=lambda _s: self.clock.now(), readers=readers())
        async with serving(app, port=0, host="127.0.0.1") as self.port:
            yield self

    async def send(self, name: str, body: Any, kind: str = JSON, key: str | None = "", **headers: str) -> Got:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self.ask(f"/v1/{name}", raw, key, sent)

    async def ask(
        self, path: str, raw: bytes | None = None, key: str | None = "", headers: dict[str, str] | None = None
    ) -> Got:
        known = {} if key is None else {"Authorization": f"Bearer {key or self.text}"}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", raw, {**known, **(headers or {})})
        return await to_thread(_got, asked)


def _got(asked: urllib.request.Request) -> Got:
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return Got(answer.status, _read(answer.read()), answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return Got(error.code, _read(error.read()), error.headers)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode()


def loaded(house: House, product_id: int) -> list[str]:
    with house.database.reading() as session:
        asked = select(PredictionRow.prediction_id).where(
            col(PredictionRow.product_id) == product_id, col(PredictionRow.loaded).is_(True)
        )
        return sorted(session.exec(asked))


def held(house: House) -> list[str]:
    return loaded(house, house.product.id)
