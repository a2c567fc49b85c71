"""A chart as data: what is drawn, and the words that say the same."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.metrics import Target, Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One value at one time; *low* and *high* bound it where that is known."""

    at: datetime
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Something that changed at that time: it stands in the chart as a line with words."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """What is expected: between *low* and *high* from *begins* to *ends*, and where it may level off."""

    begins: datetime
    ends: datetime
    low: float
    high: float
    plateau: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One metric's line, oldest point first, with its target, marks and forecast."""

    title: str
    unit: Unit
    points: tuple[Point, ...]
    target: Target | None = None
    marks: tuple[Mark, ...] = ()
    ahead: Ahead | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """One picture of one to six panels. *zone* names the time zone its dates are shown in.

    *alt* says in words what the picture shows, for whoever cannot see it and where it cannot be drawn.
    """

    title: str
    panels: tuple[Panel, ...]
    zone: str
    alt: str
