"""What LeNet says in params.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from workflow.params.model import Model


class LenetRecipe(Model):
    """How LeNet is trained, by Adam on images in [0, 1].

    It is an instrument that measures the GANs, so no budget changes it, but one that tests a hypothesis about a report's own.
    """

    batch_size: Annotated[int, Field(ge=1, le=65_536)]
    """Images a step."""

    epochs: Annotated[int, Field(ge=1, le=100_000)]
    """Passes over the training images outside the validation split."""

    learning_rate: Annotated[float, Field(gt=0, le=10)]
    """Adam's step size, constant."""

    loss: Literal["cross-entropy", "written-out"]
    """written-out: -Σ y·log softmax as it is written, which is not a number once a class has a probability of 0 in float32."""

    seed: Annotated[int, Field(ge=0, lt=2**31)]
    """Draws the first weights and the order of the images."""
