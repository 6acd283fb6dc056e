"""Float32 matrix products by oneDNN and square roots by NumPy, in the place of MKL's.

MKL held to what all makes of processor have takes twice as long for a product; oneDNN held to AVX2 takes as long as MKL does when it is
not held to anything. MKL's square root begins with an estimate that each make of processor has its own of.
"""

import os

import numpy as np
import torch
from torch import Tensor

ONEDNN = {"ONEDNN_MAX_CPU_ISA": "AVX2"}  # read when oneDNN first computes, so it can wait until a recipe's precision is known
_installed: list[torch.library.Library] = []  # the kernels go when nobody refers to it


def use_portable_products() -> None:
    """Have `mm`, `addmm`, `sqrt` and `sqrt_` computed so on a CPU from now on: what dense layers and their gradients end in.

    It holds for the whole process, and must come before its first product or convolution.
    """
    os.environ.update(ONEDNN)
    library = torch.library.Library("aten", "IMPL")
    for kernel in (mm, addmm, sqrt, sqrt_):
        library.impl(kernel.__name__, kernel, "CPU", allow_override=True)
    _installed.append(library)


def in_use() -> bool:
    """Return whether `use_portable_products` was called."""
    return bool(_installed)


def mm(left: Tensor, right: Tensor) -> Tensor:
    """Return the product of (n, k) and (k, m)."""
    if not _for_onednn(left, right):
        return torch.mm(left, right, out=left.new_empty(left.shape[0], right.shape[1]))  # with `out`, PyTorch's own
    return _linear(left, right, None)


def addmm(bias: Tensor, left: Tensor, right: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """Return `beta * bias + alpha * left @ right` of (n, k) and (k, m)."""
    if not _for_onednn(left, right):
        return torch.addmm(bias, left, right, beta=beta, alpha=alpha, out=left.new_empty(left.shape[0], right.shape[1]))
    if bias.shape == right.shape[1:] and beta == alpha == 1:
        return _linear(left, right, bias)
    return torch.add(beta * bias, _linear(left, right, None), alpha=alpha)


def sqrt(x: Tensor) -> Tensor:
    """Return the square root of each element."""
    return sqrt_(x.clone() if x.is_floating_point() or x.is_complex() else x.float())


def sqrt_(x: Tensor) -> Tensor:
    """Replace each element by its square root."""
    if x.dtype not in (torch.float32, torch.float64):
        return torch.sqrt(x, out=x)
    values = x.detach().numpy()
    with np.errstate(invalid="ignore"):
        np.sqrt(values, out=values)
    return x


def _for_onednn(left: Tensor, right: Tensor) -> bool:
    return left.dtype == torch.float32 and 0 not in (*left.shape, *right.shape)


def _linear(left: Tensor, right: Tensor, bias: Tensor | None) -> Tensor:
    """Return `left @ right + bias`, as PyTorch's compiler has it computed: no public function gives such a product to oneDNN."""
    found: Tensor = torch.ops.mkldnn._linear_pointwise.default(_dense(left), _dense(right).t(), bias, "none", [], "")
    return found


def _dense(x: Tensor) -> Tensor:
    """Return a matrix without gaps between its rows or columns: of another, oneDNN's way takes a thousand times as long."""
    return x if x.is_contiguous() or x.t().is_contiguous() else x.contiguous()
