"""Layers that replace PyTorch's own: the same values, or the same distribution."""

import pytest
import torch
from torch import nn

from workflow.networks.layers import Conv2d, Dropout


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(("kernel", "padding", "side"), [(4, 0, 4), (1, 0, 1), (3, 0, 5), (4, 1, 4), ((2, 4), 0, 4)])
def test_a_convolution_gives_what_pytorchs_own_does(layout: torch.memory_format, kernel: int, padding: int, side: int) -> None:
    torch.manual_seed(0)
    ours = Conv2d(3, 5, kernel, padding=padding).double().to(memory_format=layout)
    theirs = nn.Conv2d(3, 5, kernel, padding=padding).double()
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(2, 3, side, side, dtype=torch.float64).to(memory_format=layout).requires_grad_()
    results = []
    for layer in (ours, theirs):
        maps = layer(x)
        gradients = torch.autograd.grad(maps.square().sum(), [x, layer.weight, layer.bias])
        results.append([maps, *gradients])
    for found, expected in zip(*results, strict=True):
        torch.testing.assert_close(found, expected)


def test_dropout_leaves_out_its_share_independently_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    layer, x = Dropout(0.3), torch.ones(1000, 999, requires_grad=True)
    out = layer(x)
    left_out = out == 0
    count = out.numel()
    assert left_out.double().mean().item() == pytest.approx(0.3, abs=5 * (0.3 * 0.7 / count) ** 0.5 + 2**-17)
    assert out[~left_out].unique().tolist() == pytest.approx([1 / 0.7], rel=1e-4)
    for step in (1, 2, 3, 4):  # the four values of a word, and those of the next one
        both = (left_out.flatten()[step:] & left_out.flatten()[:-step]).double().mean().item()
        assert both == pytest.approx(0.09, abs=5 * (0.09 * 0.91 / count) ** 0.5 + 1e-4)
    (gradient,) = torch.autograd.grad(out.sum(), x)
    assert torch.equal(gradient, out.detach())
    assert not torch.equal(layer(x), out)


def test_dropout_keeps_the_layout_and_the_type() -> None:
    x = torch.ones(2, 3, 4, 4, dtype=torch.bfloat16).to(memory_format=torch.channels_last)
    out = Dropout(0.5)(x)
    assert out.stride() == x.stride()
    assert out.dtype == x.dtype
    assert out.unique().tolist() == [0.0, 2.0]


def test_dropout_does_nothing_in_inference_or_to_a_share_of_zero() -> None:
    x = torch.randn(7, 5)
    assert Dropout(0.3).eval()(x) is x
    assert torch.equal(Dropout(0.0)(x), x)
