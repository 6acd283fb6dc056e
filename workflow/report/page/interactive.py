"""The parts of the page that answer to the reader: maps with their images, losses by epoch, samples by epoch."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workflow.io.safetensors import Arrays
from workflow.report.figures.style import COLOURS
from workflow.report.page import charts
from workflow.report.page.images import COLUMNS, sprite

POINTS = 1500  # of a map: what a browser redraws at once, and 32 maps of which fit into the page
QUANTITIES = {
    "discriminator": "discriminator's loss",
    "generator": "generator's (and encoder's) loss",
    "discriminator_accuracy": "share that the discriminator gets right",
    "mean_angle": "mean angle to the principal components' span, degrees",
    "largest_angle": "largest such angle, degrees",
    "captured_variance": "share of their variance inside the span",
}
SHOWN = 4  # lines at first
DISPLAYED = 84  # pixels of the screen that an image is wide


@dataclass(frozen=True)
class LatentMaps:
    """Maps of the test images' codes.

    Attributes:
        chart: A specification of Vega-Lite.
        images: All test images in one picture, as a data URL.
        columns: The number of images in a row of that picture.
        width: Of an image, in pixels of the screen.
        labels: Of all test images.
        neighbours: By variant, for each image shown, which of the other test images has the nearest code.
    """

    chart: dict[str, Any]
    images: str
    columns: int
    width: int
    labels: list[int]
    neighbours: dict[str, list[int]]

    @property
    def shown(self) -> int:
        """The number of images that are points of the maps."""
        return len(next(iter(self.neighbours.values())))


@dataclass(frozen=True)
class LossCurves:
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
class SnapshotStrip:
    """Samples of one variant from the same noise, by epoch.

    Attributes:
        variant: Its name.
        epochs: After which the samples were drawn.
        images: A row of samples an epoch, in one picture, as a data URL.
        width: Of a row, in pixels of the screen.
        height: Of a row, likewise.
    """

    variant: str
    epochs: list[int]
    images: str
    width: int
    height: int


@dataclass(frozen=True)
class Interactive:
    """Everything on the page that answers to the reader.

    Attributes:
        maps: None if no encoder has one.
        losses: None if nothing was trained.
        snapshots: One entry a variant.
    """

    maps: LatentMaps | None
    losses: LossCurves | None
    snapshots: Sequence[SnapshotStrip] = ()

    def data(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        data: dict[str, Any] = {"losses": asdict(self.losses) if self.losses else None}
        if maps := self.maps:
            data |= {"map": maps.chart, "labels": maps.labels, "neighbours": maps.neighbours, "columns": maps.columns, "width": maps.width}
        return data


def latent_maps(pixels: Arrays, maps: Mapping[str, Arrays]) -> LatentMaps | None:
    """Return the maps of some variants; None if there are no maps of these images.

    Args:
        pixels: `pixels` (N, C, H, W) uint8 and `labels` (N,) of the test images.
        maps: By variant, `test.positions` (M, 2) float32, `test.labels` (M,) and `test.neighbours` (M,), of the first M test images.
            A map whose labels are others is one of another data set, and left out.
    """
    labels = pixels["labels"]
    own = {variant: each for variant, each in maps.items() if np.array_equal(each["test.labels"], labels[: len(each["test.labels"])])}
    if not own:
        return None
    count = min(POINTS, *(len(each["test.positions"]) for each in own.values()))
    return LatentMaps(
        chart=charts.latent_map(pd.concat([_points(variant, each, count) for variant, each in own.items()])),
        images=sprite(pixels["pixels"]),
        columns=COLUMNS,
        width=DISPLAYED,
        labels=labels.tolist(),
        neighbours={variant: each["test.neighbours"][:count].tolist() for variant, each in own.items()},
    )


def _points(variant: str, found: Arrays, count: int) -> pd.DataFrame:
    """Return the first points of a map, scaled to [-1, 1] and rounded: a row an image."""
    positions = found["test.positions"]
    x, y = (positions[:count] / np.abs(positions).max()).round(3).astype(float).T
    labels = found["test.labels"][:count].astype(int)
    return pd.DataFrame({"variant": variant, "image": range(count), "label": labels, "x": x, "y": y})


def loss_curves(files: Mapping[str, Path]) -> LossCurves | None:
    """Return the losses by epoch of some variants; None if there are none.

    Args:
        files: By variant, tab-separated, a row an epoch.
    """
    if not files:
        return None
    rows = pd.concat([pd.read_csv(file, sep="\t").assign(variant=variant) for variant, file in files.items()]).round(5)
    columns = [str(column) for column in rows if column not in ("variant", "epoch", "learning_rate")]
    colours = {variant: COLOURS[number % len(COLOURS)] for number, variant in enumerate(files)}
    shown = list(files)[:SHOWN]
    chart = charts.losses(rows, columns[0], colours, shown)
    return LossCurves(chart, {name: QUANTITIES.get(name, name) for name in columns}, colours, shown)


def snapshots(variant: str, samples: Arrays) -> SnapshotStrip:
    """Return a variant's samples by epoch.

    Args:
        variant: Its name.
        samples: By the epoch's number, (N, C, H, W) uint8; other names are left out.
    """
    epochs = sorted(int(name) for name in samples if name.isdigit())
    beside, _, height, width = samples[str(epochs[0])].shape
    scale = max(1, DISPLAYED // (2 * width))
    images = sprite(np.concatenate([samples[str(epoch)] for epoch in epochs]), beside)
    return SnapshotStrip(variant, epochs, images, beside * width * scale, height * scale)
