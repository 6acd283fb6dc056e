"""What a reader can look at for himself: maps with their images, losses by epoch, samples by epoch."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workflow.io.safetensors import Arrays
from workflow.report.figures.style import COLOURS
from workflow.report.page import charts
from workflow.report.page.images import COLUMNS, nearest, sprite

POINTS = 2000  # of a map: what a browser redraws at once
QUANTITIES = {
    "discriminator": "discriminator's loss",
    "generator": "generator's (and encoder's) loss",
    "discriminator_accuracy": "share that the discriminator gets right",
}
SHOWN = 4  # lines at first
DISPLAYED = 84  # pixels of the screen that an image is wide


@dataclass(frozen=True)
class Maps:
    """Maps of the test images' codes.

    Attributes:
        chart: A specification of Vega-Lite.
        images: All test images in one picture, as an address.
        columns: How many of them lie beside each other.
        width: Of an image, in pixels of the screen.
        labels: Of all test images.
        neighbours: By variant, which of all other test images has the code nearest to that of each image shown.
    """

    chart: dict[str, Any]
    images: str
    columns: int
    width: int
    labels: list[int]
    neighbours: dict[str, list[int]]

    @property
    def shown(self) -> int:
        """How many images are points of the maps."""
        return len(next(iter(self.neighbours.values())))


@dataclass(frozen=True)
class Losses:
    """Losses of some variants by epoch.

    Attributes:
        chart: A specification of Vega-Lite.
        quantities: What can be shown: headings by column.
        colours: Of each variant's line.
        shown: The variants that are drawn at first.
    """

    chart: dict[str, Any]
    quantities: dict[str, str]
    colours: dict[str, str]
    shown: list[str]


@dataclass(frozen=True)
class Film:
    """Samples of one variant from the same noise, by epoch.

    Attributes:
        variant: Its name.
        epochs: After which the samples were drawn.
        images: A row of samples an epoch, in one picture, as an address.
        width: Of a row, in pixels of the screen.
        height: Of a row, likewise.
    """

    variant: str
    epochs: list[int]
    images: str
    width: int
    height: int


def maps(test: Arrays, positions: Mapping[str, NDArray[Any]], codes: Mapping[str, NDArray[Any]]) -> Maps | None:
    """Return the maps of some variants; none if there are no variants.

    Args:
        test: `pixels` (N, C, H, W) uint8 and `labels` (N,) of the test images.
        positions: By variant, (M, 2) float32: where the first M of them lie on the map.
        codes: By variant, (N, dimensions) float32.
    """
    if not positions:
        return None
    count = min(POINTS, *(len(each) for each in positions.values()))
    labels = test["labels"][:count].astype(int)
    tables = []
    for variant, where in positions.items():
        x, y = (where[:count] / np.abs(where).max()).round(3).astype(float).T
        tables.append(pd.DataFrame({"variant": variant, "image": range(count), "label": labels, "x": x, "y": y}))
    return Maps(
        chart=charts.latent_map(pd.concat(tables)),
        images=sprite(test["pixels"]),
        columns=COLUMNS,
        width=DISPLAYED,
        labels=test["labels"].tolist(),
        neighbours={variant: nearest(codes[variant], count).tolist() for variant in positions},
    )


def losses(files: Mapping[str, Path]) -> Losses | None:
    """Return the losses by epoch of some variants; none if there are none.

    Args:
        files: By variant, tab-separated, a row an epoch.
    """
    if not files:
        return None
    rows = pd.concat([pd.read_csv(file, sep="\t").assign(variant=variant) for variant, file in files.items()]).round(5)
    columns = [str(column) for column in rows if column not in ("variant", "epoch", "learning_rate")]
    colours = {variant: COLOURS[number % len(COLOURS)] for number, variant in enumerate(files)}
    shown = list(files)[:SHOWN]
    return Losses(charts.losses(rows, columns[0], colours, shown), {name: QUANTITIES.get(name, name) for name in columns}, colours, shown)


def film(variant: str, samples: Arrays) -> Film:
    """Return a variant's samples by epoch.

    Args:
        variant: Its name.
        samples: By the epoch's number, (N, C, H, W) uint8; other names are left out.
    """
    epochs = sorted(int(name) for name in samples if name.isdigit())
    beside, _, height, width = samples[str(epochs[0])].shape
    scale = max(1, DISPLAYED // (2 * width))
    images = sprite(np.concatenate([samples[str(epoch)] for epoch in epochs]), beside)
    return Film(variant, epochs, images, beside * width * scale, height * scale)
