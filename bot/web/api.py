"""The addresses under /v1: what programs send in and fetch, each with the key of one product."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Request, Response, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.domain.golden import Format, exported
from bot.errors import TransientError
from bot.store import golden
from bot.store.session import Database, Moment
from bot.web import kinds, paper
from bot.web.bodies import RefusedError, drained, require_rows, taken_in
from bot.web.calling import ArchivedError, Caller, caller
from bot.web.intake import Kind, Report, received
from bot.web.kinds import Readers
from bot.web.paper import Answer, BadRow

AT_ONCE = 2
"""Bodies that are unpacked and read at a time; the others wait."""

RETRY_AFTER_S = 5

BEARER = HTTPBearer(auto_error=False, description="A key of one product, from `muster api-key create`.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
KindFor = Callable[[Caller, Readers], Kind[Any]]


@dataclass(frozen=True, kw_only=True)
class Api:
    """What the addresses do."""

    database: Database
    moment: Moment
    readers: Readers
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def mount(self, app: FastAPI) -> None:
        """Put the addresses on *app*."""
        router = APIRouter(prefix="/v1", tags=["v1"])
        for take in (self.predictions, self.feedback, self.metrics, self.changes):
            name = take.__name__
            router.add_api_route(
                f"/{name}", take, methods=["POST"], responses=paper.REFUSALS, openapi_extra=paper.body_of(name)
            )
        router.add_api_route("/golden-set", self.golden_set, response_class=Response, responses=paper.GOLDEN)
        app.include_router(router)
        app.add_exception_handler(RefusedError, _refusal)
        app.add_exception_handler(TransientError, _not_now)

    async def predictions(self, request: Request, credentials: Credentials) -> Answer:
        """Predictions of a product that has no source of its own; the same id and version again is the same row."""
        return await self._take(request, credentials, kinds.predictions)

    async def feedback(self, request: Request, credentials: Credentials) -> Answer:
        """What people said of predictions: thumbs, corrections, what was really sent, comments."""
        return await self._take(request, credentials, kinds.feedback)

    async def metrics(self, request: Request, credentials: Credentials) -> Answer:
        """Readings of metrics; the same window again corrects the value, and the history keeps both."""
        return await self._take(request, credentials, kinds.metrics)

    async def changes(self, request: Request, credentials: Credentials) -> Answer:
        """Change marks: what changed in the product, and when. The same id again changes nothing."""
        return await self._take(request, credentials, kinds.changes)

    async def golden_set(self, credentials: Credentials) -> Response:
        """The golden set as it is now, a JSON object a line, byte for byte as `muster golden export` writes it."""
        who = await self._caller(credentials)
        rows = await self.database.look(lambda session: golden.of_product(session, who.product.id))
        return Response(await asyncio.to_thread(exported, rows, Format.JSONL), media_type="application/x-ndjson")

    async def _take(self, request: Request, credentials: Credentials, kind_for: KindFor) -> Answer:
        try:
            who = await self._caller(credentials)
            if who.product.archived:
                raise ArchivedError(who.product)
            kind = kind_for(who, self.readers)
            require_rows(request)
        except RefusedError:
            await drained(request)
            raise
        body = await taken_in(request)
        async with self.turns:
            return _answer(await received(self.database, body, request.headers.get("content-encoding", ""), kind))

    async def _caller(self, credentials: Credentials) -> Caller:
        return await caller(self.database, self.moment, credentials.credentials if credentials else "")


def _answer(report: Report) -> Answer:
    bad = [BadRow(line=one.line, reason=one.reason) for one in report.bad]
    return Answer(kept=report.taken.kept, same=report.taken.same, bad=bad)


async def _refusal(_request: Request, error: Exception) -> JSONResponse:
    status = error.status if isinstance(error, RefusedError) else 500
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None  # noqa: PLR2004 a status is its own name
    return JSONResponse({"detail": str(error)}, status, headers)


async def _not_now(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 503, {"Retry-After": str(RETRY_AFTER_S)})
