"""A BiGAN's steps: which side steps on what, against steps written plainly."""

import copy

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from tests.helpers.runs import SMALL, small_run, toy, weights
from workflow.data.batches import Batch
from workflow.data.dataset import Images
from workflow.networks.bigan import BiGAN
from workflow.training import optimizers
from workflow.training.optimizers import adam

SAMPLED = {"weight": 1.0, "margin": 0.3, "mining": "sampled", "pairs": 4, "negatives": 3}


@pytest.fixture
def images() -> Images:
    return toy()


def test_a_simultaneous_step_takes_both_gradients_at_the_same_weights(recipe, images: Images) -> None:
    made = small_run("bigan", images, updates="simultaneous", architecture="donahue", optimizer={"l2": 0.0})
    torch.manual_seed(0)
    plain = BiGAN(recipe(**SMALL["bigan"], updates="simultaneous", architecture="donahue"), 16)
    torch.manual_seed(1)
    made.advance()
    torch.manual_seed(1)
    order = torch.randperm(23)
    pairs = plain.examples(
        Batch(images.pixels[order[:5]].float() / 255, images.labels[order[:5]]), plain.sample_latent(5, torch.device("cpu"))
    )
    logits = [plain.discriminator(pair) for pair in pairs]
    targets = torch.ones(5, 1), torch.zeros(5, 1)
    losses = [
        sum(cross_entropy(logit, target) for logit, target in zip(logits, wanted, strict=True)) for wanted in (targets, targets[::-1])
    ]
    sides = [plain.discriminator], [plain.generator, plain.encoder]
    for loss, networks in zip(losses, sides, strict=True):
        for network in networks:
            wanted = torch.autograd.grad(loss, list(network.parameters()), retain_graph=True)
            name = next(name for name, each in plain.named_children() if each is network)
            found = [weight.grad for weight in getattr(made.update.gan, name).parameters()]
            assert all(torch.allclose(a, b, rtol=1e-4, atol=1e-7) for a, b in zip(found, wanted, strict=True)), name


def test_the_discriminators_weights_take_no_gradient_from_the_generators_loss(images: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    made = small_run("bigan", images)
    discriminator = made.update.gan.discriminator
    kept: list[torch.Tensor] = []
    adams_step = optimizers.step

    def step(optimizer: torch.optim.Adam) -> None:
        adams_step(optimizer)
        if optimizer is made.update.optimizers["discriminator"]:
            kept.extend(weight.grad.clone() for weight in discriminator.parameters())

    monkeypatch.setattr(optimizers, "step", step)
    made.advance()
    assert kept
    assert all(torch.equal(weight.grad, old) for weight, old in zip(discriminator.parameters(), kept, strict=True))
    assert all(weight.requires_grad for weight in discriminator.parameters())


def test_report_as_code_steps_the_discriminator_twice_a_batch(recipe, images: Images) -> None:
    coded = {
        "normalization": "after-activation",
        "normalize_discriminator": False,
        "updates": "discriminator-twice",
        "initial_std": 0.5,
    }
    made = small_run("bigan", images, **coded)
    torch.manual_seed(0)
    plain = BiGAN(recipe(**SMALL["bigan"], **coded), 16)
    made.update.step(made.batches.batch(0))  # statistics that differ from those of a batch
    plain.load_state_dict(made.update.gan.state_dict())
    torch.manual_seed(3)
    batch = made.batches.batch(1)
    before = copy.deepcopy([optimizer.state_dict() for optimizer in made.update.optimizers.values()])
    torch.manual_seed(1)
    made.update.step(batch)
    torch.manual_seed(1)
    x, z = batch.x.flatten(1), plain.sample_latent(5, torch.device("cpu"))
    optimizers = []
    for networks, state in zip(([plain.discriminator], [plain.generator, plain.encoder]), before, strict=True):
        optimizers.append(adam(networks, made.recipe.learning_rate, made.recipe.optimizer))
        optimizers[-1].load_state_dict(state)
    plain.eval()
    fake = torch.cat([plain.generator(z), z], 1).detach()
    real = torch.cat([x, plain.encoder(x)], 1).detach()
    plain.train()
    zeros, ones = torch.zeros(5, 1), torch.ones(5, 1)
    for pairs, target in ((fake, zeros), (real, ones)):
        plain.zero_grad()
        cross_entropy(plain.discriminator(pairs), target).backward()
        optimizers[0].step()
    plain.zero_grad()
    real, fake = torch.cat([x, plain.encoder(x)], 1), torch.cat([plain.generator(z), z], 1)
    (cross_entropy(plain.discriminator(real), zeros) + cross_entropy(plain.discriminator(fake), ones)).backward()
    optimizers[1].step()
    for name, value in weights(made).items():
        if name.endswith(".weight"):
            assert torch.allclose(value, plain.state_dict()[name], atol=2e-5), name


def test_auxiliary_losses_join_the_generators_loss(images: Images) -> None:
    def gradient(**changes: object) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        made = small_run("bigan", images, updates="simultaneous", **changes)
        torch.manual_seed(1)
        values = made.update.step(Batch(images.pixels[:5] / 255, images.labels[:5], images.pixels[torch.arange(15).reshape(3, 5)] / 255))
        return values, made.update.gan.encoder[0].weight.grad

    _, plain = gradient()
    values, once = gradient(triplets=SAMPLED)
    _, thrice = gradient(triplets={**SAMPLED, "weight": 3.0})
    assert values["triplet"] > 0
    assert (once - plain).norm() > 0
    assert torch.allclose(thrice - plain, 3 * (once - plain), atol=1e-6)
    _, plain = gradient(architecture="donahue")
    values, regressed = gradient(architecture="donahue", regression_weight=0.25)
    assert values["regression"] > 0
    assert not torch.equal(regressed, plain)


@pytest.mark.parametrize("loss", ["cross-entropy", "mean-cross-entropy"])
def test_a_generator_whose_discriminator_sees_images_alone_has_one_term(images: Images, loss: str) -> None:
    real, fake = torch.randn(5, 1), torch.randn(5, 1)
    alone = small_run("bigan", images, updates="simultaneous", architecture="donahue", loss=loss, discriminator_input="images")
    zeros, ones = torch.zeros(5, 1), torch.ones(5, 1)
    assert alone.update.generator_loss(real, fake).item() == pytest.approx(cross_entropy(fake, ones).item())
    pairs = small_run("bigan", images, updates="simultaneous", architecture="donahue", loss=loss)
    share = 0.5 if loss == "mean-cross-entropy" else 1.0
    both = cross_entropy(fake, ones) + cross_entropy(real, zeros)
    assert pairs.update.generator_loss(real, fake).item() == pytest.approx(share * both.item())
