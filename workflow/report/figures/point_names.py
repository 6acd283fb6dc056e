"""Names of points in a panel, each where it covers neither a mark nor another name."""

from collections.abc import Iterator, Sequence
from itertools import chain, product
from textwrap import fill
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from workflow.report.figures.panels import SaidRow

TEXT_SIZE = 8
LENGTH = 27  # of a line
POINT = 5  # points wide
SIDES = {"left": 1, "right": -1, "center": 0}  # of a point: how its name is aligned there, and in which direction that is
HEIGHTS = {"center": 0, "bottom": 1, "top": -1}
AWAY = (6, 14, 24, 36)  # points from a point to its name
STYLE: dict[str, Any] = {"size": TEXT_SIZE, "linespacing": 1.0}
LINE = {"arrowstyle": "-", "color": "0.5", "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0}  # between them
BEHIND, FRONT = 1, 3  # all marks


class Place(NamedTuple):
    """A place for a name beside its point.

    Attributes:
        offset: From the point to where the name is anchored, points.
        horizontal: How the name is aligned there.
        vertical: Likewise.
        box: That the name fills, pixels.
    """

    offset: tuple[float, float]
    horizontal: str
    vertical: str
    box: Bbox


def write(axes: Axes, rows: Sequence[SaidRow], count: int) -> None:
    """Write the names of the rows farthest from the line on which what is measured is as stated; one without room has none.

    Args:
        axes: A panel that has its place in the figure.
        rows: All that it shows.
        count: How many names, at most.
    """
    names: list[Bbox] = []
    lines: list[Path] = []
    marks = [_marks(axes, row) for row in rows]
    for number in sorted(range(len(rows)), key=lambda number: rows[number].distance, reverse=True)[:count]:
        row, own = rows[number], marks[number]
        others = [*names, *chain.from_iterable(marks[:number] + marks[number + 1 :])]
        for place in _places(axes, row):
            line = _line(axes, row, place)
            if _is_beside(axes, place.box, [*others, *own], lines) and not any(line.intersects_bbox(each) for each in others):
                names.append(place.box)
                lines.append(line)
                _annotate(axes, row, place)
                break


def _annotate(axes: Axes, row: SaidRow, place: Place) -> None:
    """Write a row's name, and a line to it from its point."""
    at: dict[str, Any] = {"xy": (row.said.stated, row.centre), "xytext": place.offset, "textcoords": "offset points", "in_layout": False}
    outline = [withStroke(linewidth=2, foreground="white")]
    axes.annotate(_text(row), **at, ha=place.horizontal, va=place.vertical, **STYLE, path_effects=outline, zorder=FRONT)
    axes.annotate("", **at, arrowprops=LINE, zorder=BEHIND)


def _places(axes: Axes, row: SaidRow) -> Iterator[Place]:
    """Yield the places around a row's point for its name, the nearest first."""
    measured = axes.text(0, 0, _text(row), **STYLE)
    width, height = measured.get_window_extent().size
    measured.remove()
    point, pixels = _point(axes, row), axes.figure.dpi / 72
    for away, (vertical, up), (horizontal, right) in product(AWAY, HEIGHTS.items(), SIDES.items()):
        if up or right:
            left = point[0] + right * away * pixels - (1 - right) / 2 * width
            below = point[1] + up * away * pixels - (1 - up) / 2 * height
            box = Bbox.from_bounds(left, below, width, height).padded(1)
            yield Place((right * away, up * away), horizontal, vertical, box)


def _text(row: SaidRow) -> str:
    return fill(row.label, LENGTH)


def _point(axes: Axes, row: SaidRow) -> Any:
    """Return where a row's point is, in pixels."""
    return axes.transData.transform((row.said.stated, row.centre))


def _line(axes: Axes, row: SaidRow, place: Place) -> Path:
    """Return the line from a row's point to its name, in pixels."""
    start = _point(axes, row)
    return Path([start, start + [each * axes.figure.dpi / 72 for each in place.offset]])


def _marks(axes: Axes, row: SaidRow) -> list[Bbox]:
    """Return the boxes of a row's point and of both its ranges, in pixels."""
    across = [(end, row.centre) for end in row.said.ends]
    upwards = [(row.said.stated, end) for end in (min(row.measured), max(row.measured))]
    point = Bbox(axes.transData.transform([(row.said.stated, row.centre)] * 2)).padded(POINT / 2 * axes.figure.dpi / 72)
    return [point, *(Bbox(axes.transData.transform(ends)) for ends in (across, upwards))]


def _is_beside(axes: Axes, box: Bbox, boxes: Sequence[Bbox], lines: Sequence[Path]) -> bool:
    """Return whether a box lies in a panel, beside the line of equal values, all boxes and all lines."""
    (left, below), (right, above) = axes.transData.inverted().transform(box)
    beside_equal = max(left, below) > min(right, above)
    inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 and axes.bbox.y0 <= box.y0 and box.y1 <= axes.bbox.y1
    return beside_equal and inside and not box.count_overlaps(boxes) and not any(line.intersects_bbox(box) for line in lines)
