"""Tensors in files: read with and without PyTorch, and refused if damaged."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from workflow.io import tensors
from workflow.io.errors import UserError
from workflow.io.safetensors import load_arrays, read_about

CONTENT = {"b": torch.ones(2), "a": torch.zeros(3)}


def test_the_same_content_has_the_same_bytes_and_is_read_either_way(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    tensors.save(path, CONTENT, {"y": 1, "x": 2})
    first = path.read_bytes()
    tensors.save(path, dict(reversed(CONTENT.items())), {"x": 2, "y": 1})
    assert path.read_bytes() == first
    assert read_about(path) == {"x": 2, "y": 1}
    loaded, arrays = tensors.load(path), load_arrays(path)
    assert loaded.keys() == arrays.keys() == CONTENT.keys()
    for name, tensor in CONTENT.items():
        assert torch.equal(loaded[name], tensor)
        np.testing.assert_array_equal(arrays[name], tensor.numpy())


@pytest.mark.parametrize("read", [tensors.load, load_arrays, read_about])
def test_a_damaged_file_is_refused(tmp_path: Path, read) -> None:
    path = tmp_path / "file.safetensors"
    tensors.save(path, CONTENT, {})
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match="not a whole safetensors file"):
        read(path)


def test_a_file_of_another_program_says_nothing_about_its_tensors(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    save_file(CONTENT, path)
    with pytest.raises(UserError, match="not written by a stage of this project"):
        read_about(path)
