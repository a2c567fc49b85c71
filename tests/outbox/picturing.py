"""What posts with pictures come to, for the tests of it."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.clock import SetClock
from bot.domain.charts import Chart
from bot.outbox.pictures import Draw
from bot.outbox.relay import Relay
from bot.store import pictures, posts
from bot.store.pictures import Picture
from bot.store.session import Database
from tests.support.builders import MONDAY
from tests.support.charting import ALT, drawn
from tests.support.senders import FakeSender

FIRST = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": ALT}
SECOND = {"type": "image", "slack_file": {"id": "F2"}, "alt_text": ALT}
LATER = timedelta(minutes=2)


def a_relay(database: Database, sender: FakeSender, clock: SetClock, draw: Draw | None = drawn) -> Relay:
    return Relay(database=database, sender=sender, moment=lambda _session: clock.now(), workspace="local", draw=draw)


def shown(sender: FakeSender) -> list[Any]:
    """What stands below the headline in each message that arrived, or in each edit."""
    return [post.blocks[1] for post in sender.edited or sender.sent]


def kept(database: Database, key: str = "post/chart") -> Picture:
    with database.reading() as session:
        return pictures.named(session, "local", [key])[key]


async def turns(relay: Relay, clock: SetClock, count: int, pause: timedelta = LATER) -> None:
    for _ in range(count):
        await relay.turn()
        clock.advance(pause)


def show_again(session: Session, chart: Chart) -> None:
    pictures.keep(session, "local", "post/chart", chart, MONDAY)
    image: dict[str, Any] = {"type": "image", "slack_file": {"id": "muster:post/chart"}, "alt_text": ALT}
    posts.revise(session, "local", "post", text="again", blocks=[{"type": "header"}, image])
