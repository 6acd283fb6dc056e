"""What a training's steps know of a GAN, whatever its networks."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn

from workflow.data.batches import Batch
from workflow.io import tensors
from workflow.io.errors import UserError, first_line
from workflow.io.safetensors import read_about
from workflow.params.training import Training


class AdversarialModel(nn.Module):
    """Networks of a GAN: each family's module has one.

    Args:
        recipe: What the networks are like, a `Recipe` of the family.
        shape: Of an image, as the family's networks take it: (pixels,) or (channels, height, width).

    Attributes:
        pixels: Length of an image as a vector.
        discriminator: Maps examples to logits (N, 1).
    """

    Recipe: ClassVar[type[Training]]
    recipe: Training
    discriminator: nn.Module

    def __init__(self, recipe: Training, *shape: int) -> None:
        super().__init__()
        self.recipe = recipe
        self.shape = shape
        self.pixels = prod(shape)

    @property
    def conditional(self) -> bool:
        """Whether the generator is told the class of what it is to draw."""
        return False

    def prior(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32."""
        raise NotImplementedError

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return G(z), or G(z, c) where the classes `labels`: (N,) int64 are a condition."""
        raise NotImplementedError

    def encode(self, x: Tensor) -> Tensor:
        """Return E(x): (N, latent), where there is an encoder."""
        raise NotImplementedError

    def features(self, x: Tensor) -> dict[str, Tensor]:
        """Return what 1NN can compare of x: (N, pixels), by name, (N, dimensions) each."""
        raise NotImplementedError

    def logits(self, x: Tensor) -> Tensor:
        """Return E(x) before it is squashed into the range of z, where it is."""
        raise NotImplementedError

    def reconstruct(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return G(E(x)), or G(E(x), c)."""
        return self.generate(self.encode(x), labels)

    def examples(self, batch: Batch, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return real and generated examples as the discriminator takes them, the image first: (N, pixels, ...)."""
        raise NotImplementedError

    def generated(self, batch: Batch, z: Tensor) -> Tensor:
        """Return generated examples alone, where they need no real ones."""
        raise NotImplementedError

    def progress(self, share: float) -> None:
        """Change what changes over a run, of which a share in [0, 1) is over; most networks have nothing that does."""

    def both(self, batch: Batch, z: Tensor) -> Tensor:
        """Return what `examples` does as one tensor, the real ones first: (2N, pixels, ...). Gradients must be off."""
        return torch.cat(self.examples(batch, z))

    def judge(self, both: Tensor) -> tuple[Tensor, Tensor]:
        """Return the discriminator's logits of each, (N, 1): all at once, where it looks at each example by itself."""
        real, generated = self.discriminator(both).chunk(2)
        return real, generated

    def save(self, path: Path, made_by: dict[str, Any]) -> None:
        """Write the weights, and with them the recipe and what made them."""
        about = {"recipe": self.recipe.model_dump(), "shape": self.shape, "made_by": made_by}
        tensors.save(path, self.state_dict(), about)

    @classmethod
    def load(cls, path: Path, device: torch.device) -> Self:
        """Return trained networks, for inference; raise UserError if the file does not hold those of this family."""
        about = read_about(path)
        try:
            game = cls(cls.Recipe.model_validate(about["recipe"]), *about["shape"])
            game.load_state_dict(tensors.load(path))
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise UserError(f"{path}: not the weights of a {cls.__name__}: {first_line(error)}") from error
        return game.eval().to(device)

    def start(self, path: Path) -> None:
        """Take the weights of trained networks, in place; raise UserError if they are others."""
        try:
            self.load_state_dict(type(self).load(path, torch.device("cpu")).state_dict())
        except RuntimeError as error:
            raise UserError(f"{path}: not the networks of this variant: {str(error).splitlines()[-1].strip()}") from error


@contextmanager
def inference(network: nn.Module) -> Iterator[None]:
    """Have a network in inference mode for as long as the context lasts."""
    network.eval()
    try:
        yield
    finally:
        network.train()
