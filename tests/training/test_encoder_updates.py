"""Steps without an adversary, and of a GAN without an encoder: which networks they change."""

from pathlib import Path

import pytest
import torch

from tests.helpers.runs import run, small_run, toy
from workflow.data.dataset import Images


@pytest.fixture
def images() -> Images:
    return toy()


def test_a_regression_leaves_the_generator_and_an_autoencoder_the_discriminator(images: Images, tmp_path: Path) -> None:
    trained = {"regression": ["encoder"], "reconstruction": ["encoder", "generator"]}
    for kind, names in trained.items():
        loss = "squared-error" if kind == "reconstruction" else "cross-entropy"
        learn = {"learning_rate": 0.01, "optimizer": {"l2": 0.0}, "architecture": "donahue", "initial_std": 0.3}
        made = small_run("bigan", images, epochs=30, updates=kind, loss=loss, **learn)
        before = {name: value.clone() for name, value in made.update.gan.named_parameters()}
        history = run(made, tmp_path / kind)
        changed = {name.split(".")[0] for name, value in made.update.gan.named_parameters() if not torch.equal(value, before[name])}
        assert sorted(changed) == names
        assert history[-1][kind] < 0.9 * history[0][kind]


@pytest.mark.parametrize("updates", ["alternating", "simultaneous", "discriminator-twice"])
def test_a_gan_that_discriminates_images_alone_leaves_the_encoder(images: Images, updates: str) -> None:
    made = small_run("bigan", images, updates=updates, architecture="donahue", discriminator_input="images", features="discriminator")
    before = {name: value.clone() for name, value in made.update.gan.named_parameters()}
    for _ in range(2):  # Donahue's discriminator starts at 0, so that its first step has no gradient for the generator
        made.advance()
    changed = {name.split(".")[0] for name, value in made.update.gan.named_parameters() if not torch.equal(value, before[name])}
    assert changed == {"discriminator", "generator"}
