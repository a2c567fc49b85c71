"""What Ana and Raj do as the demo's weeks go by: who does what after which ritual, weeks before the last review."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from bot.demo import meeting, numbers, story, trouble, writing
from bot.demo.meeting import Hands
from bot.store.session import Database

Scene = Callable[[Database, Hands], Iterable[timedelta] | None]
"""What people do; a scene that takes its time gives how long it is until somebody does something again."""

WEEK = timedelta(weeks=1)
LATER = timedelta(hours=1)
"""How long after a ritual people get to it."""


def _say(user: str, *texts: str) -> Scene:
    def scene(_database: Database, hands: Hands) -> None:
        for text in texts:
            hands.say(user, text)

    return scene


def _one_after_the_other(*scenes: Scene) -> Scene:
    def scene(database: Database, hands: Hands) -> Iterable[timedelta]:
        for one in scenes:
            yield from one(database, hands) or ()

    return scene


def _enter(week: int) -> Scene:
    return lambda _database, hands: numbers.enter(hands, week)


SCENES: Mapping[tuple[str, int], Scene] = {
    **{("health_ask", story.WEEKS - week): _enter(week) for week in range(1, story.WEEKS + 1)},
    ("update_draft", 3): writing.approve,
    ("update_post", 3): _say(story.PM.id, writing.FORECAST),
    ("update_draft", 2): writing.skip,
    ("update_draft", 1): writing.edit_and_approve,
    ("update_post", 1): _one_after_the_other(writing.correct, trouble.an_incident),
    ("error_review", 1): meeting.hold_whole,
    ("update_draft", 0): writing.approve,
    ("error_review", 0): meeting.hold_half,
}
"""What happens an hour after a ritual that many weeks before the last review."""


def scene_of(ritual: str, due: datetime, last: datetime) -> Scene | None:
    """What people do after *ritual*, which was due at *due*; *last* is when the last review is."""
    return SCENES.get((ritual, (last - due) // WEEK))
