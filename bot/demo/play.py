"""Playing the demo: the real runner and relay, week after week, on a clock that is set."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from sqlmodel import Session

from bot.clock import SetClock
from bot.demo import numbers, story, trouble, weeks
from bot.demo.meeting import Hands
from bot.domain.planning import Slot
from bot.domain.prediction import Prediction
from bot.errors import PermanentError
from bot.features.products import service
from bot.kit.ritual import Ritual
from bot.store import edits, posts, predictions, schedules
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database

Turn = Callable[[], Awaitable[int]]
Relay = Callable[[], Awaitable[None]]
Say = Callable[[str], None]

BATCH = 500
LONGEST_DELIVERY = timedelta(minutes=10)


class StuckError(PermanentError):
    """The demo's Slack did not take a message."""

    def __init__(self) -> None:
        super().__init__("The demo's messages could not be delivered; this is a fault, please report it.")


def begin(
    database: Database,
    rows: Iterator[Prediction],
    slots: Sequence[Slot],
    rituals: Sequence[Ritual],
    *,
    hands: Hands,
    say: Say,
) -> None:
    """Add the story's product before its first review, with the numbers of the weeks before, and load its four weeks of
    predictions.
    """
    start = starts_at(slots)
    product = database.do(
        lambda session: service.add(session, story.PRODUCT, people=story.PEOPLE, rituals=rituals, now=start)
    )
    database.do(lambda session: numbers.keep_history(session, product, slots))
    for text in numbers.AGREED:
        hands.say(story.PM.id, text)
    trouble.prepare(hands, product.id)
    laid, loaded = story.laid_before(rows, slots[-1]), 0
    while batch := list(islice(laid, BATCH)):
        database.do(partial(predictions.keep, product_id=product.id, predictions=batch, loaded=True))
        loaded += len(batch)
        say(f"Loading what the model said: {loaded:,} predictions")


def starts_at(slots: Sequence[Slot]) -> datetime:
    """When the story of these reviews begins."""
    return slots[0].due - story.HEAD_START


async def play(
    database: Database,
    clock: SetClock,
    last: datetime,
    *,
    tick: Turn,
    relay: Relay,
    hands: Hands,
    say: Say,
    until: datetime | None = None,
) -> None:
    """Let everything come due up to the *last* review (or *until* then), every post arrive, and Ana and Raj do what
    they do. Raises `StuckError`.
    """
    while (due := database.do(schedules.next_due)) is not None and due <= (until or last):
        clock.at = max(clock.now(), due)
        told = database.do(lambda session: schedules.due(session, clock.now()))
        say(f"It is {clock.now():%A, %-d %B, %H:%M} UTC")
        await tick()
        await relay()
        for overdue in told:
            if (scene := weeks.scene_of(overdue.ritual, overdue.next_due, last)) is not None:
                clock.advance(weeks.LATER)
                for pause in scene(database, hands) or ():
                    await relay()
                    clock.advance(pause)
                await relay()


def delivering(database: Database, clock: SetClock, turn: Turn) -> Relay:
    """Lets every post arrive, a second a turn. What it gives raises `StuckError`."""

    async def deliver() -> None:
        await _deliver(database, clock, turn)

    return deliver


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
