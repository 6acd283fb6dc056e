"""Pictures inside the page."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image, ImageChops

from workflow.report.figures.style import NO_DATE, PHONE_WIDTH, WIDTH, laid_out

MOST_COLOURS = 128  # of a picture on the page: a third of the bytes
DIFFERENCE = 2.0  # of 255, on average, that this may make: more than in any figure but those of photographs in colour
COMPRESSION = 8  # 9 makes the page one per cent smaller, and takes three times as long
COLUMNS = 100
STEP = 17  # leaves 16 of 256 greys: two thirds of the bytes
DPI, PHONE_DPI = 110, 180  # a phone has about two pixels where the page counts one

Draw = Callable[[float], Figure]  # given a width in inches


@dataclass(frozen=True)
class Drawing:
    """A figure that the page draws, as data URLs.

    Attributes:
        page: In the page's width.
        phone: In a phone's.
    """

    page: str
    phone: str


def drawing(draw: Draw) -> Drawing:
    """Return a figure as the page shows it."""
    return Drawing(_figure_url(draw(WIDTH), DPI), _figure_url(draw(PHONE_WIDTH), PHONE_DPI))


def data_url(image: Image.Image) -> str:
    """Return an image as a data URL."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=COMPRESSION)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _figure_url(figure: Figure, dpi: int) -> str:
    file = io.BytesIO()
    figure.set_dpi(dpi)
    figure.savefig(file, format="png", dpi=dpi, bbox_inches=laid_out(figure), metadata=NO_DATE[".png"], pil_kwargs={"compress_level": 1})
    file.seek(0)
    return embed(file)


def embed(png: Path | io.BytesIO) -> str:
    """Return a picture as a data URL, in fewer colours if that looks the same."""
    with Image.open(png) as found:
        whole = found.convert("RGB")
    fewer = whole.quantize(MOST_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)  # a dot keeps its colour, however small
    same = np.asarray(ImageChops.difference(whole, fewer.convert("RGB"))).mean() < DIFFERENCE
    return data_url(fewer if same else whole)


def sprite(pixels: NDArray[Any], columns: int = COLUMNS) -> str:
    """Return images in one picture, row by row, as a data URL.

    Args:
        pixels: (N, C, H, W) uint8, of one channel or three.
        columns: The number of images in a row.
    """
    count, channels, height, width = pixels.shape
    rows = -(-count // columns)
    whole = np.zeros((rows * columns, channels, height, width), np.uint8)
    whole[:count] = (pixels.astype(np.uint16) + STEP // 2) // STEP * STEP
    sheet = whole.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2).reshape(rows * height, columns * width, channels)
    return data_url(Image.fromarray(sheet[:, :, 0] if channels == 1 else sheet))
