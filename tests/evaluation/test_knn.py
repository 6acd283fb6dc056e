"""1NN on what networks make of images, while they train."""

import pytest
import torch

from tests.helpers.runs import small_run, toy
from workflow.data.dataset import DataSet
from workflow.evaluation.knn import knn, latents_by_epoch
from workflow.evaluation.latents import encode
from workflow.evaluation.nearest_neighbour import leave_one_out


def test_leave_one_out_by_hand() -> None:
    features = torch.tensor([[0.0], [1.0], [5.0], [5.5], [9.0]])
    assert leave_one_out(features, torch.tensor([0, 0, 1, 2, 2])) == pytest.approx(60)


def test_latents_by_epoch_are_measured_in_inference_and_leave_the_run_as_it_is() -> None:
    gan, images = small_run("bigan").update.gan, toy()
    before, random = {name: value.clone() for name, value in gan.state_dict().items()}, torch.get_rng_state()
    found = latents_by_epoch(gan, images)(1)
    assert gan.training
    assert torch.equal(torch.get_rng_state(), random)
    assert all(torch.equal(value, before[name]) for name, value in gan.state_dict().items())
    assert not found.tensors
    assert found.values == {"accuracy": leave_one_out(encode(gan.eval(), images), images.labels)}


def test_every_feature_is_measured_in_both_protocols() -> None:
    gan = small_run("bigan").update.gan.eval()
    found = knn(gan, DataSet(toy(), toy(9), 0))
    assert {feature: set(protocols) for feature, protocols in found.items()} == {
        name: {"train", "test"} for name in ("code", "hidden", "code-255")
    }
    assert found["code"]["train"] == 100, "the test images are among the training images"
