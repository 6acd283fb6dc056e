"""Adam's step."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn, optim

from workflow.params.training import Adam
from workflow.training.optimizers import adam, step


@pytest.mark.parametrize(("l2", "l2_on"), [(0.0, "dense-weights"), (0.1, "dense-weights"), (0.1, "everything")])
def test_a_step_is_to_the_bit_that_of_pytorch(l2: float, l2_on: str) -> None:
    settings = Adam.model_validate({"beta1": 0.5, "beta2": 0.9, "l2": l2, "l2_on": l2_on})
    ours, theirs = trained(settings, step), trained(settings, optim.Adam.step)
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def trained(settings: Adam, step: Callable[[optim.Adam], object]) -> list[Tensor]:
    """Return weights, and all that the optimiser keeps, after steps of which a schedule changes the size."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(7, 5), nn.BatchNorm1d(5), nn.Linear(5, 1))
    optimizer = adam([network], 0.01, settings)
    for number in range(1, 5):
        for group in optimizer.param_groups:
            group["lr"] = 0.01 / number
        optimizer.zero_grad()
        network(torch.randn(11, 7)).square().mean().backward()
        step(optimizer)
    kept = [value for state in optimizer.state.values() for value in state.values()]
    return [*(weight.detach() for weight in network.parameters()), *kept]
