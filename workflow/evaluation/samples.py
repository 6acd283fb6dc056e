"""What a trained GAN draws (Report A figures 1 and 3, Report B figures 2 and 4, Report C §4.1)."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from workflow.data.dataset import CLASSES, Images, scale, unscale
from workflow.networks.base import AdversarialModel

BATCH = 2000


@torch.no_grad()
def strips(gan: AdversarialModel, images: Images) -> dict[str, Tensor]:
    """Return G(z), x and G(E(x)) for the given images, as uint8 pixels; the classes of x go into conditional GANs.

    Args:
        gan: For inference, on the device of the images.
        images: N images; as many z are drawn from the prior.

    Returns:
        `generated`, `real` and `reconstructed`: (N, C, H, W) uint8; `labels`: (N,) uint8, the classes of x.
    """
    x = scale(images.pixels.flatten(1), gan.scaling)
    drawn = {
        "generated": gan.generate(gan.sample_latent(len(x), x.device), images.labels),
        "reconstructed": gan.reconstruct(x, images.labels),
    }
    shaped = {name: unscale(each, gan.scaling).reshape(images.pixels.shape) for name, each in drawn.items()}
    return {**shaped, "real": images.pixels, "labels": images.labels.to(torch.uint8)}


@torch.no_grad()
def samples(gan: AdversarialModel, labels: Tensor, shape: Sequence[int]) -> Images:
    """Return G(z), or G(z, c) where the GAN is conditional, a sample a label.

    Args:
        gan: For inference, on the device of the labels; z is drawn from PyTorch's generator.
        labels: (N,) int64.
        shape: Of an image: (C, H, W).
    """
    drawn = torch.cat([gan.generate(gan.sample_latent(len(part), labels.device), part) for part in labels.split(BATCH)])
    return Images(unscale(drawn, gan.scaling).reshape(len(labels), *shape), labels)


def of_each_class(gan: AdversarialModel, count: int, channels: int, device: torch.device) -> Images:
    """Return samples, `count` of each class one class after the other; of a GAN without a condition, as many of no class.

    Args:
        gan: Of square images, for inference, on the device; z is drawn from PyTorch's generator.
        count: Of each of the ten classes.
        channels: Of an image.
        device: Where the networks lie.
    """
    side = math.isqrt(gan.pixels // channels)
    return samples(gan, torch.arange(CLASSES, device=device).repeat_interleave(count), (channels, side, side))
