"""Samples of the same z as training goes on."""

from pathlib import Path

import torch

from tests.helpers.runs import CPU, assert_same, run, small_run, toy
from workflow.params.snapshots import Snapshots
from workflow.training.callbacks import Callback
from workflow.training.loop import Trainer
from workflow.training.snapshots import snapshots

SETTINGS = Snapshots(images=4, epochs=[1, 3])


def snapshots_of(made: Trainer) -> Callback:
    return snapshots(made.update.gan, made.batches.images, SETTINGS)


def test_keeping_samples_leaves_the_run_as_it_is(tmp_path: Path) -> None:
    watched, alone = small_run("dcgan"), small_run("dcgan")
    for made in (watched, alone):
        torch.manual_seed(5)
        run(made, tmp_path, callbacks=[snapshots_of(made)] if made is watched else [])
    assert_same(watched, alone)
    assert watched.kept.keys() == {"real", "1", "3"}


def test_samples_are_of_the_same_z_whatever_the_seed(tmp_path: Path) -> None:
    made = small_run("dcgan", epochs=1)
    run(made, tmp_path, callbacks=[snapshots_of(made)])
    gan = made.update.gan.eval()
    torch.manual_seed(0)
    z = gan.sample_latent(4, CPU)
    expected = ((gan.generate(z, torch.zeros(4)) + 1) * 127.5).round().to(torch.uint8)
    assert torch.equal(made.kept["1"], expected)
    assert torch.equal(made.kept["real"], toy(13, 8).pixels[:4])
