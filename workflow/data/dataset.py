"""Data sets between the raw files and the device: uint8 on disk and in memory, scaled batch by batch."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from workflow.io import tensors
from workflow.io.errors import UserError
from workflow.io.safetensors import read_about
from workflow.params.training import Scaling

SPLITS = ("train", "test")
CLASSES = 10


@dataclass(frozen=True)
class Images:
    """Labelled images.

    Attributes:
        pixels: (N, C, H, W) uint8.
        labels: (N,) int64 in 0..9.
    """

    pixels: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, part: slice) -> "Images":
        return Images(self.pixels[part], self.labels[part])

    def to(self, device: torch.device) -> "Images":
        """Return the images on a device."""
        return Images(self.pixels.to(device), self.labels.to(device))


@dataclass(frozen=True)
class DataSet:
    """A data set's splits.

    Attributes:
        train: The training images, in the order of the official files.
        test: The test images, likewise, or the last of the official training images.
        validation_size: How many of the first training images are the validation split.
    """

    train: Images
    test: Images
    validation_size: int

    def to(self, device: torch.device) -> "DataSet":
        """Return the data set on a device."""
        return DataSet(self.train.to(device), self.test.to(device), self.validation_size)

    @property
    def validation(self) -> Images:
        """The validation split: the first training images (Report D §4: 5 000 of MNIST)."""
        return self.train[: self.validation_size]

    @property
    def fitting(self) -> Images:
        """The training images that are not in the validation split (Report D §4: 55 000 of MNIST)."""
        return self.train[self.validation_size :]


def save(path: Path, dataset: DataSet) -> None:
    """Write a data set, a byte a pixel."""
    named = {f"{split}.{part}": getattr(getattr(dataset, split), part).to(torch.uint8) for split in SPLITS for part in ("pixels", "labels")}
    tensors.save(path, named, {"validation_size": dataset.validation_size})


def load(path: Path) -> DataSet:
    """Read what `save` wrote; raise UserError if the file holds no data set."""
    named = tensors.load(path)
    try:
        train, test = (Images(named[f"{split}.pixels"], named[f"{split}.labels"].long()) for split in SPLITS)
        return DataSet(train, test, read_about(path)["validation_size"])
    except KeyError as error:
        raise UserError(f"{path}: not a data set: {error} is missing") from error


def scale(pixels: Tensor, scaling: Scaling) -> Tensor:
    """Return uint8 pixels as float32, in [-1, 1] if `signed`, else in [0, 1]."""
    return (pixels / 127.5).sub_(1) if scaling == "signed" else pixels / 255


def unscale(images: Tensor, scaling: Scaling) -> Tensor:
    """Return float images in the range of `scaling` as uint8 pixels, clipped and rounded."""
    unit = (images + 1) / 2 if scaling == "signed" else images
    return (unit.clamp(0, 1) * 255).round().to(torch.uint8)
