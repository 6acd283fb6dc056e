"""What a linear GAN says in params.yaml."""

from typing import Literal

from workflow.params.training import LearningRate, Training, Width


class LinearGanRecipe(Training):
    """A linear generator against a quadratic discriminator (Report D §5): of `optimizer`, l2 is the discriminator's penalty alone."""

    latent: Width
    """Dimensions of z ~ N(0, 1): of the generator's span, and of PCA's beside it."""

    learning_rate: LearningRate
    """Step size of both Adams at the start."""

    batches: Literal["shuffled", "drawn"]
    """How the images of a batch are chosen. shuffled: each once an epoch. drawn: with replacement."""

    statistics: Literal["running"]
    """Only batch normalization has averages to choose from, and there is none here."""

    precision: Literal["float32", "bfloat16"]
    """bfloat16 computes matrix products in bfloat16 (autocast); the weights stay float32. It changes what comes out."""
