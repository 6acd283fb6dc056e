"""1NN on the pixels of what small networks draw, against a plain loop."""

import pytest
import torch
from torch import Tensor

from tests.helpers.runs import small_run, toy
from workflow.data.dataset import DataSet, Images
from workflow.evaluation import pixel_knn
from workflow.evaluation.reconstruction import reconstructions


def dataset() -> DataSet:
    return DataSet(toy(), toy(9), 0)


def slow(images: Images, real: Images) -> float:
    def nearest(one: Tensor) -> int:
        return min(range(len(real)), key=lambda each: (one.double() - real.pixels[each].double()).square().sum().item())

    return (
        100 * sum(bool(real.labels[nearest(one)] == label) for one, label in zip(images.pixels, images.labels, strict=True)) / len(images)
    )


def test_images_are_classified_by_the_nearest_real_one() -> None:
    real = dataset().train
    noise = torch.randint(0, 40, real.pixels.shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    blurred = Images(real.pixels // 2 + noise, real.labels)
    assert pixel_knn.accuracy(real, real) == 100
    assert pixel_knn.accuracy(blurred, real) == pytest.approx(slow(blurred, real))
    assert pixel_knn.accuracy(Images(real.pixels, (real.labels + 1) % 3), real) == 0


@pytest.mark.parametrize(("conditional", "kinds"), [(False, {"reconstructions"}), (True, {"reconstructions", "samples"})])
def test_samples_are_measured_where_a_class_was_asked_for(conditional: bool, kinds: set[str]) -> None:
    gan = small_run("bigan", conditional=conditional).update.gan.eval()
    found = pixel_knn.measure(gan, dataset())
    assert found.keys() == kinds
    assert found["reconstructions"] == pytest.approx(slow(reconstructions(gan, dataset().test), dataset().train))


def test_an_encoder_in_training_mode_draws_its_codes_and_leaves_the_networks_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Images] = []
    monkeypatch.setattr(pixel_knn, "accuracy", lambda images, _real: float(drawn.append(images) is None))
    gan = small_run("conv_bigan", reparametrized=True, initial_std=0.5).update.gan.eval()
    before = {name: value.clone() for name, value in gan.state_dict().items()}
    for _ in range(2):
        assert pixel_knn.measure(gan, dataset()).keys() == {"reconstructions", "reconstructions_training"}
    assert torch.equal(drawn[0].pixels, drawn[2].pixels), "in inference the code is a mean"
    assert not torch.equal(drawn[1].pixels, drawn[3].pixels), "in training it is drawn"
    assert not any(module.training for module in gan.modules())
    assert all(torch.equal(value, before[name]) for name, value in gan.state_dict().items())


def test_the_generator_stays_in_inference_while_the_encoder_is_in_training() -> None:
    gan = small_run("conv_bigan", reparametrized=False, initial_std=0.5).update.gan.eval()
    images = dataset().test
    with torch.no_grad():
        x = images.pixels.flatten(1) / 127.5 - 1
        gan.encoder.train()
        expected = gan.generate(gan.encoder(gan._framed(x)).flatten(1), images.labels)
        gan.encoder.eval()
    found = reconstructions(pixel_knn._encoding_as_in_training(gan), images)
    assert torch.equal(found.pixels.flatten(1), ((expected + 1) / 2 * 255).round().byte())
