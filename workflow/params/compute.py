"""The `compute` section of params.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from workflow.params.model import Model


class Compute(Model):
    """What the numbers are computed on."""

    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:[0-9]+)?)$")]
    """auto takes a GPU if there is one."""

    threads: Annotated[int, Field(ge=1, le=256)]
    """CPU threads of a stage. Another number may round sums in another order, so it is a parameter like any other;
    dvc.yaml's `meta` says the same number to Snakemake."""

    numerics: Literal["portable", "fast"]
    """portable: in float32 on a CPU, the same bytes on any x86-64 processor with AVX2 and FMA, which costs up to a fifth of a step; see
    workflow/training/numerics.py. fast: whatever instructions the libraries choose on this processor."""

    cuda_graphs: bool = False
    """On a GPU, whether a step of dense networks is launched as one CUDA graph. Written, but not tried on a GPU yet."""
