"""An epoch of the first conditional GAN of Report D's table 1 against the loop that one would write.

    python -m benchmarks.cgan_epoch

Neither has virtual batch normalization; what that costs is a row of its own. Needs data/raw/mnist and
data/processed/mnist.safetensors, which `make demo` makes.
"""

import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import one_hot
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import MNIST

from benchmarks.mnist import torchvision_root
from benchmarks.timing import compare, repeat, show
from workflow import data, paths
from workflow.cgan_training import trainer
from workflow.device import prepare
from workflow.networks.cgan import CGAN
from workflow.params.cgan import CganRecipe
from workflow.params.evaluation import Compute
from workflow.params.model import load, merged

STEPS = 60  # a tenth of an epoch
ROUNDS = 5


def ours(recipe: CganRecipe, images: data.Images) -> Iterator[None]:
    """Yield after each step of the project's own loop."""
    torch.manual_seed(0)
    run = trainer(recipe, images, epochs=recipe.epochs)
    while True:
        run.advance()
        yield


def plain(recipe: CganRecipe, root: Path) -> Iterator[None]:
    """Yield after each step of a loop as in most tutorials: images decoded one by one, real and generated ones judged one after
    the other, Adam as it comes, and every backward pass through every weight. Each side draws a z of its own, as in ours.
    """
    torch.manual_seed(0)
    to_vector = transforms.Compose([transforms.ToTensor(), transforms.Normalize(0.5, 0.5), transforms.Lambda(torch.flatten)])
    loader = DataLoader(MNIST(root, transform=to_vector), batch_size=recipe.batch_size, shuffle=True, drop_last=True)
    gan = CGAN(recipe, 784)
    betas = (recipe.optimizer.beta1, recipe.optimizer.beta2)
    d_optimizer = torch.optim.Adam(gan.discriminator.parameters(), recipe.optimizer.learning_rate, betas)
    g_optimizer = torch.optim.Adam(gan.generator.parameters(), recipe.generator_learning_rate, betas)
    criterion = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(recipe.batch_size, 1), torch.zeros(recipe.batch_size, 1)
    for _ in itertools.count():
        for x, labels in loader:
            condition = one_hot(labels, 10).float()

            z = torch.rand(len(x), recipe.latent) * 2 - 1
            image = gan.to_pixels(gan.generator(torch.cat([z, condition], 1)))
            d_optimizer.zero_grad()
            d_loss = criterion(gan.discriminator(torch.cat([x, condition], 1)), ones)
            d_loss = d_loss + criterion(gan.discriminator(torch.cat([image.detach(), condition], 1)), zeros)
            d_loss.backward()
            d_optimizer.step()

            z = torch.rand(len(x), recipe.latent) * 2 - 1
            image = gan.to_pixels(gan.generator(torch.cat([z, condition], 1)))
            g_optimizer.zero_grad()
            g_loss = criterion(gan.discriminator(torch.cat([image, condition], 1)), ones)
            g_loss.backward()
            g_optimizer.step()
            _ = d_loss.item(), g_loss.item()
            yield


def main() -> None:
    """Print seconds an epoch, and the ratios."""
    prepare(Compute(device="cpu", threads=1))
    virtual = CganRecipe.model_validate(load()["recipes"]["cgan"])
    recipe = CganRecipe.model_validate(merged(virtual.model_dump(), {"normalization": "none"}))
    images = data.load(paths.processed("mnist")).train
    with torchvision_root() as root:
        loops = {
            "plain loop": plain(recipe, root),
            "ours": ours(recipe, images),
            "ours, virtual batch normalization": ours(virtual, images),
        }
        seconds = compare({name: partial(repeat, partial(next, loop), STEPS) for name, loop in loops.items()}, ROUNDS)
    show(seconds, "plain loop", "s an epoch", len(images) // recipe.batch_size / STEPS)


if __name__ == "__main__":
    main()
