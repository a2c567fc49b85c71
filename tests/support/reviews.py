"""A product with predictions in Muster's own table, and its error review run by the real runner."""

from collections.abc import Iterable
from datetime import datetime

from bot import wiring
from bot.clock import SetClock
from bot.domain.delivery import PostState, StoredPost
from bot.domain.planning import At
from bot.domain.prediction import Prediction
from bot.domain.product import Product
from bot.domain.sourcing import OpenSource
from bot.kit.redaction import protect
from bot.schedule.errands import Errands
from bot.schedule.runner import Runner
from bot.store import posts, predictions, schedules
from bot.store.session import Database
from tests.support.builders import MONDAY

WEEKLY = At.parse("mon 09:00")


def load(database: Database, product: Product, rows: Iterable[Prediction]) -> None:
    """Put predictions into Muster's own table, as `muster load` does."""
    safe = [protect(row, product.record.pii) for row in rows]
    database.do(lambda session: predictions.keep(session, product.id, safe, loaded=True))


async def reviewed(
    database: Database,
    product: Product,
    *,
    due: datetime = MONDAY,
    options: dict[str, str] | None = None,
    open_source: OpenSource | None = None,
) -> list[StoredPost]:
    """What the review due then wrote into the outbox, in order."""
    database.do(
        lambda session: schedules.put(session, product, "error_review", at=WEEKLY, next_due=due, options=options or {})
    )
    clock = SetClock(due)
    errands = Errands(database=database, open_source=open_source or wiring.source_opener(database))
    runner = Runner(database=database, registry=wiring.registry(), moment=lambda _session: clock.now(), errands=errands)
    await runner.tick()
    errands.close()
    with database.reading() as session:
        return posts.everything(session, product.workspace, PostState)


def words(post: StoredPost) -> str:
    """All text of a post's blocks, a line each."""
    return "\n".join(_texts(list(post.blocks)))


def _texts(part: object) -> Iterable[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
