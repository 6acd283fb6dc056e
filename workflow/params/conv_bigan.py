"""What a convolutional BiGAN says in params.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from workflow.params.model import Model
from workflow.params.training import LearningRate, Training, Width

Probability = Annotated[float, Field(ge=0, lt=1)]


class Noise(Model):
    """Gaussian noise on the images that the discriminator sees (Report C §3.2)."""

    std: Annotated[float, Field(ge=0, le=10)]
    """Standard deviation at the start, in the units of the scaled pixels; 0 adds none."""

    schedule: Literal["constant", "linear"]
    """Standard deviation over the run. linear: down to 0 at the end (Report C §4.2 suggests noise that varies)."""


class Dropout(Model):
    """Shares of what the discriminator's layers put out that are left out in training (Report C §3.1)."""

    channels: Probability
    """Of the maps, whole ones, after each convolution of the paths of the image and of the code."""

    units: Probability
    """Of the values, after each but the last convolution of the joint path."""


class ConvBiganRecipe(Training):
    """A convolutional BiGAN on images of 32×32 (Report C §3): generator, encoder and discriminator of convolutions."""

    latent: Width
    """Dimensions of z ~ N(0, 1)."""

    channels: Annotated[list[Width], Field(min_length=5, max_length=5)]
    """How many maps the five convolutions of the image's path have, from the image on; the generator has the same the other
    way round, and the layers of 1×1 have the last of them."""

    negative_slope: Annotated[float, Field(ge=0, le=1)]
    """Of every LeakyReLU: in the encoder and the discriminator."""

    reparametrized: bool
    """Whether the code is drawn from the normal distribution that the encoder puts out (§3.1), or is what it puts out."""

    noise: Noise
    """On the discriminator's images, drawn anew each time that it looks."""

    dropout: Dropout
    """In the discriminator."""

    learning_rate: LearningRate
    """Step size of both Adams at the start."""

    initial_std: Annotated[float, Field(gt=0, le=10)]
    """Standard deviation of the normal distributions that weights, around 0, and gains of batch normalization, around 1, are
    drawn from; biases and shifts start at 0."""

    scaling: Literal["signed"]
    """Range of the pixels, [-1, 1], as what the generator puts out (§3.1)."""

    batches: Literal["shuffled", "drawn"]
    """How the images of a batch are chosen. shuffled: each once an epoch. drawn: with replacement."""

    precision: Literal["float32", "bfloat16", "budget"]
    """bfloat16 computes matrix products and convolutions in bfloat16 (autocast); the weights stay float32. It changes what comes
    out. budget: the one of the two that the budget says."""
