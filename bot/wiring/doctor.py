"""The doctor: one look after the other at everything Muster needs. A look that breaks is a finding, not an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from bot.errors import MusterError
from bot.wiring.findings import Finding, State, note, ok, wrong
from bot.wiring.looks import LIMIT_S, aside, taken

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from bot.config import Settings
    from bot.store.session import Database
    from bot.wiring.doctor_database import Watched

__all__ = ["Finding", "State", "examine"]

_DATABASE = "See whether the database is up, and whether DATABASE_URL is right."


async def examine() -> AsyncIterator[Finding]:
    """Everything that was found, each as soon as it is, in the order in which it is best mended."""
    from pydantic import ValidationError

    from bot.config import Settings

    try:
        settings = Settings()
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            yield _unread(one)
        return
    yield ok("settings", "read")
    yield _zone(settings.muster_timezone)
    yield _charts()
    yield pager(settings)
    for finding in await taken("templates", aside(_templates), step="Put the folder of templates back."):
        yield finding
    async for finding in _outside(settings):
        yield finding


async def _outside(settings: Settings) -> AsyncIterator[Finding]:
    from bot.store.session import Database

    try:
        database = Database(settings.database_url)
    except MusterError as error:
        yield wrong("database", str(error), "Correct DATABASE_URL.")
        async for finding in _slack(settings, []):
            yield finding
        return
    with closing(database):
        async for finding in _with(settings, database):
            yield finding


async def _with(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    from bot.wiring import doctor_database

    found = await taken("database", aside(partial(doctor_database.reachable, database)), step=_DATABASE)
    known: Sequence[Watched] = []
    readable = all(one.state is not State.WRONG for one in found)
    if readable:
        try:
            known = await asyncio.wait_for(aside(partial(doctor_database.watched, database)), LIMIT_S)
        except Exception as error:  # noqa: BLE001 whatever it is, Slack is still worth asking
            readable = False
            found.append(
                wrong("products", f"they cannot be read ({type(error).__name__}).", "Run: muster product list")
            )
    for finding in found:
        yield finding
    async for finding in _slack(settings, known):
        yield finding
    if readable:
        for look in doctor_database.looks(database, known):
            for finding in await taken(look.check, aside(look.take), step=look.step):
                yield finding


async def _slack(settings: Settings, known: Sequence[Watched]) -> AsyncIterator[Finding]:
    from bot.wiring import doctor_slack

    try:
        async for finding in doctor_slack.look(settings, known):
            yield finding
    except Exception as error:  # noqa: BLE001 the other looks are still worth taking
        what = f"its answer was not understood ({type(error).__name__})."
        yield wrong("Slack", what, "See whether SLACK_API_URL is Slack's.")


def pager(settings: Settings) -> Finding:
    """Whether a pager is called, and over a line that keeps its key secret."""
    if settings.muster_pagerduty_routing_key is None:
        return ok("pager", "there is no key for one: none is called")
    if not settings.muster_pagerduty_url.startswith("https://"):
        step = "Set MUSTER_PAGERDUTY_URL to an address that begins with https://."
        return wrong("pager", "there is a key, and it would go over the network in the clear.", step)
    return ok("pager", "there is a key for one, and it is called over https")


def _unread(error: ErrorDetails) -> Finding:
    # What stands there is not repeated: it may be a token in the wrong line.
    name = str(error["loc"][0]).upper() if error["loc"] else "The environment"
    return wrong("settings", f"{name} cannot be read.", f"Correct {name} in the environment or in .env.")


def _zone(name: str) -> Finding:
    from bot.domain.window import zone_named

    try:
        zone_named(name)
    except MusterError as error:
        return wrong("time zone", str(error), "Set MUSTER_TIMEZONE to a name like Europe/Berlin.")
    return ok("time zone", f"{name}, for products that name none")


def _charts() -> Finding:
    from bot.charts import are_installed

    if are_installed():
        return ok("charts", "they can be drawn")
    step = "Run: pip install --require-hashes -r requirements/charts.txt"
    return note("charts", "what draws them is not installed: posts say in words what they would show.", step)


def _templates() -> list[Finding]:
    from bot.kit import prose

    broken = prose.broken()
    if broken:
        return [wrong("templates", "; ".join(broken), "Put back the template that was changed.")]
    return [ok("templates", "all of them compile")]
