"""A GPU that cannot be used is one clear line."""

import warnings

import pytest
import torch

from workflow.io.errors import UserError
from workflow.training.gpu import NO_GPU, choose, gpu_problem

TOO_OLD = "CUDA initialization: The NVIDIA driver on your system is too old (found version 11040)."
NO_CODE = "CUDA error: no kernel image is available for execution on the device"


@pytest.fixture
def one_gpu(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    return monkeypatch


def raising(error: Exception):
    def zeros(*_: object, **__: object) -> None:
        raise error

    return zeros


def test_a_gpu_that_works_is_taken(one_gpu: pytest.MonkeyPatch) -> None:
    one_gpu.setattr(torch, "zeros", lambda *_, **__: None)
    assert choose("auto") == torch.device("cuda")
    assert choose("cuda:0") == torch.device("cuda:0")
    assert choose("cpu") == torch.device("cpu")


def test_where_there_is_none_auto_takes_the_cpu_and_cuda_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu_problem(torch.device("cuda")) == NO_GPU
    assert choose("auto") == torch.device("cpu")
    assert capsys.readouterr().err == "", "most machines have none"
    with pytest.raises(UserError, match=r"^params.yaml: compute.device: found cuda, but PyTorch finds no GPU; with auto or cpu it"):
        choose("cuda")


def test_a_driver_that_is_too_old_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def is_available() -> bool:
        warnings.warn(f"{TOO_OLD}\nPlease update your GPU driver", stacklevel=1)
        return False

    monkeypatch.setattr(torch.cuda, "is_available", is_available)
    assert choose("auto") == torch.device("cpu")
    assert capsys.readouterr().err == f"the GPU cannot be used: {TOO_OLD}; computing on the CPU\n"
    with pytest.raises(UserError, match="driver on your system is too old"):
        choose("cuda")


def test_a_gpu_that_this_pytorch_has_no_code_for_is_said(one_gpu: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    one_gpu.setattr(torch, "zeros", raising(RuntimeError(f"{NO_CODE}\nCompile with `TORCH_USE_CUDA_DSA`")))
    assert choose("auto") == torch.device("cpu")
    assert capsys.readouterr().err == f"the GPU cannot be used: {NO_CODE}; computing on the CPU\n"


@pytest.mark.usefixtures("one_gpu")
def test_the_second_of_one_gpu_is_a_mistake() -> None:
    with pytest.raises(UserError, match="found cuda:1, but PyTorch finds only 1, from cuda:0 on"):
        choose("cuda:1")


def test_a_gpu_whose_memory_is_taken_does_not_turn_a_run_to_the_cpu(one_gpu: pytest.MonkeyPatch) -> None:
    one_gpu.setattr(torch, "zeros", raising(torch.OutOfMemoryError("CUDA out of memory.")))
    with pytest.raises(torch.OutOfMemoryError):
        choose("auto")
