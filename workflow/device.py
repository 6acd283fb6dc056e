"""Where tensors are computed, and that the same computation gives the same bytes."""

import os

import torch
from threadpoolctl import threadpool_limits

from workflow.errors import UserError
from workflow.params.evaluation import Compute


def prepare(compute: Compute) -> torch.device:
    """Fix the number of threads, switch to deterministic algorithms, and return the device.

    Float32 stays float32: TF32 is off, since precision is part of a recipe. Raises UserError where a GPU
    is asked for that is not there.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS is deterministic only with it
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # a debugging aid that takes time
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.set_num_threads(compute.threads)
    threadpool_limits(compute.threads)
    name = compute.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and torch.device(name).index not in (None, *range(torch.cuda.device_count())):
        raise UserError(f"params.yaml: compute.device: found {name}, allowed: one of the {torch.cuda.device_count()} GPUs here")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise UserError(f"params.yaml: compute.device: found {name}, allowed: auto or cpu, as PyTorch sees no GPU here")
    return torch.device(name)
