"""The `precision` section of params.yaml."""

from typing import Annotated

from pydantic import Field

from workflow.params.model import Model, Name


class PrecisionStudy(Model):
    """The variant `bigan` from the same seed in several precisions: losses and 1NN by epoch."""

    epochs: Annotated[int, Field(ge=1, le=200)]
    """How long, whatever the budget: the beginning of Report A's 400 epochs, while the learning rate is constant."""

    compared: Annotated[list[Name], Field(min_length=1)]
    """Values that a recipe's `precision` may have."""
