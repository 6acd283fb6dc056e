"""Features of images: what an encoder makes of them."""

import torch
from torch import Tensor

from workflow.data import Images, scale
from workflow.networks.bigan import BiGAN

BATCH = 2000


@torch.no_grad()
def encode(gan: BiGAN, images: Images) -> dict[str, Tensor]:
    """Return the encoder's features of images: by name, (N, dimensions) float32, on the device of the images."""
    parts = [gan.features(scale(pixels.flatten(1), gan.recipe.scaling)) for pixels in images.pixels.split(BATCH)]
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
