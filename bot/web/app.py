"""Everything over HTTP: the health pages, what programs send in, and Slack's door."""

import asyncio
from datetime import timedelta
from typing import Any

from fastapi import FastAPI, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.errors import MusterError
from bot.log import logger
from bot.store import vitals
from bot.store.migrations import is_current
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, Moment
from bot.store.vitals import Vitals
from bot.web.api import Api
from bot.web.kinds import Readers
from bot.web.metrics import CONTENT_TYPE, exposition

TICK_IS_OLD = timedelta(seconds=60)
POST_IS_OLD = timedelta(seconds=120)
PATIENCE = timedelta(seconds=5)
"""How long the database may take to answer before it counts as silent; probes wait about that long."""


def application(
    *, database: Database, moment: Moment, slack: ASGIApp | None = None, readers: Readers | None = None
) -> FastAPI:
    """`/healthz`: the process answers. `/readyz`: 200 when it works, 503 with the cause when it does not.
    `/metrics`: the vitals for Prometheus.

    *slack* takes what Slack sends to `/slack/events`. With *readers* programs send data to `/v1`, which `/docs` shows.
    """
    app = FastAPI(
        title="Muster",
        docs_url="/docs" if readers else None,
        openapi_url="/openapi.json" if readers else None,
        redoc_url=None,
    )

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz(response: Response) -> dict[str, Any]:
        found = await _looked_after(database, moment)
        wrong = [found] if isinstance(found, str) else _wrong(found)
        response.status_code = 503 if wrong else 200
        return {"wrong": wrong} if isinstance(found, str) else {"wrong": wrong, **_ages(found)}

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        found = await _looked_after(database, moment)
        if isinstance(found, str):
            return Response(found, status_code=503, media_type="text/plain")
        return Response(exposition(found), media_type=CONTENT_TYPE)

    if readers is not None:
        Api(database=database, moment=moment, readers=readers).mount(app)
    if slack is not None:
        app.router.routes.append(Route("/slack/events", endpoint=slack))
    return app


async def _looked_after(database: Database, moment: Moment) -> Vitals | str:
    """The vitals, or in their place what keeps us from reading them."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            # It opens a session of its own and reads the scripts of the migrations: nothing for the loop's thread.
            if not await asyncio.to_thread(is_current, database):
                return "The database is not up to date: run `muster migrate`."
            return await database.look(lambda session: vitals.read(session, LOCAL_WORKSPACE, moment(session)))
    except MusterError as error:
        return str(error)
    except TimeoutError:
        return f"The database did not answer within {PATIENCE.total_seconds():.0f} seconds."
    except Exception:  # noqa: BLE001 whoever asks for our health gets an answer he can read
        logger().exception("health.broke")
        return "The database could not be read; the log has the details."


def _wrong(found: Vitals) -> list[str]:
    wrong = []
    if found.tick_age is None or found.tick_age > TICK_IS_OLD:
        wrong.append("The schedule has not been looked at for over a minute.")
    if found.post_age is not None and found.post_age > POST_IS_OLD:
        wrong.append("A post has been waiting for over two minutes.")
    return wrong


def _ages(found: Vitals) -> dict[str, float | None]:
    ages = {"last_tick_age_s": found.tick_age, "oldest_unsent_post_age_s": found.post_age}
    return {name: None if age is None else age.total_seconds() for name, age in ages.items()}
