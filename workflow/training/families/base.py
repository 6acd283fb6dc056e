"""What a family of networks tells a training stage."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from workflow.data.dataset import Images
from workflow.params.training import R
from workflow.training.loop import Trainer


@dataclass(frozen=True)
class Family(Generic[R]):
    """How a family's variants are trained. Each family's module has one, and no module imports another family's.

    Attributes:
        name: As params.yaml and its networks have it.
        recipe: What a variant says.
        build: Returns a run at its beginning, from a recipe, the training images on the device, a number of epochs, and the file of
            trained networks whose weights it starts from, or None to draw them. Raises UserError if those are other networks.
        capturable: Whether a recipe's steps do the same few operations every time, so that a CUDA graph can do them.
    """

    name: str
    recipe: type[R]
    build: Callable[[R, Images, int, Path | None], Trainer]
    capturable: Callable[[R], bool]
