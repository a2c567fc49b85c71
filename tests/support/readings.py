"""Readings with good defaults, and the worked example."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot.domain.catalogue import CATALOGUE
from bot.domain.metrics import Unit
from bot.domain.readings import NewReading, Origin, Reading
from bot.domain.window import Window
from tests.support.builders import MONDAY

WEEK_8 = {
    "accuracy": 0.91,
    "hallucination_rate": 0.03,
    "latency_p95": 2.8,
    "csat": 4.2,
    "adoption_rate": 0.72,
    "edit_rate": 0.24,
    "resolution_rate": 0.76,
    "deflection_rate": 0.38,
    "cost_per_resolution": 4.20,
}
"""“Support Copilot, week 8”. Source: LLM product management 33.2, the worked example."""

_numbers: Iterator[int] = count(1)


def new_reading(metric: str, value: float, *, end: datetime = MONDAY, days: float = 7, **known: Any) -> NewReading:
    """A reading over the *days* before *end*, loaded, without a sample size."""
    unit = CATALOGUE[metric].unit if metric in CATALOGUE else Unit.SHARE
    window = Window(end - timedelta(days=days), end)
    fields = {"metric": metric, "value": value, "unit": unit, "window": window, "origin": Origin.LOADED, **known}
    return NewReading(**fields)


def a_reading(metric: str, value: float, *, end: datetime = MONDAY, days: float = 7, **known: Any) -> Reading:
    """The same as it is kept, by U0PM an hour after its window."""
    plain = {name: known.pop(name) for name in ("id", "entered_by", "entered_at", "replaced_at") if name in known}
    new = new_reading(metric, value, end=end, days=days, **known)
    fields = {name: getattr(new, name) for name in NewReading.__slots__}
    kept = {"id": next(_numbers), "entered_by": "U0PM", "entered_at": end + timedelta(hours=1)}
    return Reading(**fields | kept | plain)
