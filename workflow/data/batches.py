"""Which images a step of a training sees."""

from dataclasses import dataclass

import torch
from torch import Tensor

from workflow.data.dataset import Images, scale
from workflow.data.triplets import Triplets
from workflow.io.errors import UserError
from workflow.params.training import Training


@dataclass(frozen=True)
class Batch:
    """What a step sees.

    Attributes:
        x: (N, C, H, W) float32, real images in the recipe's range.
        labels: (N,) int64, their classes.
        triplets: (3, N, C, H, W) float32, anchors, positives and negatives, where a recipe has any.
    """

    x: Tensor
    labels: Tensor
    triplets: Tensor | None = None


class Batches:
    """The batches of an epoch after the other, drawn from PyTorch's generator of random numbers.

    Args:
        images: The training images, on the device.
        recipe: Its `batches` says how images are chosen, its `batch_size` and `scaling` the rest.
        triplets: Where the triplets come from, if there are any; for `batches: anchors` there must be.

    Raises:
        UserError: If an epoch would have no whole batch.
    """

    def __init__(self, images: Images, recipe: Training, triplets: Triplets | None) -> None:
        if recipe.batch_size > len(images):
            raise UserError(f"batch_size: found {recipe.batch_size}, allowed: at most the {len(images)} training images")
        self.images = images
        self.recipe = recipe
        self.triplets = triplets
        self.order = torch.empty(0, dtype=torch.int64, device=images.pixels.device)

    def __len__(self) -> int:
        return len(self.images) // self.recipe.batch_size

    def batch(self, position: int) -> Batch:
        """Return the batch at a position of the epoch; position 0 begins another epoch."""
        if position == 0 and self.recipe.batches == "shuffled":
            self.order = torch.randperm(len(self.images), device=self.order.device)
        drawn = self.triplets.draw(self.recipe.batch_size) if self.triplets else None
        return self._of(self._chosen(position, drawn), drawn)

    def at_random(self) -> Batch:
        """Return a batch drawn with replacement, of as many images as there are, at most `batch_size`."""
        size = min(self.recipe.batch_size, len(self.images))
        return self._of(torch.randint(len(self.images), (size,), device=self.order.device), None)

    def _chosen(self, position: int, drawn: Tensor | None) -> Tensor:
        size = self.recipe.batch_size
        if self.recipe.batches == "anchors" and drawn is not None:
            return drawn[0]
        if self.recipe.batches == "shuffled":
            return self.order[position * size : (position + 1) * size]
        return torch.randint(len(self.images), (size,), device=self.order.device)

    def _of(self, chosen: Tensor, drawn: Tensor | None) -> Batch:
        triplets = None if drawn is None else scale(self.images.pixels[drawn], self.recipe.scaling)
        x = scale(self.images.pixels.index_select(0, chosen), self.recipe.scaling)  # copies rows; [chosen] copies bytes
        return Batch(x, self.images.labels.index_select(0, chosen), triplets)
