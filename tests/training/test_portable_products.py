"""What takes the place of PyTorch's products and roots gives the same numbers, but for rounding."""

import pytest
import torch

from workflow.training.portable_products import addmm, in_use, mm, sqrt, sqrt_


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("rows", "inner", "columns"), [(5, 7, 3), (1, 64, 10), (4, 0, 3), (0, 4, 3)])
def test_products_are_pytorchs_but_for_rounding(dtype: torch.dtype, rows: int, inner: int, columns: int) -> None:
    torch.manual_seed(0)
    left, right, bias = (
        torch.randn(rows, inner, dtype=dtype),
        torch.randn(columns, inner, dtype=dtype).t(),
        torch.randn(columns, dtype=dtype),
    )
    torch.testing.assert_close(mm(left, right), left @ right)
    torch.testing.assert_close(addmm(bias, left, right), bias + left @ right)
    torch.testing.assert_close(addmm(bias, left, right, beta=2, alpha=0.5), 2 * bias + 0.5 * (left @ right))


def test_a_slice_of_a_matrix_is_multiplied_like_any_other() -> None:
    wide = torch.randn(6, 20)
    torch.testing.assert_close(mm(wide[:, :7], wide[:, 3:10].t()), wide[:, :7].contiguous() @ wide[:, 3:10].t().contiguous())


def test_roots_are_correctly_rounded() -> None:
    x = torch.rand(1000, dtype=torch.float64)
    assert torch.equal(sqrt(x.float()), x.float().double().sqrt().float())
    assert torch.equal(sqrt(torch.tensor([4, 9])), torch.tensor([2.0, 3.0]))
    assert sqrt(torch.tensor([-1.0])).isnan().all()
    values = torch.tensor([[4.0, 9.0]])[:, ::2]
    assert sqrt_(values) is values
    assert values.tolist() == [[2.0]]


def test_tests_themselves_are_computed_by_pytorchs_own() -> None:
    assert not in_use()
