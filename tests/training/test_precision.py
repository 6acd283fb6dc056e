"""What is rounded to bfloat16."""

from pathlib import Path

import pytest
import torch

from tests.helpers.runs import run, small_run, toy, weights
from workflow.data.dataset import Images
from workflow.training.precision import rounded


@pytest.fixture
def images() -> Images:
    return toy()


@pytest.mark.parametrize("precision", ["bfloat16-inputs", "bfloat16-activations", "bfloat16-gradients"])
def test_one_kind_of_tensor_is_rounded_in_the_discriminator(images: Images, precision: str) -> None:
    exact, made = small_run("bigan", images, initial_std=0.5), small_run("bigan", images, initial_std=0.5, precision=precision)
    pairs = torch.rand(5, 19, requires_grad=True)
    logits = [each.update.gan.discriminator(pairs) for each in (exact, made)]
    gradients = [torch.autograd.grad(each.sum(), pairs)[0] for each in logits]
    assert torch.equal(*logits) == (precision == "bfloat16-gradients")
    assert torch.allclose(logits[0], logits[1], atol=0.1)
    assert not torch.equal(*gradients)
    assert torch.allclose(gradients[0], gradients[1], atol=0.1)


def test_rounding_is_to_eight_bits_and_passes_the_gradient() -> None:
    x = torch.tensor([1 + 2**-7, 1 + 2**-9], requires_grad=True)
    rounded(x).sum().backward()
    assert rounded(x).tolist() == [1 + 2**-7, 1.0]
    assert x.grad.tolist() == [1, 1]


def test_bfloat16_trains_and_differs(images: Images, tmp_path: Path) -> None:
    single, half = small_run("bigan", images), small_run("bigan", images, precision="bfloat16")
    run(single, tmp_path)
    run(half, tmp_path)
    assert weights(half)["encoder.0.weight"].dtype == torch.float32
    assert not torch.equal(weights(single)["encoder.0.weight"], weights(half)["encoder.0.weight"])
