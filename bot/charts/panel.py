"""One panel: a metric's line with its bounds, its target, what changed and what is expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.charts import dates
from bot.charts.fonts import bold, regular
from bot.charts.lines import Plot, draw_ahead, draw_line, draw_target
from bot.charts.places import Box, Label, Placed, in_lanes
from bot.charts.scales import on_axis, said, scale_of
from bot.charts.series import Span, Spot, span_of, spots, values_of
from bot.charts.strokes import GRID, INK, LINE, SOFT
from bot.domain.charts import Mark, Panel

_HEADER, _LANE = 1.9, 1.4
_BELOW = 2.9
_AXIS = 0.8
"""How high things are, and the room between an axis and its words, in sizes of the font."""

_WIDEST_MARK = 0.4
_MARK = 0.92


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How large the words are (in points), how many rows of marks, and about how many dates and values are named."""

    size: float
    lanes: int
    dates: int
    values: int


@dataclass(frozen=True, slots=True)
class _Marks:
    """What changed, oldest first, with its words cut to size, and where those that find room stand."""

    marks: Sequence[Mark]
    words: Sequence[str]
    placed: Sequence[Placed]

    @property
    def lanes(self) -> int:
        return max((one.lane + 1 for one in self.placed), default=0)


def draw_panel(figure: Figure, panel: Panel, area: Box, zone: ZoneInfo, look: Look, *, titled: bool) -> int:
    """Draw *panel* into *area* of *figure*, in points; *titled*: with its own title.

    Returns how many changes are lines without words, because there is no room for more.
    """
    found = spots(panel.points)
    span = span_of(panel, found)
    scale = scale_of(values_of(panel, found), panel.unit, most_ticks=look.values)
    labels = [on_axis(tick, panel.unit) for tick in scale.ticks]
    left = area.left + max((regular().width(one, look.size) for one in labels), default=0.0) + _AXIS * look.size
    top = area.top - _HEADER * look.size
    _write_header(figure, panel, found, Box(area.left, top, area.right, area.top), look, titled=titled)
    changed = _marks(panel, span, area.right - left, look)
    frame = Box(left, area.bottom + _BELOW * look.size, area.right, top - changed.lanes * _LANE * look.size)
    axes = _axes(figure, frame)
    axes.set_ylim(scale.low, scale.high)
    axes.set_yticks(scale.ticks, labels, fontproperties=regular().sized(look.size), color=SOFT)
    if span is None:
        axes.set_xticks([])
        _say_nothing(axes, look)
        return 0
    plot = Plot(axes=axes, frame=frame, span=span, scale=scale, size=look.size)
    _name_dates(plot, zone, look)
    _draw_marks(plot, changed)
    taken = draw_ahead(plot, panel, found) if panel.ahead else []
    draw_line(plot, found)
    draw_target(plot, panel, found, taken)
    return len(changed.marks) - len(changed.placed)


def _axes(figure: Figure, frame: Box) -> Axes:
    width, height = (inches * 72 for inches in figure.get_size_inches())
    axes = figure.add_axes(
        (
            frame.left / width,
            frame.bottom / height,
            (frame.right - frame.left) / width,
            (frame.top - frame.bottom) / height,
        )
    )
    axes.set_xlim(0.0, 1.0)
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(length=0, pad=4)
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    return axes


def _write_header(figure: Figure, panel: Panel, found: Sequence[Spot], area: Box, look: Look, *, titled: bool) -> None:
    """The title on the left, the latest value on the right."""
    width, height = (inches * 72 for inches in figure.get_size_inches())
    value = said(found[-1].value, panel.unit) if found else ""
    room = area.right - area.left - bold().width(value, look.size * 1.25) - look.size
    bottom = (area.bottom + 0.5 * look.size) / height
    if titled:
        title = bold().fit(bold().legible(panel.title), look.size * 1.1, room)
        font = bold().sized(look.size * 1.1)
        figure.text(area.left / width, bottom, title, fontproperties=font, color=INK, parse_math=False)
    if value:
        font = bold().sized(look.size * 1.25)
        figure.text(area.right / width, bottom, value, fontproperties=font, color=LINE, ha="right", parse_math=False)


def _name_dates(plot: Plot, zone: ZoneInfo, look: Look) -> None:
    ticks = dates.ticks(plot.span.begin, plot.span.end, zone, most=look.dates)
    places = [plot.span.share(tick.at) for tick in ticks]
    names = [f"{tick.words}\n{tick.below}" for tick in ticks]
    plot.axes.set_xticks(places, names, fontproperties=regular().sized(look.size), color=SOFT, linespacing=1.15)


def _say_nothing(axes: Axes, look: Look) -> None:
    font = regular().sized(look.size * 1.1)
    axes.text(
        0.5, 0.5, "No values yet", transform=axes.transAxes, fontproperties=font, color=SOFT, ha="center", va="center"
    )


def _marks(panel: Panel, span: Span | None, width: float, look: Look) -> _Marks:
    seen = [mark for mark in panel.marks if span is not None and dates.instant(mark.at) in span]
    seen.sort(key=lambda mark: dates.instant(mark.at))
    size = _MARK * look.size
    words = [regular().fit(regular().legible(mark.text), size, _WIDEST_MARK * width) for mark in seen]
    labels = [
        Label(span.share(mark.at) * width, regular().width(text, size))
        for mark, text in zip(seen, words, strict=True)
        if span is not None
    ]
    return _Marks(seen, words, in_lanes(labels, right=width, lanes=look.lanes))


def _draw_marks(plot: Plot, changed: _Marks) -> None:
    """A line for each change, which leads up to its words."""
    lane = _LANE * plot.size / plot.height
    tops = {one.place: 1.0 + (one.lane + 0.9) * lane for one in changed.placed}
    for place, mark in enumerate(changed.marks):
        x = plot.span.share(mark.at)
        plot.axes.plot(
            [x, x],
            [0.0, tops.get(place, 1.0)],
            color=SOFT,
            linewidth=0.8,
            transform=plot.axes.transAxes,
            clip_on=False,
            zorder=1.5,
        )
    font = regular().sized(_MARK * plot.size)
    for one in changed.placed:
        plot.axes.text(
            one.left / plot.width,
            1.0 + (one.lane + 0.28) * lane,
            changed.words[one.place],
            transform=plot.axes.transAxes,
            fontproperties=font,
            color=INK,
            parse_math=False,
        )
