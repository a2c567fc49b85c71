"""Playing the demo: the real runner and relay, week after week, on a clock that is set."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from sqlmodel import Session

from bot.clock import SetClock
from bot.demo import meeting, story
from bot.demo.meeting import Hands
from bot.domain.planning import Slot
from bot.domain.prediction import Prediction
from bot.errors import PermanentError
from bot.features.products import service
from bot.kit.ritual import Ritual
from bot.store import edits, posts, predictions
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database

Turn = Callable[[], Awaitable[int]]
Say = Callable[[str], None]

BATCH = 500
LONGEST_DELIVERY = timedelta(minutes=10)


class StuckError(PermanentError):
    """The demo's Slack did not take a message."""

    def __init__(self) -> None:
        super().__init__("The demo's messages could not be delivered; this is a fault, please report it.")


def begin(
    database: Database, rows: Iterator[Prediction], slots: Sequence[Slot], rituals: Sequence[Ritual], *, say: Say
) -> None:
    """Add the story's product just before its first review, and load its four weeks of predictions."""
    before = slots[0].due - timedelta(minutes=1)
    product = database.do(
        lambda session: service.add(session, story.PRODUCT, people=story.PEOPLE, rituals=rituals, now=before)
    )
    laid, loaded = story.laid_before(rows, slots[-1]), 0
    while batch := list(islice(laid, BATCH)):
        database.do(partial(predictions.keep, product_id=product.id, predictions=batch, loaded=True))
        loaded += len(batch)
        say(f"Loading what the model said: {loaded:,} predictions")


async def play(
    database: Database, clock: SetClock, slots: Sequence[Slot], *, tick: Turn, relay: Turn, hands: Hands, say: Say
) -> None:
    """Let every slot come due, every post arrive, and Ana and Raj hold the last two reviews. Raises `StuckError`."""
    for number, slot in enumerate(slots, start=1):
        say(f"Week {number} of {len(slots)}: it is {slot.nominal:%A, %-d %B, %H:%M}")
        clock.at = slot.due
        await tick()
        await _deliver(database, clock, relay)
        if number == len(slots) - 1:
            clock.advance(timedelta(hours=1))
            meeting.hold_whole(database, hands)
        elif number == len(slots):
            clock.advance(timedelta(hours=1))
            meeting.hold_half(database, hands)
        await _deliver(database, clock, relay)


async def _deliver(database: Database, clock: SetClock, relay: Turn) -> None:
    deadline = clock.now() + LONGEST_DELIVERY
    while database.do(lambda session: _is_under_way(session, clock.now())):
        if clock.now() > deadline:
            raise StuckError
        await relay()
        clock.advance(timedelta(seconds=1))


def _is_under_way(session: Session, now: datetime) -> bool:
    waits = posts.oldest_open(session, LOCAL_WORKSPACE) is not None
    return waits or edits.are_open(session, LOCAL_WORKSPACE, now)
