"""What a trained BiGAN draws (Report A figures 1 and 3, Report B figures 2 and 4)."""

import torch
from torch import Tensor

from workflow.data import Images, scale, unscale
from workflow.networks.bigan import BiGAN


@torch.no_grad()
def strips(gan: BiGAN, images: Images) -> dict[str, Tensor]:
    """Return G(z), x and G(E(x)) for the given images, as uint8 pixels; the classes of x go into conditional GANs.

    Args:
        gan: For inference, on the device of the images.
        images: N images; as many z are drawn from the prior.

    Returns:
        `generated`, `real` and `reconstructed`: (N, C, H, W) uint8; `labels`: (N,) uint8, the classes of x.
    """
    x = scale(images.pixels.flatten(1), gan.recipe.scaling)
    drawn = {
        "generated": gan.generate(gan.prior(len(x), x.device), images.labels),
        "reconstructed": gan.reconstruct(x, images.labels),
    }
    shaped = {name: unscale(each, gan.recipe.scaling).reshape(images.pixels.shape) for name, each in drawn.items()}
    return {**shaped, "real": images.pixels, "labels": images.labels.to(torch.uint8)}
