"""How tensors' memory is kept."""

import platform
import resource

import pytest
import torch

from workflow.params.compute import Compute
from workflow.training.device import prepare

PAGES = 4096  # of 4 KiB: a tensor as large as the largest of Report E's DCGAN
TENSORS = 4


def faults_of_tensors() -> int:
    """Return how many pages the system had to give for tensors that are written and freed."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    tensors = [torch.empty(PAGES * 1024).fill_(1.0) for _ in range(TENSORS)]
    del tensors
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to keep freed memory")
def test_memory_of_freed_tensors_is_there_for_the_next() -> None:
    prepare(Compute(device="cpu", threads=1, numerics="portable"))
    assert min(faults_of_tensors() for _ in range(5)) < TENSORS * PAGES / 10  # not at first, and not if a place is a little too small
