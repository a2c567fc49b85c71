"""D3: what a trend chart costs beside matplotlib's own work."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

from benchmarks import timing
from benchmarks.timing import Result
from bot.charts import draw
from bot.domain.charts import Ahead, Chart, Mark, Panel, Point
from bot.domain.metrics import Direction, Target, Unit

BEGIN = datetime(2026, 8, 31, 7, tzinfo=UTC)
WEEK = timedelta(weeks=1)
GOAL, FIRST_GOAL = 1.3, 3.0
PROGRAM = "from benchmarks.of_charts import {0}; {0}()"

TREND = Chart(
    title="Accuracy of Support Copilot",
    zone="Europe/Berlin",
    alt="Accuracy",
    panels=(
        Panel(
            title="Accuracy",
            unit=Unit.SHARE,
            points=tuple(
                Point(at=BEGIN + week * WEEK, value=0.78 + week / 150, low=0.75 + week / 150, high=0.81 + week / 150)
                for week in range(12)
            ),
            target=Target(direction=Direction.AT_LEAST, value=0.85),
            marks=(Mark(at=BEGIN + 3 * WEEK, text="model v3.1"), Mark(at=BEGIN + 8 * WEEK, text="model v3.2")),
            ahead=Ahead(begins=BEGIN + 11 * WEEK, ends=BEGIN + 15 * WEEK, low=0.85, high=0.9, plateau=0.88),
        ),
    ),
)


def d3(_: int) -> Iterator[Result]:
    """The trend chart against a bare figure of the same data; the first one of a process against the next."""
    measured = timing.against_floor(bare, {"ours": ours}, repeat=5)
    yield _row("trend chart, against a bare figure of the same data", GOAL, measured["ours"])
    first = timing.against_floor(lambda: _alone("bare"), {"ours": lambda: _alone("ours")}, rounds=3)
    yield _row("the first chart of a process, against a bare one's", FIRST_GOAL, first["ours"])


def ours() -> bytes:
    """The chart as Muster draws it."""
    return draw(TREND)


def bare() -> bytes:
    """The same data with matplotlib's defaults, as large."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    (panel,) = TREND.panels
    ahead, target = panel.ahead, panel.target
    assert ahead is not None
    assert target is not None
    figure = Figure(figsize=(6, 3.375), dpi=200)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.xaxis_date()
    at = [_day(point.at) for point in panel.points]
    begins, ends = _day(ahead.begins), _day(ahead.ends)
    axes.plot(at, [point.value for point in panel.points], marker="o", label=panel.title)
    axes.fill_between(at, [point.low or 0 for point in panel.points], [point.high or 0 for point in panel.points])
    axes.axhline(target.value, linestyle="--", label="Target: at least 85 %")
    for mark in panel.marks:
        axes.axvline(_day(mark.at))
        axes.text(_day(mark.at), 0.9, mark.text)
    axes.fill([begins, ends, ends], [panel.points[-1].value, ahead.low, ahead.high], hatch="////", fill=False)
    axes.plot([begins, ends], [ahead.plateau or 0] * 2, ":", label="May level off at 88 %")
    axes.legend()
    axes.set_title(TREND.title)
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def _day(at: datetime) -> float:
    """*at* as matplotlib counts: in days since 1970."""
    return at.timestamp() / 86_400


def _alone(what: str) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM.format(what)], check=True)


def _row(name: str, goal: float, measured: tuple[float, float, float]) -> Result:
    ratio, took, floor = measured
    return Result(row="D3", name=name, ratio=ratio, goal=goal, took=took, floor=floor)
