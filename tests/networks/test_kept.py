"""Small copies of trained networks: they draw and encode as the networks do, but for rounding, and train nothing."""

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.generated import cases, complaint
from tests.helpers.runs import CPU, VIRTUAL, run, small_run, weights
from workflow.io import tensors
from workflow.io.errors import UserError
from workflow.networks import files, kept
from workflow.networks.base import AdversarialModel
from workflow.networks.registry import load_model

ROUNDING = 2.0**-11  # of float16, relative


def trained(family: str, folder: Path, **changes: object) -> tuple[AdversarialModel, Path]:
    """Return small networks after an epoch, and their file."""
    made = small_run(family, epochs=1, **changes)
    run(made, folder)
    file = folder / "gan.safetensors"
    files.save(file, made.update.gan, made.recipe, {"seed": 3})
    return made.update.gan.eval(), file


@pytest.mark.parametrize(
    ("family", "changes"), [("bigan", {}), ("cgan", {}), ("conv_bigan", {}), ("dcgan", VIRTUAL), ("linear_gan", {"batch_size": 5})]
)
def test_a_copy_draws_and_encodes_as_the_networks_do(family: str, changes: dict[str, object], tmp_path: Path) -> None:
    gan, file = trained(family, tmp_path, **changes)
    copy, restored = tmp_path / "copy.safetensors", tmp_path / "restored.safetensors"
    kept.keep(file, copy)
    kept.restore(copy, restored)
    found = load_model(restored, CPU)
    for name, tensor in gan.state_dict().items():
        if not name.startswith("discriminator."):
            exact = tensor.ndim <= 1
            assert torch.allclose(found.state_dict()[name], tensor, rtol=0 if exact else ROUNDING, atol=0 if exact else 2**-25), name
    z, labels = gan.sample_latent(4, CPU), torch.arange(4) % 3
    assert torch.allclose(found.generate(z, labels), gan.generate(z, labels), atol=0.01)
    if hasattr(gan, "encoder"):
        x = gan.generate(z, labels)
        assert torch.allclose(found.encode(x), gan.encode(x), atol=0.02)
    assert all(value.isnan().all() for value in found.discriminator.parameters()), "so that no training goes on from it"


def test_a_copy_is_half_as_large_without_the_discriminator(tmp_path: Path) -> None:
    gan, file = trained("bigan", tmp_path, hidden=[256, 256])
    kept.keep(file, tmp_path / "copy.safetensors")
    kept_tensors = [tensor for name, tensor in gan.state_dict().items() if not name.startswith("discriminator.")]
    size = sum(tensor.numel() * (2 if tensor.ndim > 1 else 4) for tensor in kept_tensors)
    assert 0 < (tmp_path / "copy.safetensors").stat().st_size - size < 10_000, "the header"


def test_a_weight_that_float16_cannot_hold_is_refused(tmp_path: Path) -> None:
    made = small_run("bigan")
    weights(made)["generator.0.weight"][0, 0] = 70_000.0
    files.save(tmp_path / "gan.safetensors", made.update.gan, made.recipe, {})
    with pytest.raises(
        UserError, match=r"gan.safetensors: generator.0.weight: found a weight that float16 cannot hold, allowed: up to 65504"
    ):
        kept.keep(tmp_path / "gan.safetensors", tmp_path / "copy.safetensors")
    assert not (tmp_path / "copy.safetensors").exists()


def test_whole_networks_are_no_copy(tmp_path: Path) -> None:
    _, file = trained("bigan", tmp_path)
    with pytest.raises(UserError, match=r"gan.safetensors: found whole networks, allowed: a small copy of them"):
        kept.restore(file, tmp_path / "restored.safetensors")


@cases(40)
@given(
    about=st.fixed_dictionaries(
        {},
        optional={
            "family": st.sampled_from(["bigan", "x", 3, []]),
            "recipe": st.sampled_from([{}, 3]),
            "shape": st.sampled_from([[16], 3, []]),
        },
    )
)
def test_what_is_no_copy_is_refused(tmp_path: Path, about: dict[str, object]) -> None:
    copy = tmp_path / "copy.safetensors"
    tensors.save(copy, {"generator.0.weight": torch.ones(2, 2)}, about | {"rounded_to": "float16"})
    said = complaint(lambda: kept.restore(copy, tmp_path / "restored.safetensors"))
    assert said is not None
    assert said.startswith(f"{copy}: not a small copy of networks: ")
    assert "\n" not in said
