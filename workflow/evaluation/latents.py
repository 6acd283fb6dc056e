"""What an encoder, or another network, makes of images."""

import torch
from torch import Tensor

from workflow.data.dataset import Images, scale
from workflow.networks.base import AdversarialModel
from workflow.networks.bigan import BiGAN

BATCH = 2000


@torch.no_grad()
def encode(gan: AdversarialModel, images: Images) -> Tensor:
    """Return E(x) of images: (N, latent) float32, on their device."""
    return torch.cat([gan.encode(scale(pixels.flatten(1), gan.scaling)) for pixels in images.pixels.split(BATCH)])


@torch.no_grad()
def features(gan: AdversarialModel, images: Images) -> dict[str, Tensor]:
    """Return all that 1NN compares of images: by name, (N, dimensions) float32, on their device.

    Those are a network's own `features`; and, of an encoder of dense layers, `code-255`: what it makes of pixels that nobody
    scaled, which is what Report B's published code measured.
    """
    parts = [_features(gan, pixels.flatten(1)) for pixels in images.pixels.split(BATCH)]
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}


def _features(gan: AdversarialModel, pixels: Tensor) -> dict[str, Tensor]:
    found = gan.features(scale(pixels, gan.scaling))
    return {**found, "code-255": gan.encode(pixels.float())} if isinstance(gan, BiGAN) and "code" in found else found
