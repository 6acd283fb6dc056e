"""The evaluation sections of params.yaml."""

from typing import Annotated

from pydantic import Field

from workflow.params.model import Model


class Tsne(Model):
    """t-SNE of the codes (Report A figures 2 and 4, Report B figures 3 and 5)."""

    images: Annotated[int, Field(ge=10, le=70_000)]
    """How many training and how many test codes are mapped, each on a map of its own."""

    perplexity: Annotated[float, Field(gt=1, le=1000)]
    """Effective number of neighbours of a point."""

    early_exaggeration_iterations: Annotated[int, Field(ge=0, le=100_000)]
    """Iterations with the attraction between neighbours exaggerated twelve times, first."""

    iterations: Annotated[int, Field(ge=0, le=100_000)]
    """Iterations after those."""


class Samples(Model):
    """Samples and reconstructions (Report A figures 1 and 3)."""

    images: Annotated[int, Field(ge=1, le=1000)]
    """How many columns: as many G(z), and as many of the first test images with their G(E(x))."""
