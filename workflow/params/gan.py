"""What a GAN without an encoder says in params.yaml, whatever its layers."""

from typing import Annotated, Literal

from pydantic import Field

from workflow.params.training import BatchNorm, LearningRate, Training, Width

Steps = Annotated[int, Field(ge=1, le=1000)]
Normalization = Literal["none", "batch", "virtual"]


class GanRecipe(Training):
    """A generator and a discriminator that step in turns."""

    latent: Width
    """Dimensions of z ~ U(-1, 1)."""

    batch_norm: BatchNorm
    """Constants of batch normalization, where there is any; the virtual one has an epsilon of 1e-5."""

    reference_images: Annotated[int, Field(ge=2, le=65_536)]
    """Size of the fixed batch that virtual batch normalization refers to, where there is any."""

    discriminator_learning_rate: LearningRate
    """Step size of the discriminator's Adam at the start."""

    generator_learning_rate: LearningRate
    """Step size of the generator's."""

    discriminator_steps: Steps
    """Steps of the discriminator a batch."""

    generator_steps: Steps
    """Steps of the generator a batch, after those."""

    latents: Literal["per-step", "per-batch"]
    """When z is drawn: anew for each of these steps, or once for all of a batch's."""

    batches: Literal["shuffled", "drawn"]
    """How the images of a batch are chosen. shuffled: each once an epoch. drawn: with replacement."""

    statistics: Literal["running"]
    """What batch normalization uses in inference: running averages from training."""
