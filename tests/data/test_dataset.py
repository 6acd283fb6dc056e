"""Files in, tensors out: splits, scaling, and files that are not what they should be."""

import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.io import savemat

from workflow.data import dataset as data
from workflow.data import idx, svhn
from workflow.data.preprocess import preprocess
from workflow.io import tensors
from workflow.io.errors import UserError
from workflow.io.safetensors import read_about
from workflow.params.data import Split


def raw(folder: Path, train: int = 20, test: int = 6) -> Path:
    random = np.random.default_rng(0)
    for split, count in {"train": train, "t10k": test}.items():
        idx.write(folder / f"{split}-images-idx3-ubyte", random.integers(0, 256, (count, 4, 3), dtype=np.uint8))
        idx.write(folder / f"{split}-labels-idx1-ubyte", random.integers(0, 10, count, dtype=np.uint8))
    return folder


def test_idx_is_what_its_description_says(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes([0, 0, 8, 2]) + struct.pack(">II", 2, 3) + bytes(range(6)))
    assert idx.read(tmp_path / "file").tolist() == [[0, 1, 2], [3, 4, 5]]
    idx.write(tmp_path / "copy", idx.read(tmp_path / "file"))
    assert (tmp_path / "copy").read_bytes() == (tmp_path / "file").read_bytes()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "found b'' at the start"),
        (b"<htm", "found b'<htm' at the start"),
        (bytes([0, 0, 13, 1, 0, 0, 0, 1, 0]), "at the start"),
        (bytes([0, 0, 8, 3, 0, 0]), "found 6 bytes, allowed: a whole IDX header of 16"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 5]) + b"1234", "found 12 bytes, allowed: 13"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 5]) + b"123456", "found 14 bytes, allowed: 13"),
        (bytes([0, 0, 8, 3]) + b"\xff" * 12, "found 16 bytes, allowed: 79228162458924105385300197391"),
    ],
)
def test_a_damaged_idx_file_is_refused(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(UserError) as caught:
        idx.read(tmp_path / "file")
    assert found in str(caught.value)


def test_a_data_set_survives_its_file(tmp_path: Path) -> None:
    made = preprocess(raw(tmp_path), Split(validation=5, held_out=0))
    data.save(tmp_path / "set.safetensors", made)
    found = data.load(tmp_path / "set.safetensors")
    assert found.train.pixels.dtype == torch.uint8
    assert found.train.pixels.shape == (20, 1, 4, 3)
    assert torch.equal(found.train.pixels, made.train.pixels)
    assert torch.equal(found.test.labels, made.test.labels)
    assert len(found.validation) == 5
    assert len(found.fitting) == 15
    assert torch.equal(torch.cat([found.validation.labels, found.fitting.labels]), found.train.labels)


def test_the_last_training_images_can_stand_in_the_test_images_place(tmp_path: Path) -> None:
    whole, held_out = (preprocess(raw(tmp_path), Split(validation=5, held_out=count)) for count in (0, 7))
    assert torch.equal(held_out.train.pixels, whole.train.pixels[:13])
    assert torch.equal(held_out.test.pixels, whole.train.pixels[13:])
    assert torch.equal(held_out.test.labels, whole.train.labels[13:])
    assert torch.equal(held_out.validation.labels, whole.validation.labels)
    with pytest.raises(UserError, match="found a validation split of 13, allowed: less than its 13 images"):
        preprocess(tmp_path, Split(validation=13, held_out=7))


def test_files_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    raw(tmp_path)
    with pytest.raises(UserError, match="found a validation split of 20, allowed: less than its 20 images"):
        preprocess(tmp_path, Split(validation=20, held_out=0))
    idx.write(tmp_path / "t10k-labels-idx1-ubyte", np.full(6, 10, np.uint8))
    with pytest.raises(UserError, match="found labels up to 10, allowed: 0 to 9"):
        preprocess(tmp_path, Split(validation=5, held_out=0))
    idx.write(tmp_path / "t10k-labels-idx1-ubyte", np.zeros(7, np.uint8))
    with pytest.raises(UserError, match=r"found shapes \(6, 4, 3\) and \(7,\)"):
        preprocess(tmp_path, Split(validation=5, held_out=0))


def house_numbers(folder: Path, train: int = 20, test: int = 6) -> dict[str, np.ndarray]:
    """Write SVHN's files as their authors do; return the variables of the last."""
    random = np.random.default_rng(0)
    for split, count in {"train": train, "test": test}.items():
        labels = random.integers(1, 11, (count, 1)).astype(np.uint8)
        content = {"X": random.integers(0, 256, (32, 32, 3, count), dtype=np.uint8), "y": labels}
        savemat(folder / f"{split}_32x32.mat", content, do_compression=True)
    return content


def test_svhn_becomes_a_data_set_of_three_channels(tmp_path: Path) -> None:
    content = house_numbers(tmp_path)
    data.save(tmp_path / "set.safetensors", preprocess(tmp_path, Split(validation=5, held_out=0)))
    found = data.load(tmp_path / "set.safetensors")
    assert found.train.pixels.shape == (20, 3, 32, 32)
    assert found.test.pixels.dtype == torch.uint8
    for image, channel, row, column in ((0, 0, 0, 0), (3, 1, 7, 30), (5, 2, 31, 4)):
        assert found.test.pixels[image, channel, row, column] == content["X"][row, column, channel, image]
    assert found.test.labels.tolist() == [0 if label == 10 else label for label in content["y"][:, 0].tolist()]
    assert len(found.fitting) == 15
    with pytest.raises(UserError, match="found a validation split of 20, allowed: less than its 20 images"):
        preprocess(tmp_path, Split(validation=20, held_out=0))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"X": None}, "found the variables y, allowed: X and y"),
        ({"y": None}, "found the variables X, allowed: X and y"),
        (
            {"X": np.zeros((32, 32, 3, 5), np.uint8)},
            "found X uint8 (32, 32, 3, 5) and y (6, 1), allowed: X uint8 (32, 32, 3, N) and y (N, 1)",
        ),
        ({"X": np.zeros((6, 32, 32, 3), np.uint8)}, "found X uint8 (6, 32, 32, 3) and y (6, 1)"),
        ({"X": np.zeros((32, 32, 3, 6))}, "found X float64 (32, 32, 3, 6)"),
        ({"y": np.ones((1, 6), np.uint8)}, "and y (1, 6)"),
        ({"X": np.zeros((32, 32, 3, 0), np.uint8), "y": np.ones((0, 1), np.uint8)}, "and y (0, 1)"),
        ({"y": np.zeros((6, 1), np.uint8)}, "found labels uint8 from 0 to 0, allowed: whole numbers from 1 to 10"),
        ({"y": np.full((6, 1), 11, np.uint8)}, "found labels uint8 from 11 to 11, allowed"),
        ({"y": np.full((6, 1), 1.5)}, "found labels float64 from 1.5 to 1.5, allowed"),
    ],
)
def test_svhn_files_of_another_content_are_refused(tmp_path: Path, changes: dict[str, np.ndarray | None], found: str) -> None:
    content = {**house_numbers(tmp_path), **changes}
    savemat(tmp_path / "other.mat", {name: value for name, value in content.items() if value is not None})
    with pytest.raises(UserError) as caught:
        svhn.read(tmp_path / "other.mat")
    assert str(caught.value).startswith(f"{tmp_path / 'other.mat'}: ")
    assert found in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_matlab_file_is_refused(tmp_path: Path) -> None:
    house_numbers(tmp_path)
    whole = (tmp_path / "test_32x32.mat").read_bytes()
    page, flipped = b"<html>Please accept our cookies</html>" * 20, bytearray(whole)
    flipped[len(whole) // 2] ^= 4
    for content in (b"", page, whole[:60], whole[:200], whole[: len(whole) // 2], bytes(flipped)):
        (tmp_path / "damaged.mat").write_bytes(content)
        with pytest.raises(UserError, match=r"damaged.mat: not a whole MATLAB file") as caught:
            svhn.read(tmp_path / "damaged.mat")
        assert "\n" not in str(caught.value)


def test_scaling_has_its_range_and_its_inverse() -> None:
    pixels = torch.arange(256, dtype=torch.uint8)
    assert data.scale(pixels, "unit").aminmax() == (0, 1)
    assert data.scale(pixels, "unit-tanh").aminmax() == (0, 1)
    assert data.scale(pixels, "signed").aminmax() == (-1, 1)
    for scaling in ("unit", "signed"):
        assert torch.equal(data.unscale(data.scale(pixels, scaling), scaling), pixels)
        assert torch.equal(data.unscale(torch.tensor([-9.0, 9.0]), scaling), torch.tensor([0, 255], dtype=torch.uint8))


def test_tensors_have_the_same_bytes_each_time_and_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    content = {"b": torch.ones(2), "a": torch.zeros(3)}
    tensors.save(path, content, {"y": 1, "x": 2})
    first = path.read_bytes()
    tensors.save(path, dict(reversed(content.items())), {"x": 2, "y": 1})
    assert path.read_bytes() == first
    assert read_about(path) == {"x": 2, "y": 1}
    path.write_bytes(first[:-1])
    for read in (tensors.load, read_about):
        with pytest.raises(UserError, match="not a whole safetensors file"):
            read(path)
