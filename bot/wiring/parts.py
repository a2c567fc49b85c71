"""The parts that make rituals happen and posts arrive, put together on one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.domain.sourcing import STORED, OpenSource, Source, SourceSpec

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.delivery import Patience
    from bot.kit.feature import Registry
    from bot.outbox.pictures import Draw
    from bot.outbox.relay import Relay
    from bot.outbox.sender import Sender
    from bot.schedule.errands import Errands
    from bot.schedule.runner import Runner
    from bot.store.session import Database, Moment


@cache
def registry() -> Registry:
    """Every feature there is."""
    from bot import features
    from bot.kit.feature import discover

    return discover(features)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database that *settings* name, in its newest form. Raises `UserError` when it is not."""
    from bot.store.migrations import require_current
    from bot.store.session import Database

    database = Database(settings.database_url)
    try:
        require_current(database)
        yield database
    finally:
        database.close()


def source_opener(database: Database) -> OpenSource:
    """Opens any source, Muster's own table (`muster:PRODUCT_ID`) included."""
    from bot import sources
    from bot.sources.own import own_table

    def open_source(spec: SourceSpec) -> Source:
        if spec.uri.startswith(STORED):
            return own_table(database.engine, product_id=int(spec.uri.removeprefix(STORED)), spec=spec)
        return sources.open_source(spec)

    return open_source


@dataclass(frozen=True, slots=True)
class Parts:
    """What makes rituals happen and posts arrive, on one database; *draw* draws their charts."""

    database: Database
    errands: Errands
    runner: Runner
    relay: Relay
    draw: Draw


@contextmanager
def assembled(
    database: Database,
    sender: Sender,
    *,
    moment: Moment,
    settings: Settings,
    patience: Patience | None = None,
    draw: Draw | None = None,
) -> Iterator[Parts]:
    """Runner and relay over *database*; *moment* tells them what time it is, *draw* draws instead of matplotlib."""
    from bot import charts
    from bot.outbox.relay import Relay
    from bot.schedule.errands import Errands
    from bot.schedule.runner import Runner
    from bot.store.products import LOCAL_WORKSPACE

    errands = Errands(database=database, open_source=source_opener(database))
    runner = Runner(
        database=database, registry=registry(), moment=moment, errands=errands, admins=settings.muster_admins
    )
    relay = Relay(
        database=database,
        sender=sender,
        moment=moment,
        workspace=LOCAL_WORKSPACE,
        admins=settings.muster_admins,
        patience=patience,
        draw=draw or charts.draw,
    )
    try:
        yield Parts(database, errands, runner, relay, draw or charts.draw)
    finally:
        errands.close()


def bot_token(settings: Settings) -> str:
    """The bot's token. Raises `UserError` when there is none."""
    from bot.errors import UserError

    if settings.slack_bot_token is None:
        raise UserError("SLACK_BOT_TOKEN is not set: put the bot's token (xoxb-...) into the environment or into .env.")
    return settings.slack_bot_token.get_secret_value()
