"""What a process is prepared for: how tensors' memory is kept, and what it must not do unnoticed."""

import platform
import resource
import subprocess
import sys

import pytest
import torch

from tests.helpers.project import ROOT
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
    rounds = [faults_of_tensors() for _ in range(20)]  # not at first, and not while places are a little too small
    assert max(rounds[-3:]) < TENSORS * PAGES / 10


def test_what_is_not_deterministic_is_an_error_and_no_compiler_is_imported_for_that() -> None:
    """In a process of its own: `torch.use_deterministic_algorithms` would import one, which takes as long as PyTorch itself."""
    code = (
        "import sys, torch; from workflow.params.compute import Compute; from workflow.training.device import prepare;"
        "prepare(Compute(device='cpu', threads=1, numerics='portable'));"
        "print(torch.get_deterministic_debug_mode(), 'torch._dynamo' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert said.split() == ["2", "False"]
