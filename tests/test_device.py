"""How tensors' memory is kept."""

import platform
import resource

import pytest
import torch

from workflow.device import prepare
from workflow.params.evaluation import Compute

PAGES = 4096  # of 4 KiB: a tensor as large as the largest of Report E's DCGAN


def faults_of_a_tensor() -> int:
    """Return how many pages the system had to give for a tensor that is written and freed."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.empty(PAGES * 1024).fill_(1.0)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to keep freed memory")
def test_memory_of_a_freed_tensor_is_there_for_the_next() -> None:
    prepare(Compute(device="cpu", threads=1))
    assert min(faults_of_a_tensor() for _ in range(5)) < PAGES / 10  # not at first, and not if the place left is a little too small
