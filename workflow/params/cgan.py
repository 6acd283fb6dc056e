"""What a conditional GAN of dense layers says in params.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from workflow.params.gan import GanRecipe, Normalization
from workflow.params.training import Width


class CganRecipe(GanRecipe):
    """A conditional GAN on images as vectors (Report D §2): generator and discriminator of dense layers."""

    generator: Annotated[list[Width], Field(min_length=1)]
    """Widths of the generator's hidden layers: [128] is the report's 128->784."""

    discriminator: Annotated[list[Width], Field(min_length=1)]
    """Widths of the discriminator's hidden layers: [128, 8] is the report's 128->8->1."""

    normalization: Normalization
    """Before the non-linearity of every hidden layer. batch: by the batch. virtual: by a fixed reference batch and the example itself."""

    precision: Literal["float32", "bfloat16"]
    """bfloat16 computes matrix products in bfloat16 (autocast); the weights stay float32. It changes what comes out."""
