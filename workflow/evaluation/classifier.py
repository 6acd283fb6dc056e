"""LeNet as the classifier of images: trained on real ones, it names the class of any (Report D §3)."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, optim
from torch.nn import functional
from tqdm import trange

from workflow.data.dataset import CLASSES, Images, scale
from workflow.networks.lenet import LeNet
from workflow.params.lenet import LenetRecipe

BATCH = 2000


def written_out(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean cross-entropy as it is written, -Σ y·log softmax: not a number once a probability is 0, for 0·log 0 is none."""
    return -(functional.one_hot(labels, CLASSES) * logits.softmax(1).log()).sum(1).mean()


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {"cross-entropy": functional.cross_entropy, "written-out": written_out}


def train(lenet: LeNet, images: Images, recipe: LenetRecipe) -> None:
    """Train LeNet in place by Adam on its loss, each epoch in an order drawn from PyTorch's generator.

    Args:
        lenet: On the device of the images.
        images: N images; an epoch's last batch holds what is left of them.
        recipe: How to train.
    """
    adam = optim.Adam(lenet.parameters(), recipe.learning_rate, fused=True)
    for _ in trange(recipe.epochs, unit="epoch", disable=None):
        order = torch.randperm(len(images), device=images.labels.device)
        for chosen in order.split(recipe.batch_size):
            adam.zero_grad()
            LOSSES[recipe.loss](lenet(scale(images.pixels[chosen], "unit")), images.labels[chosen]).backward()
            adam.step()


@torch.no_grad()
def classify(lenet: LeNet, pixels: Tensor) -> Tensor:
    """Return the classes, (N,) int64 in 0..9, that LeNet gives images, (N, C, H, W) uint8."""
    return torch.cat([lenet(scale(part, "unit")).argmax(1) for part in pixels.split(BATCH)])


def measure(lenet: LeNet, images: Images) -> dict[str, float]:
    """Return LeNet's `accuracy` on labelled images, in per cent, and its number of `errors`."""
    errors = int((classify(lenet, images.pixels) != images.labels).sum())
    return {"accuracy": 100 - 100 * errors / len(images), "errors": errors}


def entropy(classes: Tensor) -> float:
    """Return the entropy in bits of the histogram of classes, (N,) int64: from 0 for a single one to log2(10)."""
    share = torch.bincount(classes.cpu(), minlength=CLASSES).double() / len(classes)
    return float(torch.special.entr(share).sum()) / math.log(2)
