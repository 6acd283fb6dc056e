"""Charts that answer to the reader, as Vega-Lite specifications: data included, nothing to load.

The page sets their parameters: `variant` and `image` of a map, `quantity` and `shown` of the losses.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from workflow.report.figures.style import COLOURS

SHAPES = ["circle", "square", "triangle-up", "cross", "diamond"]
DASHES = [[1, 0], [6, 2], [2, 2], [8, 2, 2, 2]]
QUIET: dict[str, Any] = {"axis": None, "scale": {"zero": False}}


def latent_map(points: pd.DataFrame) -> dict[str, Any]:
    """Return a map of codes, one variant at a time, on which the point of one image is marked.

    Args:
        points: A row a variant and image: `variant`, `image`, `label`, `x`, `y`.

    Returns:
        A specification with the parameters `variant`, `image` and `hover`, the selection of the point under the pointer.
    """
    variant = alt.param(name="variant", value=points["variant"].iloc[0])
    image = alt.param(name="image", value=int(points["image"].iloc[0]))
    hover = alt.selection_point(name="hover", on="pointerover", nearest=True, fields=["image"], clear=False)
    digits = sorted(points["label"].unique().tolist())
    colour = alt.Color(
        "label:N", title=None, scale={"domain": digits, "range": COLOURS[: len(digits)]}, legend={"orient": "top", "columns": 10}
    )
    shown = alt.Chart(_data(points)).transform_filter("datum.variant == variant").encode(x=alt.X("x:Q", **QUIET), y=alt.Y("y:Q", **QUIET))
    dots = shown.mark_point(filled=True, size=16, opacity=0.75).encode(color=colour, shape=_shape(digits)).add_params(hover)
    ring = shown.transform_filter("datum.image == image").mark_point(size=260, strokeWidth=3, color="black")
    return _specification(alt.layer(dots, ring).add_params(variant, image), height=380)


def losses(rows: pd.DataFrame, quantity: str, colours: Mapping[str, str], shown: list[str]) -> dict[str, Any]:
    """Return curves of one quantity by epoch, a line a variant.

    Args:
        rows: A row a variant and epoch: `variant`, `epoch` and the quantities.
        quantity: The column that is drawn at first.
        colours: By variant.
        shown: The variants that are drawn at first.

    Returns:
        A specification with the parameters `quantity` and `shown`.
    """
    dashes = [DASHES[number // len(COLOURS) % len(DASHES)] for number in range(len(colours))]
    chart = (
        alt.Chart(_data(rows))
        .transform_filter("indexof(shown, datum.variant) >= 0")
        .transform_calculate(value="datum[quantity]")
        .transform_filter("isValid(datum.value)")
        .mark_line(point={"size": 14})
        .encode(
            x=alt.X("epoch:Q", axis={"tickMinStep": 1, "format": "d"}),
            y=alt.Y("value:Q", title=None),
            color=alt.Color("variant:N", scale={"domain": list(colours), "range": list(colours.values())}, legend=None),
            strokeDash=alt.StrokeDash("variant:N", scale={"domain": list(colours), "range": dashes}, legend=None),
            tooltip=["variant:N", "epoch:Q", alt.Tooltip("value:Q", format=".4f")],
        )
    )
    return _specification(chart.add_params(alt.param(name="quantity", value=quantity), alt.param(name="shown", value=shown)), height=320)


def _data(table: pd.DataFrame) -> alt.InlineData:
    """Return a table as a chart's data: as text, which takes a third of what a mapping for each row does."""
    parse = {str(name): "number" if pd.api.types.is_numeric_dtype(column) else "string" for name, column in table.items()}
    return alt.InlineData(values=table.to_csv(index=False), format=alt.CsvDataFormat(type="csv", parse=parse))


def _shape(digits: list[int]) -> alt.Shape:
    """Tell digits of similar colours apart by their marks too."""
    shapes = [SHAPES[number % len(SHAPES)] for number in range(len(digits))]
    return alt.Shape("label:N", title=None, scale={"domain": digits, "range": shapes})


def _specification(chart: Any, height: int) -> dict[str, Any]:
    """Return the chart as wide as its place on the page."""
    looks = chart.properties(width="container", height=height, background="white").configure_view(stroke=None)
    return dict(looks.configure(font="system-ui, sans-serif").to_dict())
