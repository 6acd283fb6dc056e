"""One look for every figure, and files that are the same bytes each time."""

from pathlib import Path

import matplotlib as mpl
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from workflow.io.files import replacing
from workflow.pipeline.run_id import RunId

PALETTE = sns.color_palette("colorblind", 10)  # ten classes that colour-blind readers can tell apart
COLOURS = list(PALETTE.as_hex())  # the same for the page's charts
FONT = "DejaVu Sans"  # matplotlib brings it: a figure looks the same on a machine that has Arial, too
WIDTH = 9.0  # inches: fills the page's column
PHONE_WIDTH = 3.5  # inches: letters stay as large on a phone as its text
NO_DATE = {".png": {"Software": None}, ".pdf": {"Creator": None, "Producer": None, "CreationDate": None}}

mpl.use("Agg")
sns.set_theme(context="notebook", style="ticks", palette=PALETTE, font_scale=0.9, font=FONT)
mpl.rcParams.update({"figure.dpi": 110, "savefig.dpi": 110, "pdf.fonttype": 42, "axes.spines.top": False, "axes.spines.right": False})


def run_title(run: RunId) -> str:
    """Return the title of a figure that shows one run."""
    return f"{run.variant}, seed {run.seed}"


def empty_figure(reason: str) -> Figure:
    """Return a figure that says in words why there is nothing to show."""
    figure = Figure(figsize=(WIDTH, 0.6))
    figure.text(0.5, 0.5, reason, ha="center", va="center", color="0.4")
    return figure


def save(figure: Figure, png: Path) -> None:
    """Write a figure as PNG, and as PDF beside it."""
    shown = laid_out(figure)
    for path in (png, png.with_suffix(".pdf")):
        _save(figure, path, shown)


def save_png(figure: Figure, path: Path) -> None:
    """Write a figure as PNG alone."""
    _save(figure, path, laid_out(figure))


def laid_out(figure: Figure) -> Bbox:
    """Lay a figure out, and return the part of it that has anything to show, in inches.

    It is what `bbox_inches="tight"` finds, which draws the whole figure for that.
    """
    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine("none")
    return figure.get_tightbbox().padded(mpl.rcParams["savefig.pad_inches"])


def _save(figure: Figure, path: Path, shown: Bbox) -> None:
    with replacing(path) as partial:
        figure.savefig(partial, format=path.suffix[1:], bbox_inches=shown, metadata=NO_DATE[path.suffix])
