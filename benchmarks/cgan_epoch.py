"""An epoch of the first conditional GAN of Report D's table 1 against the loop that one would write.

    python -m benchmarks.cgan_epoch

As the report has it, with virtual batch normalization, and without any. The loop that one would write has all cores, as it comes;
ours has one thread, and a sweep trains as many runs at once as there are cores: that is a row of its own. Each makes whole epochs in
turn. Needs data/raw/mnist and data/processed/mnist.safetensors, which `make demo` makes.
"""

import itertools
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import MNIST

from benchmarks.mnist import processed, torchvision_root
from benchmarks.timing import compare, show
from benchmarks.worker import Worker, compute, ours, together
from workflow.data import dataset as data
from workflow.params.cgan import CganRecipe
from workflow.params.model import load, merged
from workflow.training.families.cgan import FAMILY

ROUNDS = 5


def plain(recipe: CganRecipe, root: Path) -> Iterator[None]:
    """Yield after each step of a loop as in most tutorials: images decoded one by one, real and fake ones discriminated one after
    the other, layers and Adam as they come, and every backward pass through every weight. Each side draws a z of its own, as in ours.
    """
    torch.manual_seed(0)
    to_vector = transforms.Compose([transforms.ToTensor(), transforms.Normalize(0.5, 0.5), transforms.Lambda(torch.flatten)])
    loader = DataLoader(MNIST(root, transform=to_vector), batch_size=recipe.batch_size, shuffle=True, drop_last=True)
    x, labels = next(iter(loader))
    condition, z = one_hot(labels, 10).float(), torch.rand(len(x), recipe.latent) * 2 - 1
    network = Plain if recipe.normalization == "none" else PlainVirtual
    generator = network([*recipe.generator, 784], nn.Tanh(), torch.cat([z, condition], 1))
    discriminator = network([*recipe.discriminator, 1], nn.Identity(), torch.cat([x, condition], 1))
    betas = (recipe.optimizer.beta1, recipe.optimizer.beta2)
    d_optimizer = torch.optim.Adam(discriminator.parameters(), recipe.discriminator_learning_rate, betas)
    g_optimizer = torch.optim.Adam(generator.parameters(), recipe.generator_learning_rate, betas)
    criterion = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(recipe.batch_size, 1), torch.zeros(recipe.batch_size, 1)
    for _ in itertools.count():
        for x, labels in loader:
            condition = one_hot(labels, 10).float()

            z = torch.rand(len(x), recipe.latent) * 2 - 1
            image = generator(torch.cat([z, condition], 1))
            d_optimizer.zero_grad()
            d_loss = criterion(discriminator(torch.cat([x, condition], 1)), ones)
            d_loss = d_loss + criterion(discriminator(torch.cat([image.detach(), condition], 1)), zeros)
            d_loss.backward()
            d_optimizer.step()

            z = torch.rand(len(x), recipe.latent) * 2 - 1
            image = generator(torch.cat([z, condition], 1))
            g_optimizer.zero_grad()
            g_loss = criterion(discriminator(torch.cat([image, condition], 1)), ones)
            g_loss.backward()
            g_optimizer.step()
            _ = d_loss.item(), g_loss.item()
            yield


class Plain(nn.Module):
    """A dense network with one hidden layer, the reference batch being of no use to it."""

    def __init__(self, widths: list[int], last: nn.Module, reference: Tensor) -> None:
        super().__init__()
        hidden, outputs = widths
        self.layers = nn.Sequential(nn.Linear(reference.shape[1], hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, outputs), last)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, outputs)."""
        out: Tensor = self.layers(x)
        return out


class PlainVirtual(Plain):
    """The same with virtual batch normalization, as its definition reads (Salimans et al. 2016, §3.4)."""

    def __init__(self, widths: list[int], last: nn.Module, reference: Tensor) -> None:
        super().__init__(widths, last, reference)
        self.reference = reference
        self.gain, self.shift = nn.Parameter(torch.ones(widths[0])), nn.Parameter(torch.zeros(widths[0]))

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, outputs), each example normalized with the reference batch and itself."""
        first, *others = self.layers
        x, reference = first(x), first(self.reference)
        n = len(reference)
        mean = (n * reference.mean(0) + x) / (n + 1)
        variance = (n * reference.square().mean(0) + x.square()) / (n + 1) - mean.square()
        x = self.gain * (x - mean) / torch.sqrt(variance + 1e-5) + self.shift
        for layer in others:
            x = layer(x)
        return x


def main() -> None:
    """Print seconds an epoch and run, and the ratios."""
    recipe = CganRecipe.model_validate(load()["recipes"]["cgan"])
    images = processed().train
    with torchvision_root() as root:
        for title, normalization in (("virtual batch normalization", "virtual"), ("no normalization", "none")):
            print(title)
            show_epochs(CganRecipe.model_validate(merged(recipe.model_dump(), {"normalization": normalization})), images, root)


def show_epochs(recipe: CganRecipe, images: data.Images, root: Path) -> None:
    """Print seconds an epoch and run of one recipe, and the ratios."""
    cores = os.cpu_count() or 1
    steps = len(images) // recipe.batch_size
    given = (ours, FAMILY.build, recipe, images, recipe.epochs)
    loops = {
        "plain loop": [Worker(compute(cores, "portable"), steps, plain, recipe, root)],
        "ours": [Worker(compute(1, "portable"), steps, *given)],
        f"ours, {cores} runs at once": [Worker(compute(1, "portable"), steps, *given) for _ in range(cores)],
    }
    seconds = compare({name: partial(together, workers) for name, workers in loops.items()}, ROUNDS)
    for worker in itertools.chain.from_iterable(loops.values()):
        worker.end()
    show({name: value / len(loops[name]) for name, value in seconds.items()}, "plain loop", "s an epoch")


if __name__ == "__main__":
    main()
