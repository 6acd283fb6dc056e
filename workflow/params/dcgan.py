"""What a convolutional GAN without an encoder says in params.yaml."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow.params.gan import GanRecipe, Normalization
from workflow.params.model import Model
from workflow.params.training import Width

Stride = Literal[1, 2]


class Projection(Model):
    """The dense layer from z to the generator's first maps."""

    filters: Width
    """How many maps; their side is the image's, divided by the strides of the layers above."""

    normalization: Normalization
    """Of each unit, before the non-linearity."""


class Convolution(Model):
    """A convolution, or a transposed one in a generator; "same" padding, so that only its stride changes the maps' side."""

    filters: Width
    """How many maps it makes."""

    stride: Stride
    """By how much it makes them smaller, or larger in a generator."""

    normalization: Normalization
    """Of each map, before the non-linearity. batch: by the batch. virtual: by a fixed reference batch and the example itself."""

    dropout: Annotated[float, Field(ge=0, lt=1)]
    """Share of the values that are set to zero after it in training."""


class Generator(Model):
    """From z to an image."""

    bias: bool
    """Whether layers that no normalization shifts have a bias."""

    projection: Projection
    """The first layer."""

    hidden: list[Convolution]
    """The transposed convolutions between it and the last one."""

    output_stride: Stride
    """Of the last transposed convolution, which makes the image's channels."""


class GradientPenalty(Model):
    """The discriminator's gradient between real and generated images should have length 1 (Gulrajani et al. 2017, eq. 3)."""

    weight: Annotated[float, Field(gt=0, le=1000)]
    """Of this loss beside the discriminator's own."""


class DcganRecipe(GanRecipe):
    """A GAN of convolutions (Report E §2 to §4, Report D §1)."""

    conditional: bool
    """Whether the generator is told the class beside z, as a one-hot vector, and the discriminator as ten more maps."""

    kernel: Literal[1, 3, 5, 7]
    """Side of every convolution's kernel."""

    negative_slope: Annotated[float, Field(ge=0, lt=1)]
    """Of every LeakyReLU for values below zero."""

    generator: Generator
    """Layers of the generator."""

    discriminator: Annotated[list[Convolution], Field(min_length=1)]
    """Layers of the discriminator; a dense one to the logit follows."""

    loss: Literal["cross-entropy", "wasserstein"]
    """What the two sides minimise, by its name in workflow/training/losses.py."""

    gradient_penalty: GradientPenalty | None
    """What joins the discriminator's loss, or null."""

    precision: Literal["float32", "bfloat16", "budget"]
    """bfloat16 computes matrix products and convolutions in bfloat16 (autocast); the weights stay float32. It changes what comes
    out. budget: the one of the two that the budget says."""

    @model_validator(mode="after")
    def _penalty_is_on_images(self) -> "DcganRecipe":
        if self.conditional and self.gradient_penalty:
            raise ValueError("gradient_penalty: found one, allowed with conditional true: null, as the class is no part of the image")
        return self
