"""What a GAN makes of the same z as its training goes on (Report E figures 2, 6, 7 and 10)."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from workflow.data.dataset import CLASSES, unscale
from workflow.networks.base import inference
from workflow.networks.gan import GAN
from workflow.params.evaluation import SamplesByEpoch

SEED = 0  # of z, so that every variant and every seed shows the same


def fixed_samples(gan: GAN, shown: SamplesByEpoch, device: torch.device) -> Callable[[int], dict[str, Tensor]]:
    """Return a function of an epoch's number that returns the samples then, under that number, if they are to be kept.

    They are (images, C, H, W) uint8; of conditional GANs, one class after the other. Drawing z leaves PyTorch's random numbers as
    they are.
    """
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(SEED)
        z = gan.prior(shown.images, device)
    return partial(_samples, gan, z, torch.arange(shown.images, device=device) % CLASSES, shown.epochs)


@torch.no_grad()
def _samples(gan: GAN, z: Tensor, labels: Tensor, epochs: list[int], epoch: int) -> dict[str, Tensor]:
    if epoch not in epochs:
        return {}
    with inference(gan):
        return {str(epoch): unscale(gan.generate(z, labels), gan.recipe.scaling)}
