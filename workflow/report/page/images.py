"""Pictures inside the page, and what lies nearest to what."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

COLOURS = 128  # of a picture on the page: a third of the bytes
DIFFERENCE = 2.0  # of 255, on average, that this may make: more than in any figure but those of photographs in colour
COLUMNS = 100
STEP = 17  # leaves 16 of 256 greys: two thirds of the bytes
PART = 500


def data_url(image: Image.Image) -> str:
    """Return an image as an address that holds it."""
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def picture(png: Path) -> str:
    """Return a picture on disk as an address that holds it: in fewer colours, if it looks the same."""
    with Image.open(png) as found:
        whole = found.convert("RGB")
    fewer = whole.quantize(COLOURS, dither=Image.Dither.NONE)
    same = np.asarray(ImageChops.difference(whole, fewer.convert("RGB"))).mean() < DIFFERENCE
    return data_url(fewer if same else whole)


def sprite(pixels: NDArray[Any], columns: int = COLUMNS) -> str:
    """Return images in one picture, row by row, as an address that holds it.

    Args:
        pixels: (N, C, H, W) uint8, of one channel or three.
        columns: How many lie beside each other.
    """
    count, channels, height, width = pixels.shape
    rows = -(-count // columns)
    whole = np.zeros((rows * columns, channels, height, width), np.uint8)
    whole[:count] = (pixels.astype(np.uint16) + STEP // 2) // STEP * STEP
    sheet = whole.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2).reshape(rows * height, columns * width, channels)
    return data_url(Image.fromarray(sheet[:, :, 0] if channels == 1 else sheet))


def nearest(codes: NDArray[Any], count: int) -> NDArray[Any]:
    """Return for each of the first codes which of all the others lies nearest (Euclidean), as Report A looks for it.

    Args:
        codes: (N, dimensions) float32.
        count: How many are looked at.

    Returns:
        (count,) int64.
    """
    squares = (codes * codes).sum(1)
    found = []
    for start in range(0, count, PART):
        part = codes[start : min(start + PART, count)]
        distances = squares - 2 * part @ codes.T
        distances[np.arange(len(part)), start + np.arange(len(part))] = np.inf
        found.append(distances.argmin(1))
    return np.concatenate(found)
