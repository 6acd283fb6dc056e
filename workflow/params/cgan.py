"""What a conditional GAN of dense layers says in params.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from workflow.params.training import Training, Width


class CganRecipe(Training):
    """A conditional GAN on images as vectors (Report D §2): generator and discriminator of dense layers."""

    recipe: Literal["cgan"]
    """The section of `recipes` that a variant starts from: what it leaves out is taken from there."""

    latent: Width
    """Dimensions of z ~ U(-1, 1)."""

    generator: Annotated[list[Width], Field(min_length=1)]
    """Widths of the generator's hidden layers: [128] is the report's 128->784."""

    discriminator: Annotated[list[Width], Field(min_length=1)]
    """Widths of the discriminator's hidden layers: [128, 8] is the report's 128->8->1."""

    normalization: Literal["none", "virtual"]
    """virtual: virtual batch normalization before the non-linearity of every hidden layer."""

    reference_images: Annotated[int, Field(ge=2, le=65_536)]
    """Size of the fixed batch that virtual batch normalization refers to."""

    generator_learning_rate: Annotated[float, Field(gt=0, le=10)]
    """Step size of the generator's Adam at the start; `optimizer` has the discriminator's, and all else for both."""

    discriminator_steps: Annotated[int, Field(ge=1, le=1000)]
    """Steps of the discriminator a batch, each with a z of its own."""

    generator_steps: Annotated[int, Field(ge=1, le=1000)]
    """Steps of the generator a batch, after those, each with a z of its own."""

    batches: Literal["shuffled", "drawn"]
    """How the images of a batch are chosen. shuffled: each once an epoch. drawn: with replacement."""

    statistics: Literal["running"]
    """Only batch normalization has averages to choose from, and there is none here."""

    precision: Literal["float32", "bfloat16"]
    """bfloat16 computes matrix products in bfloat16 (autocast); the weights stay float32. It changes what comes out."""
