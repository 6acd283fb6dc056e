"""Digests of the bytes that single operations, short trainings and evaluations come to, small enough for an emulated processor."""

import hashlib
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.helpers.runs import FAMILIES, recipe_of
from workflow.data.dataset import DataSet, Images, scale, unscale
from workflow.evaluation import baselines, classifier, clusters, fidelity, nearest_neighbour, principal_angles, reconstruction, tsne
from workflow.networks.bigan import BiGAN
from workflow.networks.lenet import LeNet
from workflow.params.compute import Compute
from workflow.params.evaluation import Tsne
from workflow.params.lenet import LenetRecipe
from workflow.training.device import computed_on, prepare
from workflow.training.optimizers import adam

Made = Callable[[], Iterable[Any]]


def compute(words: list[str]) -> dict[str, str]:
    """Return a digest of each computation whose name has one of the words, or of all."""
    device = prepare(Compute(device="cpu", threads=1, numerics="portable"))
    assert computed_on(device)["numerics"] == "portable"
    found = {}
    for name, made in {**operations(), **trainings(), **evaluations()}.items():
        if not words or any(word in name for word in words):
            torch.manual_seed(0)
            start = time.perf_counter()
            found[name] = _digest(made())
            print(f"{name} {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
    return found


def _digest(values: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for value in values:
        digest.update(np.ascontiguousarray(value.detach() if isinstance(value, Tensor) else value).tobytes())
    return digest.hexdigest()[:16]


def operations() -> dict[str, Made]:
    """Return what networks, losses and evaluations are put together from."""
    x = torch.randn(5003, generator=torch.Generator().manual_seed(1)) * 3
    positive, square = x.abs(), x[:400].view(20, 20).double()
    elementwise: dict[str, Callable[[Tensor], Tensor]] = {
        name: getattr(torch, name) for name in ("exp", "log1p", "tanh", "sigmoid", "sqrt", "rsqrt", "erf", "reciprocal")
    }
    elementwise |= {"softplus": functional.softplus, "leaky_relu": functional.leaky_relu, "logsigmoid": functional.logsigmoid}
    made: dict[str, Made] = {
        f"operation: {name}": partial(_of_each, of, [positive, positive[:13], positive[::2], positive.double()])
        for name, of in elementwise.items()
    }
    made |= {f"operation: linear {n}×{i}→{o}": partial(_linear, n, i, o) for n, i, o in LINEAR}
    made |= {
        f"operation: {name}, {form}": partial(_convolution, layer, shape, form) for name, layer, shape in CONVOLUTIONS for form in FORMATS
    }
    return {
        **made,
        "operation: random numbers": lambda: [torch.rand(999), torch.randn(999), torch.randperm(999), functional.dropout(x, 0.3)],
        "operation: log of float32": lambda: [positive.log()],
        "operation: entr of float64": lambda: [torch.special.entr(positive.double() % 1)],
        "operation: softmax": lambda: [x[:5000].view(50, 100).softmax(1), x[:5000].view(50, 100).double().log_softmax(1)],
        "operation: sums": lambda: [x.sum(), x.double().mean(), x.square().sum().sqrt(), x[:5000].view(50, 100).norm(dim=1), x.var()],
        "operation: sums by column": lambda: [x[:5000].view(50, 100).mean(0), x[:5000].view(5, 10, 100).sum((0, 2)), x.cumsum(0)],
        "operation: distances": lambda: [torch.cdist(x[:500].view(50, 10), x[500:1500].view(100, 10))],
        "operation: products of float64": lambda: [square @ square.T, square @ square[0], x[:700] @ x[:700]],
        "operation: decompositions": lambda: [
            *torch.linalg.qr(square),
            torch.linalg.svdvals(square),
            torch.linalg.pinv(square[:9].float()),
        ],
        "operation: resizing": lambda: [functional.interpolate(x[:784].view(1, 1, 28, 28), (32, 32), mode="bilinear")],
        "operation: batch normalization": _normalized,
        "operation: Adam": _adam,
        "operation: NumPy": partial(_numpy, square.numpy()),
    }


FORMATS = ("contiguous_format", "channels_last")
LINEAR = ((32, 784, 256), (64, 834, 64), (32, 256, 1), (1, 784, 10), (16, 1024, 128))  # images, inputs, outputs
CONVOLUTIONS: tuple[tuple[str, Callable[[], nn.Module], tuple[int, ...]], ...] = (
    ("convolution 1→64, stride 2", lambda: nn.Conv2d(1, 64, 5, 2, 2), (4, 1, 28, 28)),
    ("convolution 64→128, stride 2", lambda: nn.Conv2d(64, 128, 5, 2, 2), (2, 64, 14, 14)),
    ("convolution 6→16", lambda: nn.Conv2d(6, 16, 5), (4, 6, 14, 14)),
    ("transposed convolution 128→64, stride 2", lambda: nn.ConvTranspose2d(128, 64, 5, 2, 2, 1), (2, 128, 7, 7)),
)


def _of_each(of: Callable[[Tensor], Tensor], values: list[Tensor]) -> list[Tensor]:
    return [of(each) for each in values]


def _linear(images: int, inputs: int, outputs: int) -> list[Tensor]:
    return _with_gradients(nn.Linear(inputs, outputs), torch.randn(images, inputs))


def _convolution(layer: Callable[[], nn.Module], shape: tuple[int, ...], form: str) -> list[Tensor]:
    memory_format = getattr(torch, form)
    return _with_gradients(layer().to(memory_format=memory_format), torch.randn(shape).to(memory_format=memory_format))


def _with_gradients(layer: nn.Module, x: Tensor) -> list[Tensor]:
    y = layer(x.requires_grad_())
    return [y, *torch.autograd.grad(y.square().sum(), (x, *layer.parameters()))]


def _normalized() -> list[Tensor]:
    layers = ((nn.BatchNorm1d(60), (40, 60)), (nn.BatchNorm2d(12), (8, 12, 7, 7)))
    return [value for layer, shape in layers for value in _with_gradients(layer, torch.randn(shape))]


def _adam() -> list[Tensor]:
    layer = nn.Linear(60, 50)
    optimizer = adam([layer], 1e-3, recipe_of("bigan").optimizer)
    for _ in range(3):
        layer.weight.grad, layer.bias.grad = torch.randn(50, 60), torch.randn(50)
        optimizer.step()
    return list(layer.parameters())


def _numpy(square: np.ndarray[Any, np.dtype[np.float64]]) -> list[Any]:
    positive = np.abs(square)
    functions = (np.exp, np.log, np.tanh, np.sqrt, np.log1p, np.sum, np.std)
    return [
        *(f(positive) for f in functions),
        np.arcsin(positive % 1),
        square @ square.T,
        *np.linalg.svd(square),
        *np.linalg.eigh(square @ square.T),
    ]


def images(count: int, side: int = 28) -> Images:
    """Return smooth pictures of ten classes, always the same."""
    noise = torch.randn(count, 1, side // 4, side // 4, generator=torch.Generator().manual_seed(5))
    pixels = functional.interpolate(noise, (side, side)).mul(80).add(128).clamp(0, 255).to(torch.uint8)
    return Images(pixels, torch.arange(count) % 10)


TRAININGS: Mapping[str, tuple[str, dict[str, Any], int]] = {
    # a name, the family, changes of its recipe, and how many steps
    "bigan": ("bigan", {"hidden": [256, 192], "batch_size": 32}, 3),
    "bigan, its code and triplets": (
        "bigan",
        {
            "hidden": [128, 96],
            "batch_size": 16,
            "normalization": "after-activation",
            "updates": "discriminator-twice",
            "triplets": {"weight": 1.0, "margin": 0.3, "mining": "batch-hard", "pairs": 4, "negatives": 4},
        },
        2,
    ),
    "bigan, as Donahue": ("bigan", {"hidden": [96, 128], "batch_size": 16, "architecture": "donahue", "updates": "simultaneous"}, 2),
    "cgan": ("cgan", {"batch_size": 20, "reference_images": 20}, 2),
    "linear gan": ("linear_gan", {"batch_size": 50}, 2),
    "dcgan": ("dcgan", {"batch_size": 2, "precision": "float32"}, 1),
    "wgan-gp": ("dcgan", {"batch_size": 2, "precision": "float32", "loss": "wasserstein", "gradient_penalty": {"weight": 10.0}}, 1),
    "conv bigan": ("conv_bigan", {"batch_size": 2, "precision": "float32", "channels": [32, 64, 128, 128, 128]}, 1),
}


def trainings() -> dict[str, Made]:
    """Return a short training of each family."""
    return {f"training: {name}": partial(_trained, *settings) for name, settings in TRAININGS.items()}


def _trained(family: str, changes: dict[str, Any], steps: int) -> list[Tensor]:
    trainer = FAMILIES[family].build(recipe_of(family, **changes), images(100), 4, None)
    for _ in range(steps):
        trainer.advance()
    return [*trainer.update.gan.state_dict().values(), *trainer.totals.values()]


def evaluations() -> dict[str, Made]:
    """Return what is measured, on few images."""
    return {
        "evaluation: scaling": _scaled,
        "evaluation: 1NN": _neighbours,
        "evaluation: PCA": _pca,
        "evaluation: principal angles": _angles,
        "evaluation: clusters": lambda: clusters.measure(_points(200, 10), torch.arange(200) % 10).values(),
        "evaluation: t-SNE": lambda: [tsne.embed(_points(100, 10), TSNE, 1)],
        "evaluation: LeNet": lambda: _lenet().state_dict().values(),
        "evaluation: fidelity": _fidelity,
        "evaluation: reconstructions": _reconstructions,
    }


TSNE = Tsne(images=100, perplexity=10, early_exaggeration_iterations=10, iterations=10)


def _points(count: int, dimensions: int) -> Tensor:
    return torch.randn(count, dimensions) + 3 * torch.randn(10, dimensions)[torch.arange(count) % 10]


def _scaled() -> list[Tensor]:
    pixels = torch.arange(256, dtype=torch.uint8)
    scaled = [scale(pixels, scaling) for scaling in ("unit", "signed")]
    return [*scaled, unscale(scaled[0] * 0.999, "unit"), unscale(scaled[1] * 0.999, "signed")]


def _neighbours() -> list[Tensor]:
    queries, references = torch.randn(150, 20), torch.randn(700, 20)
    tied = (2 * queries).round(), (2 * references).round()
    return [nearest_neighbour.nearest(queries, references), nearest_neighbour.nearest(references, None), nearest_neighbour.nearest(*tied)]


def _pca() -> list[Tensor]:
    dataset = DataSet(images(200, 12), images(50, 12), 0)
    return [*baselines.pca(dataset), baselines.reconstructions(dataset).pixels]


def _angles() -> list[float]:
    return list(principal_angles.beside_pca(torch.randn(144, 10), baselines.fit_pca(images(200, 12), None)).values())


def _lenet() -> LeNet:
    lenet = LeNet(1)
    classifier.train(lenet, images(100), LenetRecipe(batch_size=20, epochs=1, learning_rate=2e-3, loss="cross-entropy", seed=0))
    return lenet


def _fidelity() -> list[float]:
    outputs = [fidelity.lenet_outputs(_lenet(), part.pixels) for part in (images(120), images(200)[80:], images(300)[100:])]
    return list(fidelity.measure(*outputs).values())


def _reconstructions() -> list[float]:
    gan = BiGAN(recipe_of("bigan", hidden=[64, 64]), 784).eval()
    return list(reconstruction.measure(gan, _lenet(), images(100)).values())
