"""What people measured of the demo's product beside what its predictions tell: made up, week by week."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.demo import story
from bot.demo.meeting import Hands
from bot.domain.catalogue import CATALOGUE
from bot.domain.planning import Slot
from bot.domain.product import Product
from bot.domain.readings import NewReading, Origin
from bot.domain.window import Window, instant_of, zone_named
from bot.store import readings

WEEKS_BEFORE = 8

TYPED: Mapping[str, tuple[float, ...]] = {
    "csat": (3.8, 3.9, 3.9, 4.0, 3.9, 4.0, 4.1, 4.1, 4.1, 4.2, 4.2, 4.3),
    "adoption_rate": (0.48, 0.50, 0.53, 0.55, 0.56, 0.58, 0.59, 0.60, 0.61, 0.62, 0.62, 0.64),
    "deflection_rate": (0.30, 0.31, 0.33, 0.34, 0.34, 0.36, 0.37, 0.37, 0.36, 0.38, 0.39, 0.42),
}
"""What Ana types each Thursday: first the weeks before the story, then its own, a number a week."""

ASKED: Mapping[str, int] = {"csat": 212, "adoption_rate": 420, "deflection_rate": 1_310}
"""Of how many each number is."""

AGREED = (
    "health target accuracy at least 55 % agreed with Mia Chen",
    "health target deflection at least 40 % agreed with Mia Chen",
    "health unwatch factual errors",
)
"""What the team settled before the first week: a model that rates sentences makes up no facts."""


def keep_history(session: Session, product: Product, slots: Sequence[Slot]) -> None:
    """Keep what Ana typed in the weeks before she enters her first number of the story of these reviews."""
    monday = slots[0].nominal.date() - timedelta(weeks=2)
    for name, values in TYPED.items():
        for back, value in enumerate(reversed(values[: -len(slots)])):
            window = _week(monday - timedelta(weeks=back + 1), zone_named(product.timezone))
            readings.keep(session, product.id, _typed(name, value, window), by=story.PM.id, now=window.end)


def enter(hands: Hands, week: int) -> None:
    """Ana enters the numbers of the story's *week* (1 to 4), the one that was over on Monday."""
    for name, values in TYPED.items():
        share = f"{100 * values[WEEKS_BEFORE + week - 1]:g} %"
        value = share if name.endswith("_rate") else f"{values[WEEKS_BEFORE + week - 1]:g}"
        hands.say(story.PM.id, f"health log {name} {value} n={ASKED[name]} last week from=dashboard")


def _week(monday: date, zone: ZoneInfo) -> Window:
    first, last = (instant_of(datetime.combine(day, time()), zone) for day in (monday, monday + timedelta(weeks=1)))
    return Window(first, last)


def _typed(name: str, value: float, window: Window) -> NewReading:
    return NewReading(
        metric=name,
        value=value,
        unit=CATALOGUE[name].unit,
        window=window,
        n=ASKED[name],
        origin=Origin.TYPED,
        source="dashboard",
    )
