"""Where tensors are computed, and that the same computation gives the same bytes."""

import ctypes
import os
import sys
import warnings

import torch
from threadpoolctl import threadpool_limits

from workflow.io.errors import UserError, first_line
from workflow.params.evaluation import Compute

NO_GPU = "PyTorch finds no GPU"
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


def choose(wanted: str) -> torch.device:
    """Return the device for `auto`, `cpu`, `cuda` or `cuda:1`; raise UserError if a GPU is asked for that cannot be used."""
    if wanted == "cpu":
        return torch.device("cpu")
    device = torch.device("cuda" if wanted == "auto" else wanted)
    problem = gpu_problem(device)
    if problem and wanted != "auto":
        raise UserError(f"params.yaml: compute.device: found {wanted}, but {problem}; with auto or cpu it computes on the CPU")
    if problem and problem != NO_GPU:
        print(f"the GPU cannot be used: {problem}; computing on the CPU", file=sys.stderr, flush=True)
    return torch.device("cpu") if problem else device


def gpu_problem(device: torch.device) -> str:
    """Return in a line why PyTorch cannot compute on a GPU, or nothing; raise torch.OutOfMemoryError if all that it lacks is memory."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not gpus:
        return first_line(Exception(warned[0].message)) if warned else NO_GPU
    if (device.index or 0) >= gpus:
        return f"PyTorch finds only {gpus}, from cuda:0 on"
    try:
        torch.zeros(1, device=device)
    except torch.OutOfMemoryError:
        raise
    except RuntimeError as error:  # such as a GPU that this PyTorch has no code for
        return first_line(error)
    return ""


def _keep_freed_memory() -> None:
    """Have freed tensors' memory kept for the next ones, where the C library is glibc: to get it from the system anew in each step
    takes 3 % of a convolutional GAN's time, and 5 % in bfloat16.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, 2**25)  # the most that every glibc takes
        library.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


if __name__ == "__main__":  # Snakemake asks, before it starts
    print(gpu_problem(torch.device("cuda")))
