"""The `snapshots` section of params.yaml."""

from typing import Annotated

from pydantic import Field

from workflow.params.model import Model


class Snapshots(Model):
    """G(z) of the same z as training goes on."""

    images: Annotated[int, Field(ge=1, le=10_000)]
    """How many."""

    epochs: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
    """After which epochs."""
