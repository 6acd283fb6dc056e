"""Names of points in a panel, each where it covers neither a mark nor another name."""

from collections.abc import Iterator, Sequence
from itertools import product
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from workflow.report.figures.panels import SaidRow

TEXT_SIZE = 8
LENGTH = 27  # of a line
POINT = 5  # points wide
SIDES = [("left", 1), ("right", -1), ("center", 0)]  # of a point: how its name is aligned there, and in which direction that is
HEIGHTS = [("center", 0), ("bottom", 1), ("top", -1)]
AWAY = (6, 14, 24, 36)  # points from a point to its name
LINE = {"arrowstyle": "-", "color": "0.5", "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0}  # between them
BEHIND, FRONT = 1, 3  # all marks


def write(axes: Axes, rows: Sequence[SaidRow], count: int) -> None:
    """Write the names of the rows farthest from the line on which what is measured is as stated; one without room has none.

    Args:
        axes: A panel that has its place in the figure.
        rows: All that it shows.
        count: How many names, at most.
    """
    names: list[Bbox] = []
    lines: list[Path] = []
    for row in sorted(rows, key=lambda row: row.distance, reverse=True)[:count]:
        others = [*names, *(mark for other in rows if other is not row for mark in _marks(axes, other))]
        for name in _candidates(axes, row):
            box, line = name.get_window_extent().padded(1), _line(axes, name)
            if _is_beside(axes, box, [*others, *_marks(axes, row)], lines) and not any(line.intersects_bbox(each) for each in others):
                names.append(box)
                lines.append(line)
                axes.annotate("", name.xy, xytext=name.xyann, textcoords="offset points", arrowprops=LINE, zorder=BEHIND, in_layout=False)
                break
            name.remove()


def _candidates(axes: Axes, row: SaidRow) -> Iterator[Annotation]:
    """Yield a row's name at each place around its point, the nearest first."""
    for away, (vertical, up), (horizontal, right) in product(AWAY, HEIGHTS, SIDES):
        if up or right:
            yield axes.annotate(
                fill(row.label, LENGTH),
                (row.said.stated, row.centre),
                xytext=(right * away, up * away),
                textcoords="offset points",
                ha=horizontal,
                va=vertical,
                size=TEXT_SIZE,
                linespacing=1.0,
                zorder=FRONT,
                path_effects=[withStroke(linewidth=2, foreground="white")],
                in_layout=False,
            )


def _line(axes: Axes, name: Annotation) -> Path:
    """Return the line from a point to its name, in pixels."""
    start = axes.transData.transform(name.xy)
    return Path([start, start + [each * axes.figure.dpi / 72 for each in name.xyann]])


def _marks(axes: Axes, row: SaidRow) -> list[Bbox]:
    """Return the boxes of a row's point and of both its ranges, in pixels."""
    across = [(end, row.centre) for end in row.ends]
    upwards = [(row.said.stated, end) for end in (min(row.measured), max(row.measured))]
    point = Bbox(axes.transData.transform([(row.said.stated, row.centre)] * 2)).padded(POINT / 2 * axes.figure.dpi / 72)
    return [point, *(Bbox(axes.transData.transform(ends)) for ends in (across, upwards))]


def _is_beside(axes: Axes, box: Bbox, boxes: Sequence[Bbox], lines: Sequence[Path]) -> bool:
    """Return whether a box lies in a panel, beside the line of equal values, all boxes and all lines."""
    (left, below), (right, above) = axes.transData.inverted().transform(box)
    beside_equal = max(left, below) > min(right, above)
    inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 and axes.bbox.y0 <= box.y0 and box.y1 <= axes.bbox.y1
    return beside_equal and inside and not box.count_overlaps(boxes) and not any(line.intersects_bbox(box) for line in lines)
