"""Where tensors are computed, and that the same computation gives the same bytes."""

import ctypes
import os
import platform
from pathlib import Path

import torch
from threadpoolctl import threadpool_limits

from workflow.params.compute import Compute
from workflow.training import numerics, portable_products
from workflow.training.gpu import choose

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # as malloc.h numbers them


def computed_on(device: torch.device) -> dict[str, str]:
    """Return what a result should say that it was computed on: device, processor, and the numerics in force."""
    device_name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    numerics = "portable" if device.type == "cpu" and portable_products.in_use() else "fast"
    return {"device": device_name, "processor": _processor(), "numerics": numerics}


def prepare(compute: Compute, precision: str = "float32") -> torch.device:
    """Fix the number of threads, switch to deterministic algorithms, and return the device.

    Float32 stays float32: TF32 is off, since precision is part of a recipe. Numerics are portable if `compute` says so, the environment
    was set for it before PyTorch was imported, the processor has AVX2, and nothing is computed in bfloat16.

    Args:
        compute: Device, threads and numerics.
        precision: Of the recipe that is trained.

    Raises:
        UserError: A GPU is asked for that is not there or does not work; `auto` then takes the CPU, and says so.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS is deterministic only with it
    torch.set_deterministic_debug_mode("error")  # use_deterministic_algorithms does the same, and imports a compiler, two seconds a job
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # a debugging aid that takes time
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.set_num_threads(compute.threads)
    threadpool_limits(compute.threads)
    _keep_freed_memory()
    device = choose(compute.device)
    if device.type == "cpu" and compute.numerics == "portable" and precision != "bfloat16" and _is_held_to_avx2():
        portable_products.use_portable_products()
    return device


def _is_held_to_avx2() -> bool:
    return numerics.environment_is_set() and torch.backends.cpu.get_cpu_capability() == "AVX2"


def _processor() -> str:
    """Return the processor's name, as the system has it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _keep_freed_memory() -> None:
    """Have freed tensors' memory kept for the next ones, where the C library is glibc: to get it from the system anew in each step
    takes 3 % of a convolutional GAN's time, and 5 % in bfloat16.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, 2**25)  # the most that every glibc takes
        library.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
