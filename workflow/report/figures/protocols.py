"""1NN in every protocol, side by side: why the reports' numbers do not compare."""

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from workflow.report.figures.style import WIDTH, nothing

NAMES = {
    ("code", "test"): "code, other test images (Report A)",
    ("code", "train"): "code, training images (Report B's text)",
    ("code-255", "test"): "code of 0–255 pixels, other test images",
    ("code-255", "train"): "code of 0–255 pixels, training images (Report B's code)",
    ("logits", "test"): "code before squashing, other test images",
    ("logits", "train"): "code before squashing, training images",
    ("hidden", "test"): "hidden layer, other test images",
    ("hidden", "train"): "hidden layer, training images (Donahue et al.)",
}


def plot(table: pd.DataFrame) -> Figure:
    """Return a figure with a row a variant and a point a protocol.

    Args:
        table: Columns `variant`, `features`, `neighbours`, `accuracy` (per cent) and `spread` (standard deviation).
    """
    if table.empty:
        return nothing("no 1NN at this budget")
    rows = table.assign(protocol=[NAMES[key] for key in zip(table["features"], table["neighbours"], strict=True)])
    rows = rows.sort_values("accuracy", ascending=False)
    variants = rows["variant"].nunique()
    figure = Figure(figsize=(WIDTH, 1.8 + 0.35 * variants))
    axes = figure.subplots()
    order = [name for name in NAMES.values() if name in set(rows["protocol"])]
    sns.scatterplot(rows, x="accuracy", y="variant", hue="protocol", style="protocol", hue_order=order, style_order=order, s=90, ax=axes)
    axes.errorbar(rows["accuracy"], rows["variant"], xerr=rows["spread"].fillna(0), fmt="none", ecolor="0.5", zorder=0)
    axes.set(xlabel="1NN accuracy, %", ylabel=None)
    axes.grid(axis="y", alpha=0.4)
    axes.margins(y=0.5 / variants)
    sns.move_legend(axes, "lower center", bbox_to_anchor=(0.5, 1), ncol=2, title=None, frameon=False)
    return figure
