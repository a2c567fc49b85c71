"""Charts of metrics: their values over the weeks as data, and the words that say what the picture shows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.domain.changing import Change
from bot.domain.charts import Ahead, Chart, Mark, Panel, Point
from bot.domain.health import interval_of
from bot.domain.metrics import Metric, Target
from bot.domain.product import Product
from bot.domain.readings import Reading, apart, latest
from bot.domain.showing import change_in_points, target_in_words, value_of
from bot.domain.text import bounded, clip, count_of, one_line
from bot.domain.window import zone_named

WEEKS = 8
"""As far back as a chart goes unless somebody says otherwise."""

MOST_PANELS = 6
MOST_MARKS = 8
"""Marks in one panel; past it only the latest are drawn, or their words would cover each other."""

_MARK_ROOM = 60
_TITLE_ROOM = 100


def panel_of(
    metric: Metric,
    readings: Sequence[Reading],
    *,
    target: Target | None,
    changes: Iterable[Change],
    as_of: datetime,
    weeks: int = WEEKS,
    ahead: Ahead | None = None,
) -> Panel:
    """*metric* over the *weeks* before *as_of*: its *readings* that stand, period by period so that no two overlap,
    with intervals where they are known, and the *changes* of that time.
    """
    since = as_of - timedelta(weeks=weeks)
    current = latest(readings, metric.layer.cadence, as_of)
    row = [] if current is None else _row(readings, current)
    marks = sorted((one for one in changes if since <= one.at <= as_of), key=lambda one: one.at)
    return Panel(
        title=metric.title,
        unit=metric.unit,
        points=tuple(_point(metric, one) for one in row if one.read_at >= since),
        target=target,
        marks=tuple(
            Mark(at=one.at, text=bounded(one_line(one.what), _MARK_ROOM) or "change") for one in marks[-MOST_MARKS:]
        ),
        ahead=ahead,
    )


def chart_of(product: Product, panels: Mapping[Metric, Panel]) -> Chart:
    """One picture of the first six *panels* that have a point, in their order, with words for whoever cannot see it.

    Look first whether any has one: without a point there is nothing to draw.
    """
    drawn = [(metric, panel) for metric, panel in panels.items() if panel.points][:MOST_PANELS]
    name = clip(one_line(product.name), _TITLE_ROOM)
    what = drawn[0][0].title if len(drawn) == 1 else count_of(len(drawn), "measure")
    return Chart(
        title=f"{name}: {what}",
        panels=tuple(panel for _, panel in drawn),
        zone=product.timezone,
        alt=" ".join(in_words(metric, panel, product.timezone) for metric, panel in drawn),
    )


def in_words(metric: Metric, panel: Panel, zone: str) -> str:
    """What *panel* shows, for somebody who cannot see it; empty where there is nothing to see. Not escaped."""
    if not panel.points:
        return ""
    sentences = [_line(metric, panel, zone), _target(metric, panel), _ahead(metric, panel, zone), _marks(panel, zone)]
    return " ".join(one for one in sentences if one)


def day(instant: datetime, zone: str) -> str:
    """The day of *instant* where the product is: “16 Nov”."""
    return _day(instant.astimezone(zone_named(zone)).date())


def read_on(instant: datetime, zone: str) -> str:
    """The last day of a window that ends at *instant*: one that ends at midnight ends the day before."""
    return day(instant - timedelta.resolution, zone)


def _row(readings: Sequence[Reading], current: Reading) -> list[Reading]:
    """*current* and what was read before it, oldest first; a week that nobody read leaves a gap and ends nothing."""
    found = apart(readings, current)[::-1]
    while earlier := [one for one in readings if one.window.end <= found[-1].window.start]:
        found += apart(readings, max(earlier, key=lambda one: (one.window.end, one.id)))[::-1]
    return found[::-1]


def _point(metric: Metric, reading: Reading) -> Point:
    interval = interval_of(metric, reading)
    bounds = (None, None) if interval is None else (interval.low, interval.high)
    return Point(at=reading.read_at, value=reading.value, low=bounds[0], high=bounds[1])


def _line(metric: Metric, panel: Panel, zone: str) -> str:
    first, last = panel.points[0], panel.points[-1]
    if len(panel.points) == 1:
        return f"{metric.title}: one value, {value_of(metric, last.value)} on {read_on(last.at, zone)}."
    low, high = min(panel.points, key=lambda one: one.value), max(panel.points, key=lambda one: one.value)
    span = f"from {value_of(metric, first.value)} on {read_on(first.at, zone)}"
    span += f" to {value_of(metric, last.value)} on {read_on(last.at, zone)}"
    range_ = f"lowest {value_of(metric, low.value)}, highest {value_of(metric, high.value)}"
    moved = change_in_points(metric, last.value - first.value)
    return f"{metric.title}: {len(panel.points)} values, {span}, {moved}; {range_}."


def _target(metric: Metric, panel: Panel) -> str:
    if panel.target is None:
        return "No target is set."
    return f"Target: {target_in_words(panel.target, metric)}."


def _ahead(metric: Metric, panel: Panel, zone: str) -> str:
    ahead = panel.ahead
    if ahead is None:
        return ""
    low, high = value_of(metric, ahead.low), value_of(metric, ahead.high)
    levels = "" if ahead.plateau is None else f"; it may level off at {value_of(metric, ahead.plateau)}"
    return f"Expected by {read_on(ahead.ends, zone)}: {low} to {high}{levels}."


def _marks(panel: Panel, zone: str) -> str:
    if not panel.marks:
        return ""
    told = "; ".join(f"{one.text}, {day(one.at, zone)}" for one in panel.marks)
    return f"Marked: {told}."


def _day(when: date) -> str:
    return f"{when.day} {when:%b}"
