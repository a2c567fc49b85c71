"""Material for updates with good defaults: the worked example, seen on the Thursday of its week."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.fixes import FixKind
from bot.domain.forecasts import Forecast
from bot.domain.health import Health, check
from bot.domain.material import Material, Work
from bot.domain.product import Product, ProductRecord
from bot.domain.readings import Reading
from bot.domain.watching import Said, Which, watched
from bot.domain.window import Window
from tests.support.readings import WEEK_8, a_reading

WEEK = Window(datetime(2026, 11, 8, 23, tzinfo=UTC), datetime(2026, 11, 15, 23, tzinfo=UTC))
"""Monday 9 to Sunday 15 November, in Berlin."""

THURSDAY = datetime(2026, 11, 12, 14, tzinfo=UTC)
"""Thursday 15:00 in Berlin, when an update is drafted."""

READ_AT = datetime(2026, 11, 11, 23, tzinfo=UTC)
"""The midnight before it."""

RECORD = ProductRecord(baseline_cost_per_resolution=10.0)
PRODUCT = Product(id=1, workspace="local", key="copilot", name="Support Copilot", timezone="Europe/Berlin")
WIDEN = Work(
    title="Widen the knowledge base for refunds", kind=FixKind.RETRIEVAL, who="Raj Patel", due=date(2026, 11, 20)
)


def readings_of(values: Mapping[str, float], *, end: datetime = READ_AT, **known: Any) -> list[Reading]:
    """A reading of each metric over the week before *end*."""
    return [a_reading(name, value, end=end, **known) for name, value in values.items()]


def health_of(
    readings: Iterable[Reading],
    *,
    as_of: datetime = THURSDAY,
    which: Which = Which.CHOSEN,
    said: Mapping[str, Said] | None = None,
) -> Health:
    """The health of these readings at *as_of*."""
    known = list(readings)
    chosen = watched(RECORD, [], said or {}, which)
    checks = (check(one, [it for it in known if it.metric == one.metric.name], as_of) for one in chosen)
    return Health(as_of=as_of, checks=tuple(checks))


def a_material(values: Mapping[str, float] = WEEK_8, last: Mapping[str, float] = WEEK_8, **known: Any) -> Material:
    """What an update is composed from: *values* this week, *last* a week before."""
    week_before = readings_of(last, end=READ_AT - timedelta(weeks=1))
    readings = [*readings_of(values), *week_before]
    said = known.pop("said", None)
    defaults = {
        "product": "Support Copilot",
        "zone": "Europe/Berlin",
        "week": WEEK,
        "as_of": THURSDAY,
        "chosen": health_of(readings, said=said),
        "known": health_of(readings, which=Which.ALL, said=said),
        "last": health_of(week_before, as_of=THURSDAY - timedelta(weeks=1), which=Which.ALL, said=said),
        "asked": "Ana Lima",
    }
    return Material(**{**defaults, **known})


def a_forecast(**known: Any) -> Forecast:
    """92 of 100 correct in 4 to 6 weeks, which may level off at 90."""
    defaults = {
        "id": 1,
        "product_id": 1,
        "metric": "accuracy",
        "started_from": 0.87,
        "target": 0.92,
        "low": 0.90,
        "high": 0.92,
        "due_from": date(2026, 12, 10),
        "due_to": date(2026, 12, 24),
        "plateau": 0.90,
        "plateau_chance": None,
        "made_by": "U0PM",
        "made_at": THURSDAY,
    }
    return Forecast(**{**defaults, **known})
