"""Whether there is a GPU, and PyTorch can compute on it. `python -m workflow.training.gpu` prints why not."""

import sys
import warnings

import torch

from workflow.io.errors import UserError, first_line

NO_GPU = "PyTorch finds no GPU"


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


if __name__ == "__main__":
    print(gpu_problem(torch.device("cuda")))
