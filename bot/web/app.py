"""The health pages: is the process there, and is it doing its work."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI, Response
from sqlmodel import Session
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.errors import MusterError
from bot.log import logger
from bot.store import heartbeats, posts
from bot.store.migrations import is_current
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, Moment

TICK_IS_OLD = timedelta(seconds=60)
POST_IS_OLD = timedelta(seconds=120)
PATIENCE = timedelta(seconds=5)
"""How long the database may take to answer before it counts as silent; probes wait about that long."""


def application(*, database: Database, moment: Moment, slack: ASGIApp | None = None) -> FastAPI:
    """`/healthz`: the process answers. `/readyz`: 200 when it works, 503 with the cause when it does not.

    *slack* takes what Slack sends to `/slack/events`.
    """
    app = FastAPI(title="Muster", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz(response: Response) -> dict[str, Any]:
        vitals = await _looked_after(database, moment)
        response.status_code = 503 if vitals["wrong"] else 200
        return vitals

    if slack is not None:
        app.router.routes.append(Route("/slack/events", endpoint=slack))
    return app


async def _looked_after(database: Database, moment: Moment) -> dict[str, Any]:
    """The vitals, or in their place what keeps us from reading them."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            # It opens a session of its own and reads the scripts of the migrations: nothing for the loop's thread.
            if not await asyncio.to_thread(is_current, database):
                return {"wrong": ["The database is not up to date: run `muster migrate`."]}
            return await database.look(lambda session: _vitals(session, moment(session)))
    except MusterError as error:
        return {"wrong": [str(error)]}
    except TimeoutError:
        return {"wrong": [f"The database did not answer within {PATIENCE.total_seconds():.0f} seconds."]}
    except Exception:  # noqa: BLE001 whoever asks for our health gets an answer he can read
        logger().exception("health.broke")
        return {"wrong": ["The database could not be read; the log has the details."]}


def _vitals(session: Session, now: datetime) -> dict[str, Any]:
    tick, oldest = heartbeats.latest(session, "tick"), posts.oldest_open(session, LOCAL_WORKSPACE)
    tick_age, post_age = _age(tick, now), _age(oldest, now)
    wrong = []
    if tick_age is None or tick_age > TICK_IS_OLD.total_seconds():
        wrong.append("The schedule has not been looked at for over a minute.")
    if post_age is not None and post_age > POST_IS_OLD.total_seconds():
        wrong.append("A post has been waiting for over two minutes.")
    return {"wrong": wrong, "last_tick_age_s": tick_age, "oldest_unsent_post_age_s": post_age}


def _age(instant: datetime | None, now: datetime) -> float | None:
    return None if instant is None else max((now - instant).total_seconds(), 0.0)
