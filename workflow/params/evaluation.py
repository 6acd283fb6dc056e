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


class Snapshots(Model):
    """G(z) of the same z as training goes on."""

    images: Annotated[int, Field(ge=1, le=10_000)]
    """How many."""

    epochs: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
    """After which epochs."""


class Samples(Model):
    """Samples and reconstructions (Report A figures 1 and 3)."""

    images: Annotated[int, Field(ge=1, le=1000)]
    """How many columns: as many G(z), and as many of the first test images with their G(E(x))."""


class Compute(Model):
    """What the numbers are computed on."""

    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:[0-9]+)?)$")]
    """auto takes a GPU if there is one."""

    threads: Annotated[int, Field(ge=1, le=256)]
    """CPU threads of a stage. Another number may round sums in another order, so it is a parameter like any other;
    dvc.yaml's `meta` says the same number to Snakemake."""
