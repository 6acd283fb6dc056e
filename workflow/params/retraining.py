"""The `retraining` section of params.yaml."""

from typing import Annotated

from pydantic import Field

from workflow.params.model import Model


class FineTuning(Model):
    """How a trained LeNet is trained further, with a new Adam; all else is as before."""

    epochs: Annotated[int, Field(ge=1, le=100_000)]
    """Passes over the validation split."""

    learning_rate: Annotated[float, Field(gt=0, le=10)]
    """Adam's step size, constant."""


class Retraining(Model):
    """LeNet trained as under `lenet`, but on mixtures of real and generated images (Report D §4)."""

    real: Annotated[list[Annotated[int, Field(ge=0, le=100)]], Field(min_length=1)]
    """Of each mixture, how many per cent are real."""

    fine_tuning: FineTuning
    """On the real validation split, after each mixture."""
