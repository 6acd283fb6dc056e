"""A BiGAN training step against the loop that one would write, and against the machine's own rate.

    python -m benchmarks.training_step

Each row is a process of its own with both cores, and they take turns; numerics are fast but where it says portable. bfloat16 only
where the processor has AVX-512.
Needs data/raw/mnist and data/processed/mnist.safetensors, which `make demo` makes.
"""

import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import MNIST

from benchmarks.mnist import processed, torchvision_root
from benchmarks.timing import compare, show
from benchmarks.worker import Worker, compute, ours
from workflow.networks.bigan import BiGAN
from workflow.params.bigan import BiganRecipe
from workflow.params.model import load
from workflow.pipeline.trainings import computes_in_bfloat16
from workflow.training.families.bigan import FAMILY

STEPS = 40  # of a turn
ROUNDS = 7
THREADS = 2
EPOCHS = 400
PLAIN = "plain loop, float32"


def plain(recipe: BiganRecipe, root: Path) -> Iterator[None]:
    """Yield after each step of a loop as in most tutorials: images decoded one by one, a loss with sigmoid and
    BCELoss, Adam as it comes, and every backward pass through every weight.
    """
    torch.manual_seed(0)
    to_vector = transforms.Compose([transforms.ToTensor(), transforms.Lambda(torch.flatten)])
    loader = DataLoader(MNIST(root, transform=to_vector), batch_size=recipe.batch_size, shuffle=True, drop_last=True)
    gan = BiGAN(recipe, 784)
    discriminator = nn.Sequential(gan.discriminator, nn.Sigmoid())
    settings = recipe.optimizer
    adam = partial(torch.optim.Adam, lr=recipe.learning_rate, betas=(settings.beta1, settings.beta2), weight_decay=settings.l2)
    d_optimizer = adam(discriminator.parameters())
    g_optimizer = adam([*gan.generator.parameters(), *gan.encoder.parameters()])
    criterion = nn.BCELoss()
    ones, zeros = torch.ones(recipe.batch_size, 1), torch.zeros(recipe.batch_size, 1)
    for _ in itertools.count():
        for x, _ in loader:
            z = torch.rand(len(x), recipe.latent) * 2 - 1
            image, latents = gan.generator(z), gan.encoder(x)
            real, fake = torch.cat([x, latents], 1), torch.cat([image, z], 1)

            d_optimizer.zero_grad()
            d_loss = criterion(discriminator(real.detach()), ones) + criterion(discriminator(fake.detach()), zeros)
            d_loss.backward()
            d_optimizer.step()

            g_optimizer.zero_grad()
            g_loss = criterion(discriminator(fake), ones) + criterion(discriminator(real), zeros)
            g_loss.backward()
            g_optimizer.step()
            _ = d_loss.item(), g_loss.item()
            yield


def multiply(recipe: BiganRecipe, dtype: torch.dtype) -> Iterator[None]:
    """Yield after each step's matrix products, and nothing else."""
    operands = products(recipe, dtype)
    while True:
        for left, right in operands:
            left @ right
        yield


def products(recipe: BiganRecipe, dtype: torch.dtype) -> list[tuple[Tensor, Tensor]]:
    """Return operands of the shape of every matrix product that a step cannot do without.

    A layer of I inputs and O outputs on N images needs (N, I)·(I, O) forward, (N, O)·(O, I) for the gradient of its
    inputs, and (I, N)·(N, O) for that of its weights. G and E: once forward, both gradients, but none for the first
    layer's inputs. D, on real and on fake pairs: forward twice; weights' gradients once; inputs' gradients in both
    halves, but in the discriminator's own half not for the first layer.
    """
    size, (first, second) = recipe.batch_size, recipe.hidden

    def layers(inputs: int, outputs: int) -> list[tuple[int, int]]:
        return [(inputs, first), (first, second), (second, outputs)]

    shapes = []
    for network in (layers(recipe.latent, 784), layers(784, recipe.latent)):
        for number, (i, o) in enumerate(network):
            shapes += [(size, i, o), (i, size, o)] + [(size, o, i)] * (number > 0)
    for number, (i, o) in enumerate(layers(784 + recipe.latent, 1)):
        shapes += [(2 * size, i, o)] * 2 + [(i, 2 * size, o)] + [(2 * size, o, i)] * (2 if number else 1)
    return [(torch.rand(rows, inner).to(dtype), torch.rand(inner, columns).to(dtype)) for rows, inner, columns in shapes]


def main() -> None:
    """Print milliseconds a step, and the ratios."""
    recipe = BiganRecipe.model_validate(load()["recipes"]["bigan"])
    bfloat16 = recipe.model_copy(update={"precision": "bfloat16"})
    images = processed().train
    fast, portable = compute(THREADS, "fast"), compute(THREADS, "portable")
    with torchvision_root() as root:
        workers = {
            PLAIN: Worker(fast, STEPS, plain, recipe, root),
            "ours, float32": Worker(fast, STEPS, ours, FAMILY.build, recipe, images, EPOCHS),
            "ours, float32, portable": Worker(portable, STEPS, ours, FAMILY.build, recipe, images, EPOCHS),
            "matrix products alone, float32": Worker(fast, STEPS, multiply, recipe, torch.float32),
        }
        if computes_in_bfloat16():
            workers["ours, bfloat16"] = Worker(fast, STEPS, ours, FAMILY.build, bfloat16, images, EPOCHS)
            workers["matrix products alone, bfloat16"] = Worker(fast, STEPS, multiply, recipe, torch.bfloat16)
        seconds = compare({name: worker.turn for name, worker in workers.items()}, ROUNDS)
    show(seconds, PLAIN, "ms a step", 1000 / STEPS)
    print(workers[PLAIN].about["processor"])


if __name__ == "__main__":
    main()
