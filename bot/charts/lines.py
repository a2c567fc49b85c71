"""What runs through a panel: the values with their bounds, the target, and what is expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes

from bot.charts.fonts import regular
from bot.charts.places import Box, free
from bot.charts.scales import Scale, drawable, said, target_words
from bot.charts.series import Span, Spot, runs
from bot.charts.strokes import AHEAD, LINE, TARGET
from bot.domain.charts import Panel

_LIGHT = 0.16
_FULL = 60
"""More points than this are a line without dots."""

_BETWEEN = 6
"""How many places between two points are looked at for room for words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """The axes of a panel, with what is needed to find a place in it: *frame* is where they stand, in points.

    From left to right they reach from 0 to 1.
    """

    axes: Axes
    frame: Box
    span: Span
    scale: Scale
    size: float

    @property
    def width(self) -> float:
        """In points."""
        return self.frame.right - self.frame.left

    @property
    def height(self) -> float:
        """In points."""
        return self.frame.top - self.frame.bottom

    def y(self, value: float) -> float:
        """Where *value* is, in points from the bottom."""
        return (value - self.scale.low) / (self.scale.high - self.scale.low) * self.height


def draw_line(plot: Plot, found: Sequence[Spot]) -> None:
    """The values; a gap is a dotted line, and a single value with bounds stands on a bar."""
    x = plot.span.share
    if len(found) > 1:
        plot.axes.plot([x(one.at) for one in found], [one.value for one in found], color=LINE, lw=0.9, ls=(0, (1, 2.5)))
    for run in runs(found):
        dots = "o" if len(found) <= _FULL or len(run) == 1 else None
        plot.axes.plot(
            [x(one.at) for one in run],
            [one.value for one in run],
            color=LINE,
            linewidth=1.8,
            marker=dots,
            markersize=3.6,
            zorder=3,
            clip_on=False,
            solid_joinstyle="round",
        )
        _draw_bounds(plot, run)


def draw_target(plot: Plot, panel: Panel, found: Sequence[Spot], taken: Sequence[Box]) -> None:
    """A dashed line with its words, where they cover least; *taken* is where other words stand."""
    if panel.target is None or (value := drawable(panel.target.value)) is None:
        return
    plot.axes.axhline(value, color=TARGET, linewidth=1.3, linestyle=(0, (5, 3)), zorder=2.5)
    words = _Words(text=target_words(panel.target, panel.unit), levels=(plot.y(value),), colour=TARGET)
    _write_beside(plot, words, _along(_places(plot, found)), taken)


def draw_ahead(plot: Plot, panel: Panel, found: Sequence[Spot]) -> list[Box]:
    """What is expected as a hatched cone that opens from the latest value; where its words stand."""
    ahead = panel.ahead
    if ahead is None or (low := drawable(ahead.low)) is None or (high := drawable(ahead.high)) is None:
        return []
    begin, end = plot.span.share(ahead.begins), plot.span.share(ahead.ends)
    first = (found[-1].value, found[-1].value) if found else (low, high)
    corners = [(begin, first[0]), (end, low), (end, high), (begin, first[1])]
    (cone,) = plot.axes.fill(
        *zip(*corners, strict=True), facecolor="none", edgecolor=AHEAD, hatch="////", linewidth=0.8
    )
    cone.set_hatch_linewidth(0.5)
    plateau = drawable(ahead.plateau)
    if plateau is None:
        return []
    plot.axes.plot([begin, end], [plateau, plateau], color=AHEAD, linewidth=1.3, linestyle=(0, (1, 1.5)), zorder=2.5)
    levels = (plot.y(plateau), plot.y(max(high, plateau)), plot.y(min(low, plateau)))
    text = f"May level off at {said(plateau, panel.unit)}"
    words = _Words(text=text, levels=levels, colour=AHEAD, begins=begin * plot.width)
    edges = _along([(x * plot.width, plot.y(value)) for x, value in corners])
    return [_write_beside(plot, words, [*edges, *_along(_places(plot, found))], [])]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    """What is written beside one of some levels, rather the first; *begins*: the line there begins only here, so that
    the words stand on the right, or before it. All in points.
    """

    text: str
    levels: tuple[float, ...]
    colour: str
    begins: float | None = None


def _draw_bounds(plot: Plot, run: Sequence[Spot]) -> None:
    known = [
        (plot.span.share(one.at), one.low, one.high) for one in run if one.low is not None and one.high is not None
    ]
    if len(known) == 1:
        ((x, low, high),) = known
        plot.axes.plot([x, x], [low, high], color=LINE, linewidth=5, alpha=_LIGHT, solid_capstyle="butt")
    elif known:
        xs, lows, highs = zip(*known, strict=True)
        plot.axes.fill_between(xs, lows, highs, color=LINE, alpha=_LIGHT, linewidth=0)


def _write_beside(plot: Plot, words: _Words, points: Sequence[tuple[float, float]], taken: Sequence[Box]) -> Box:
    """Write *words* above or below their level, where they cover the least of *points*, and nothing *taken*."""
    font, size = regular(), 0.95 * plot.size
    text = font.fit(words.text, size, plot.width)
    box = free(_around(plot, words, font.width(text, size), size), points, taken)
    plot.axes.text(
        box.left / plot.width,
        (box.bottom + 0.3 * size) / plot.height,
        text,
        transform=plot.axes.transAxes,
        fontproperties=font.sized(size),
        color=words.colour,
        parse_math=False,
        zorder=2.8,
        bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6},
    )
    return box


def _around(plot: Plot, words: _Words, width: float, size: float) -> list[Box]:
    """Where words beside a level may stand, the best place first."""
    right = max(plot.width - width - 2.0, 0.0)
    sides = [min(2.0, right), right, right / 2] if words.begins is None else [right]
    height = 1.35 * size
    levels = [low for level in words.levels for low in (level + 1.5, level - 1.5 - height)]
    inside = [low for low in levels if low >= 0 and low + height <= plot.height] or levels[:1]
    beside = [Box(side, low, side + width, low + height) for low in inside for side in sides]
    return [*beside, *_before(words, width, height)]


def _before(words: _Words, width: float, height: float) -> list[Box]:
    """The place to the left of where a line begins, if there is room."""
    if words.begins is None or words.begins < width + 4.0:
        return []
    left, bottom = words.begins - width - 4.0, words.levels[0] - height / 2
    return [Box(left, bottom, left + width, bottom + height)]


def _places(plot: Plot, found: Sequence[Spot]) -> list[tuple[float, float]]:
    """Where the values are, in points."""
    return [(plot.span.share(one.at) * plot.width, plot.y(one.value)) for one in found]


def _along(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Places along the line from corner to corner."""
    return [
        (left[0] + (right[0] - left[0]) * part / _BETWEEN, left[1] + (right[1] - left[1]) * part / _BETWEEN)
        for left, right in pairwise(corners)
        for part in range(_BETWEEN)
    ] + list(corners[-1:])
