"""Where tensors are computed, and that the same computation gives the same bytes."""

import ctypes
import os

import torch
from threadpoolctl import threadpool_limits

from workflow.params.evaluation import Compute
from workflow.training.gpu import choose

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # as malloc.h numbers them


def name(device: torch.device) -> str:
    """Return what a result should say that it was computed on."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def prepare(compute: Compute) -> torch.device:
    """Fix the number of threads, switch to deterministic algorithms, and return the device.

    Float32 stays float32: TF32 is off, since precision is part of a recipe. Raises UserError where a GPU
    is asked for that is not there or does not work; `auto` then takes the CPU, and says so.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS is deterministic only with it
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # a debugging aid that takes time
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.set_num_threads(compute.threads)
    threadpool_limits(compute.threads)
    _keep_freed_memory()
    return choose(compute.device)


def _keep_freed_memory() -> None:
    """Have freed tensors' memory kept for the next ones, where the C library is glibc: to get it from the system anew in each step
    takes 3 % of a convolutional GAN's time, and 5 % in bfloat16.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, 2**25)  # the most that every glibc takes
        library.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
