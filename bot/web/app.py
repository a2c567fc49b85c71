"""The health pages: is the process there, and is it doing its work."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI, Response
from sqlmodel import Session

from bot.errors import MusterError
from bot.store import heartbeats, posts
from bot.store.migrations import is_current
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, Moment

TICK_IS_OLD = timedelta(seconds=60)
POST_IS_OLD = timedelta(seconds=120)


def application(*, database: Database, moment: Moment) -> FastAPI:
    """`/healthz`: the process answers. `/readyz`: 200 when it works, 503 with the cause when it does not."""
    app = FastAPI(title="Muster", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz(response: Response) -> dict[str, Any]:
        try:
            vitals = await database.run(lambda session: _vitals(session, moment(session)))
            if not is_current(database):
                vitals["wrong"].append("The database is not up to date: run `muster migrate`.")
        except MusterError as error:
            vitals = {"wrong": [str(error)]}
        response.status_code = 503 if vitals["wrong"] else 200
        return vitals

    return app


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
