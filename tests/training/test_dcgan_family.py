"""Runs of convolutional GANs: warm starts, and interrupted with their snapshots."""

from pathlib import Path

import pytest
import torch

from tests.helpers.runs import VIRTUAL, assert_same, interrupted_and_not, run, small_run
from workflow.io.errors import UserError
from workflow.networks import files
from workflow.params.snapshots import Snapshots
from workflow.training.callbacks import Callback
from workflow.training.loop import Trainer
from workflow.training.snapshots import snapshots


def test_a_warm_start_starts_from_those_weights(tmp_path: Path) -> None:
    first = small_run("dcgan", epochs=1)
    run(first, tmp_path)
    files.save(tmp_path / "first.safetensors", first.update.gan, first.recipe, {})
    drawn, second = small_run("dcgan").update.gan, small_run("dcgan", start=tmp_path / "first.safetensors").update.gan
    assert not torch.equal(drawn.generator[0].weight, second.generator[0].weight)
    assert all(torch.equal(value, second.state_dict()[name]) for name, value in first.update.gan.state_dict().items())
    with pytest.raises(UserError, match=r"first.safetensors: not the networks of this variant: size mismatch for "):
        small_run("dcgan", start=tmp_path / "first.safetensors", latent=4)


@pytest.mark.parametrize("changes", [{}, {"gradient_penalty": {"weight": 10.0}, "loss": "wasserstein"}, VIRTUAL])
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_interrupted_anywhere_it_ends_with_the_same_bytes(tmp_path: Path, changes: dict[str, object], steps: int) -> None:
    def callbacks(made: Trainer) -> list[Callback]:
        return [snapshots(made.update.gan, made.batches.images, Snapshots(images=4, epochs=[1, 3]))]

    resumed, undisturbed = interrupted_and_not(lambda: small_run("dcgan", **changes), tmp_path, steps, callbacks)
    assert_same(resumed, undisturbed)
    assert resumed.kept.keys() == undisturbed.kept.keys() == {"real", "1", "3"}
    assert all(torch.equal(images, undisturbed.kept[epoch]) for epoch, images in resumed.kept.items())
