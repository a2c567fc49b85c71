"""Where words stand so that they cover neither each other nor what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 5.0
"""What stays free between two labels, in points."""

_STROKE = 3.0


@dataclass(frozen=True, slots=True)
class Label:
    """A label to place: the line that it belongs to stands at *x*, and it is *width* wide, all in points."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Placed:
    """The label at *place* in what was asked begins at *left*, in *lane*, counted upwards from 0."""

    place: int
    lane: int
    left: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it, or so near that a stroke would."""
        return self.left - _STROKE <= x <= self.right + _STROKE and self.bottom - _STROKE <= y <= self.top + _STROKE

    def meets(self, other: "Box") -> bool:
        """Whether the two have something in common."""
        apart = self.right < other.left or other.right < self.left or self.top < other.bottom or other.top < self.bottom
        return not apart


def in_lanes(labels: Sequence[Label], *, right: float, lanes: int) -> list[Placed]:
    """The labels that find room above a chart of width *right*, each beside its line; the last one is placed first.

    No label covers another, nor the line that leads up to one. As many as possible find room, in as few lanes as then
    are needed.
    """
    tries = [_placed(labels, right=right, lanes=lanes, lanes_first=first) for first in (True, False)]
    return min(tries, key=lambda found: (-len(found), max((one.lane for one in found), default=0)))


def free(candidates: Sequence[Box], points: Sequence[tuple[float, float]], boxes: Sequence[Box]) -> Box:
    """The candidate that covers the least; among equals the first."""
    return min(candidates, key=lambda box: _covered(box, points, boxes))


def _placed(labels: Sequence[Label], *, right: float, lanes: int, lanes_first: bool) -> list[Placed]:
    placed: list[Placed] = []
    for place in reversed(range(len(labels))):
        beside = _beside(labels[place], place, lanes, lanes_first=lanes_first)
        inside = (one for one in beside if one.left >= 0 and one.left + labels[place].width <= right)
        found = next((one for one in inside if not any(_clash(labels, one, other) for other in placed)), None)
        placed += [] if found is None else [found]
    return placed


def _beside(label: Label, place: int, lanes: int, *, lanes_first: bool) -> list[Placed]:
    """Where a label may stand, the best place first: in a low lane, or to the right of its line."""
    sides = (label.x + 2.0, label.x - 2.0 - label.width)
    found = [Placed(place, lane, left) for lane in range(lanes) for left in sides]
    return found if lanes_first else sorted(found, key=lambda one: one.left, reverse=True)


def _clash(labels: Sequence[Label], one: Placed, other: Placed) -> bool:
    """Whether two labels are in each other's way, or one in that of the other's line."""
    if one.lane == other.lane:
        return (
            one.left < other.left + labels[other.place].width + GAP
            and other.left < one.left + labels[one.place].width + GAP
        )
    low, high = sorted((one, other), key=lambda each: each.lane)
    return low.left - 1 < labels[high.place].x < low.left + labels[low.place].width + 1


def _covered(box: Box, points: Sequence[tuple[float, float]], boxes: Sequence[Box]) -> int:
    return sum(box.holds(x, y) for x, y in points) + 1000 * sum(box.meets(other) for other in boxes)
