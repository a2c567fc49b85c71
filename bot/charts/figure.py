"""The whole picture: a title, one to six panels, and a line that says what is shaded."""

from collections.abc import Iterator
from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.charts.fonts import bold, regular
from bot.charts.panel import Look, draw_panel
from bot.charts.places import Box
from bot.domain.charts import Chart
from bot.domain.text import count_of
from bot.domain.window import zone_named

DPI = 200
WIDTH = 432.0
"""In points, as all that follows: 1,200 pixels."""

_SIDE, _TOP, _BOTTOM = 14.0, 12.0, 8.0
_TITLE, _TITLE_LINE = 12.5, 16.0
_NOTE, _NOTE_LINE = 7.5, 12.0
_GUTTER = 20.0
_INK, _SOFT = "#1d1c1d", "#616061"

_LARGE = Look(size=9.0, lanes=3, dates=7, values=6)
_MIDDLE = Look(size=8.5, lanes=2, dates=7, values=5)
_SMALL = Look(size=7.5, lanes=2, dates=4, values=5)
_ALONE = 195.0
_IN_ROWS = 128.0


def png(chart: Chart) -> bytes:
    """*chart* drawn."""
    titles = bold().lines(bold().legible(chart.title), _TITLE, WIDTH - 2 * _SIDE, 2)
    panels = chart.panels[:6]
    columns, look = _layout(len(panels))
    rows = -(-len(panels) // columns)
    body = rows * (_ALONE if rows == 1 else _IN_ROWS)
    height = _TOP + len(titles) * _TITLE_LINE + body + _NOTE_LINE + _BOTTOM
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    for line, words in enumerate(titles):
        _write(figure, words, height - _TOP - line * _TITLE_LINE, size=_TITLE, is_title=True)
    top = height - _TOP - len(titles) * _TITLE_LINE
    width = (WIDTH - 2 * _SIDE - (columns - 1) * _GUTTER) / columns
    zone = zone_named(chart.zone)
    unnamed = 0
    for place, panel in enumerate(panels):
        left = _SIDE + place % columns * (width + _GUTTER)
        upper = top - place // columns * (body / rows)
        area = Box(left, upper - body / rows + 4.0, left + width, upper - 4.0)
        titled = len(panels) > 1 or panel.title != chart.title
        unnamed += draw_panel(figure, panel, area, zone, look, titled=titled)
    notes = regular().legible(" · ".join(_notes(chart, unnamed)))
    _write(figure, regular().fit(notes, _NOTE, WIDTH - 2 * _SIDE), _BOTTOM + _NOTE, size=_NOTE)
    file = BytesIO()
    # Without a name for the software, which would change the bytes with every release of it.
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _layout(panels: int) -> tuple[int, Look]:
    """How many columns, and how large things are."""
    if panels <= 1:
        return 1, _LARGE
    return (1, _MIDDLE) if panels <= 3 else (2, _SMALL)  # noqa: PLR2004 three fit below each other


def _write(figure: Figure, words: str, top: float, *, size: float, is_title: bool = False) -> None:
    width, height = figure.get_size_inches()
    figure.text(
        _SIDE / 72 / width,
        top / 72 / height,
        words,
        fontproperties=(bold() if is_title else regular()).sized(size),
        color=_INK if is_title else _SOFT,
        va="top",
        parse_math=False,
    )


def _notes(chart: Chart, unnamed: int) -> Iterator[str]:
    if any(point.low is not None and point.high is not None for panel in chart.panels for point in panel.points):
        yield "Shaded: where the true value lies with 95 %"
    if any(panel.ahead for panel in chart.panels):
        yield "Hatched: expected"
    if unnamed:
        yield f"{count_of(unnamed, 'change')} without words"
    yield f"Dates in {chart.zone}"
