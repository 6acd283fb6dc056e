"""From a data set's raw files to its splits."""

from pathlib import Path

import torch

from workflow.data import idx, svhn
from workflow.data.dataset import CLASSES, SPLITS, DataSet, Images
from workflow.io.errors import UserError
from workflow.params.data import Split

IDX_NAMES = {"train": "train", "test": "t10k"}


def preprocess(raw: Path, split: Split) -> DataSet:
    """Read the IDX files of a folder, or SVHN's; raise UserError if they do not fit together, or are too few for the split."""
    read = _read_svhn if (raw / "train_32x32.mat").exists() else _read_idx
    train, test = (read(raw, name) for name in SPLITS)
    kept = len(train) - split.held_out
    if split.validation >= kept:
        raise UserError(f"{raw}: found a validation split of {split.validation}, allowed: less than its {kept} images")
    sizes = [tuple(images.pixels.shape[1:]) for images in (train, test)]
    if sizes[0] != sizes[1] or 0 in sizes[0]:
        raise UserError(f"{raw}: found images of {sizes[0]} to train and of {sizes[1]} to test, allowed: all of one size, and not empty")
    return DataSet(train[:kept], train[kept:] if split.held_out else test, split.validation)


def _read_svhn(raw: Path, split: str) -> Images:
    pixels, labels = map(torch.from_numpy, svhn.read(raw / f"{split}_32x32.mat"))
    return Images(pixels, labels.long())


def _read_idx(raw: Path, split: str) -> Images:
    files = [raw / f"{IDX_NAMES[split]}-{part}" for part in ("images-idx3-ubyte", "labels-idx1-ubyte")]
    pixels, labels = map(torch.from_numpy, map(idx.read, files))
    if pixels.ndim != 3 or labels.ndim != 1 or len(pixels) != len(labels):
        shapes = f"shapes {tuple(pixels.shape)} and {tuple(labels.shape)}"
        raise UserError(f"{files[0]}, {files[1].name}: found {shapes}, allowed: (N, height, width) and (N,)")
    if len(labels) == 0 or labels.max() >= CLASSES:
        raise UserError(f"{files[1]}: found labels up to {labels.max() if len(labels) else 'none'}, allowed: 0 to {CLASSES - 1}")
    return Images(pixels.unsqueeze(1), labels.long())
