"""What a GAN makes of the same z as its training goes on (Report E figures 2, 6, 7 and 10)."""

import torch
from torch import Tensor

from workflow.data.dataset import CLASSES, Images, unscale
from workflow.networks.base import AdversarialModel, inference
from workflow.params.snapshots import Snapshots
from workflow.training.callbacks import Callback, Observation

SEED = 0  # of z, so that every variant and every seed shows the same


def snapshots(gan: AdversarialModel, images: Images, settings: Snapshots) -> Callback:
    """Return a callback that keeps the samples of some epochs, each under its number, and as many real images as `real`.

    They are (images, C, H, W) uint8; of conditional GANs, one class after the other.
    """
    device = images.pixels.device
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(SEED)
        z = gan.sample_latent(settings.images, device)
    labels = torch.arange(settings.images, device=device) % CLASSES

    def keep(epoch: int) -> Observation:
        kept = {"real": images.pixels[: settings.images]}
        if epoch in settings.epochs:
            kept[str(epoch)] = _samples(gan, z, labels)
        return Observation(tensors=kept)

    return keep


@torch.no_grad()
def _samples(gan: AdversarialModel, z: Tensor, labels: Tensor) -> Tensor:
    with inference(gan):
        return unscale(gan.generate(z, labels), gan.scaling)
