"""What a BiGAN of dense layers says in params.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from workflow.params.training import Training


class BiganRecipe(Training):
    """A BiGAN on images as vectors (Report A §2, Report B §3): generator, encoder and discriminator of dense layers."""

    recipe: Literal["bigan"]
    """The section of `recipes` that a variant starts from: what it leaves out is taken from there."""

    architecture: Literal["report", "donahue"]
    """report: the layers of Reports A and B. donahue: those of the code that Donahue et al. 2017 released."""

    latent: Annotated[int, Field(ge=1, le=65_536)]
    """Dimensions of z ~ U(-1, 1)."""

    hidden: Annotated[list[Annotated[int, Field(ge=1, le=65_536)]], Field(min_length=2, max_length=2)]
    """Widths of the two hidden layers of each of the three networks."""

    generator_activation: Literal["relu", "leaky-relu"]
    """Non-linearity of the generator's hidden layers; the encoder and the discriminator have LeakyReLU(0.2)."""

    initial_deviation: Annotated[float, Field(gt=0, le=10)]
    """Standard deviation of the normal distribution that the weights are drawn from; biases start at 0."""
