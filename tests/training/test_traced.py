"""That a trace does what its computation does, and nothing in vain."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from workflow.networks.virtual_batch_norm import VirtualBatchNorm, chained
from workflow.training.traced import Traced


def side(network: nn.Module) -> Callable[[Tensor, Tensor], tuple[Tensor, dict[str, Tensor], list[Tensor]]]:
    """Return a function of inputs and classes: a loss, a share and the gradients of all weights."""

    def computation(x: Tensor, labels: Tensor) -> tuple[Tensor, dict[str, Tensor], list[Tensor]]:
        classes = torch.eye(3).index_select(0, labels)
        first, second = network(torch.cat([x, classes], dim=1)), network(torch.cat([x.neg(), classes], dim=1))
        loss = nn.functional.softplus(first - second).mean()
        return loss.detach(), {"right": (first > second).float().mean()}, list(torch.autograd.grad(loss, list(network.parameters())))

    return computation


def network(normalized: bool) -> nn.Module:
    """Return dense layers of 5 inputs, normalized or not, with weights and a reference batch that are always the same."""
    torch.manual_seed(0)
    normalization = [VirtualBatchNorm(7)] if normalized else []
    made = chained([nn.Linear(5, 7), *normalization, nn.LeakyReLU(0.2, inplace=True), nn.Linear(7, 1)], (4, 5))
    if normalized:
        made.reference = torch.randn(4, 5)
    return made


@pytest.mark.parametrize("normalized", [False, True])
def test_a_trace_has_the_same_bytes_as_its_computation_while_the_weights_change(normalized: bool) -> None:
    made = network(normalized)
    computation = side(made)
    traced = Traced(computation)
    for seed in range(3):
        torch.manual_seed(seed)
        x, labels = torch.randn(6, 2), torch.randint(3, (6,))
        (loss, share, gradients), (wanted, wanted_share, wanted_gradients) = traced(x, labels), computation(x, labels)
        assert torch.equal(loss, wanted)
        assert torch.equal(share["right"], wanted_share["right"])
        assert all(torch.equal(a, b) for a, b in zip(gradients, wanted_gradients, strict=True))
        with torch.no_grad():
            for weight in made.parameters():
                weight.add_(0.1 * torch.randn_like(weight))


def test_the_computation_is_called_once_for_each_shape() -> None:
    calls: list[torch.Size] = []

    def computation(x: Tensor) -> Tensor:
        calls.append(x.shape)
        return x.mean()

    traced = Traced(computation)
    assert [traced(torch.full((count,), 3.0)).item() for count in (2, 2, 4, 2, 4)] == [3.0] * 5
    assert calls == [(2,), (4,)]


def test_tracing_draws_no_random_numbers_and_leaves_the_weights() -> None:
    made = network(normalized=True)
    weights = [weight.clone() for weight in made.parameters()]
    state = torch.get_rng_state()
    Traced(side(made))(torch.ones(6, 2), torch.zeros(6, dtype=torch.int64))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(weight, old) and weight.grad is None for weight, old in zip(made.parameters(), weights, strict=True))


def operations(computation: Callable[..., object], *inputs: Tensor) -> list[str]:
    """Return the names of the operations that are left of a computation, and check what they do."""
    traced = Traced(computation)
    assert torch.equal(torch.as_tensor(traced(*inputs)), torch.as_tensor(computation(*inputs)))
    (forward,) = traced.traces.values()
    return [node.name for node in forward.__self__.graph.nodes if node.op == "call_function"]


def test_nothing_is_done_in_vain() -> None:
    assert operations(lambda x: (x * 1) ** 1.0 + 1, torch.randn(2, 3)) == ["add"]
    assert operations(lambda x: x.t().t().detach() + 1, torch.randn(2, 3)) == ["add"]
    assert operations(lambda x: (x.exp(), x + 1)[1], torch.randn(2, 3)) == ["add"]


def test_nothing_is_done_twice() -> None:
    assert operations(lambda x: x.exp() + x.exp(), torch.randn(3)) == ["exp", "add"]


@pytest.mark.parametrize(
    "computation",
    [
        lambda x: (x * 1).mul_(2) + x,
        lambda x: x.exp() + x.exp().mul_(2),
        lambda x: x.exp().mul_(2) + x.exp(),
        lambda x: torch.cat([x.new_zeros(3), x.new_zeros(3).add_(1)]),
        lambda x: _filled(x.new_empty(2, 3), x) + x.new_empty(2, 3).fill_(1),
    ],
)
def test_what_is_written_to_is_not_shared(computation: Callable[[Tensor], Tensor]) -> None:
    operations(computation, torch.randn(3))


def _filled(out: Tensor, x: Tensor) -> Tensor:
    for row in out:
        torch.add(x, 1, out=row)
    return out


def test_random_numbers_are_drawn_each_time() -> None:
    first, second = Traced(lambda x: (torch.rand_like(x), torch.rand_like(x)))(torch.ones(100))
    assert not torch.equal(first, second)
