"""Virtual batch normalization against its definition."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from tests.helpers.runs import CPU, VIRTUAL, small_run, toy
from workflow.io.errors import UserError
from workflow.networks.virtual_batch_norm import Referring, VirtualBatchNorm


def count(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def normalized_plainly(norm: VirtualBatchNorm, x: Tensor, reference: Tensor) -> Tensor:
    """Each example normalized by the statistics of the reference and itself, one after the other."""
    rows = []
    over = (0, *range(2, x.dim()))
    gain, shift = (weight.view(-1, *[1] * (x.dim() - 2)) for weight in (norm.gain, norm.shift))
    for example in x:
        values = torch.cat([reference, example[None]])
        mean, variance = (moment.squeeze(0) for moment in (values.mean(over, keepdim=True), values.var(over, correction=0, keepdim=True)))
        rows.append(gain * (example - mean) / (variance + norm.epsilon).sqrt() + shift)
    return torch.stack(rows)


def drawn(norm: VirtualBatchNorm) -> VirtualBatchNorm:
    for weight in norm.parameters():
        nn.init.uniform_(weight, 0.5, 2)
    return norm


@pytest.mark.parametrize("positions", [(), (4, 5)])
def test_virtual_batch_normalization_is_what_salimans_et_al_define(positions: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    norm = drawn(VirtualBatchNorm(3).double())
    x, reference = 5 * torch.randn(6, 3, *positions).double() + 2, 3 * torch.randn(7, 3, *positions).double() - 1
    assert torch.allclose(norm(x, reference), normalized_plainly(norm, x, reference), rtol=1e-12)
    over, (gain, shift) = (0, *range(2, x.dim())), (weight.view(-1, *[1] * len(positions)) for weight in (norm.gain, norm.shift))
    mean, variance = reference.mean(over, keepdim=True), reference.var(over, correction=0, keepdim=True)
    assert torch.allclose(norm.itself(reference), gain * (reference - mean) / (variance + norm.epsilon).sqrt() + shift, rtol=1e-12)


@pytest.mark.parametrize("positions", [(), (2, 2)])
def test_its_gradients_go_through_the_reference_too(positions: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    norm = drawn(VirtualBatchNorm(3).double())
    x, reference = (torch.randn(count, 3, *positions).double().requires_grad_() for count in (4, 5))
    assert torch.autograd.gradcheck(norm, (x, reference))


def test_the_reference_takes_the_way_of_the_examples() -> None:
    network = small_run("cgan").update.gan.discriminator.double()
    x, reference = torch.randn(4, 26).double(), network.reference
    expected = x
    for layer, norm in pairwise([*network.below.children(), network.last]):
        if isinstance(norm, VirtualBatchNorm):
            drawn(norm)
            below = reference @ layer.weight.T
            expected = leaky_relu(normalized_plainly(norm, expected @ layer.weight.T, below), 0.2)
            reference = leaky_relu(nn.functional.batch_norm(below, None, None, norm.gain, norm.shift, True, eps=norm.epsilon), 0.2)
    output = network.above[-1]
    assert torch.allclose(network(x), expected @ output.weight.T + output.bias, rtol=1e-10)


def test_the_reference_is_training_images_with_their_classes_and_a_z_for_each() -> None:
    gan, images = small_run("cgan").update.gan, toy()
    real, classes = gan.discriminator.reference.split([16, 10], dim=1)
    known = {tuple(x): label for x, label in zip((images.pixels.flatten(1) / 127.5 - 1).tolist(), images.labels.tolist(), strict=True)}
    assert [known[tuple(x)] for x in real.tolist()] == classes.argmax(1).tolist()
    assert len(set(map(tuple, real.tolist()))) == 9, "each once"
    assert torch.equal(gan.generator.reference[:, 3:], classes)
    assert gan.generator.reference[:, :3].abs().max() <= 1


def test_the_reference_needs_as_many_images() -> None:
    with pytest.raises(UserError, match="reference_images: found 24, allowed: at most the 23 training images"):
        small_run("cgan", reference_images=24)


def test_virtual_batch_normalization_refers_to_training_images_and_leaves_examples_alone() -> None:
    gan = small_run("dcgan", **VIRTUAL, conditional=True).update.gan
    assert all(isinstance(network, Referring) for network in (gan.generator, gan.discriminator))
    known = [tuple(x) for x in (toy(13, 8).pixels.flatten(1) / 127.5 - 1).tolist()]
    assert all(tuple(x) in known for x in gan.discriminator.reference[:, :1].flatten(1).tolist())
    assert torch.equal(gan.discriminator.reference[:, 1:, 0, 0], gan.generator.reference[:, 3:]), "the same classes"
    x, labels = torch.rand(4, 1, 8, 8), torch.arange(4)
    z = gan.sample_latent(4, CPU)
    alone = torch.cat([gan.generate(*pair) for pair in zip(z.split(1), labels.split(1), strict=True)])
    assert torch.allclose(gan.generate(z, labels), alone, atol=1e-6)
    shown = gan.discriminator_input(x, labels)
    assert torch.allclose(gan.discriminator(shown), torch.cat([gan.discriminator(each) for each in shown.split(1)]), atol=1e-5)
