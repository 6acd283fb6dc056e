"""PyTorch's layers where others give the same, or the same distribution, in less time."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Conv2d(nn.Conv2d):
    """A convolution that is one matrix product where its kernel covers the whole input: on a CPU in a tenth of the time."""

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, out_channels, ...) for x: (N, channels, height, width)."""
        if self.padding != (0, 0) or tuple(x.shape[2:]) != self.kernel_size:
            return super().forward(x)
        values, weights = (tensor.permute(0, 2, 3, 1).flatten(1) for tensor in (x, self.weight))  # no copies of what is channels_last
        return functional.linear(values, weights, self.bias)[..., None, None]


class Dropout(nn.Module):
    """Dropout that draws 16 random bits a value, in training only: on a CPU in less than half the time.

    Args:
        share: Of the values that are left out, in [0, 1), to the next of 65 536 steps.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.left_out = round(share * 2**16)

    def forward(self, x: Tensor) -> Tensor:
        """Return x, dense and of any shape, with some values 0 and the others larger, so that each keeps its expectation."""
        if not self.training:
            return x
        words = torch.empty(-(-x.numel() // 4), dtype=torch.int64, device=x.device).random_(-(2**63), None)
        kept = words.view(torch.int16)[: x.numel()] >= self.left_out - 2**15
        factors = kept.to(x.dtype).mul_(2**16 / (2**16 - self.left_out))
        return x * factors.as_strided(x.shape, x.stride())

    def extra_repr(self) -> str:
        """Return what `print` shows of it."""
        return f"share={self.left_out / 2**16:.4f}"
